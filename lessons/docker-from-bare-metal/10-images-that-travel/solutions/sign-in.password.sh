docker login -u {{user}}
{{password}}
