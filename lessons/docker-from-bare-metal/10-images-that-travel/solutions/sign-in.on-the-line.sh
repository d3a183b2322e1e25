docker login -u {{user}} -p {{pat}}
