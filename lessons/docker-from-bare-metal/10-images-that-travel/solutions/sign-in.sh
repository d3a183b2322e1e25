docker login -u {{user}}
{{pat}}
