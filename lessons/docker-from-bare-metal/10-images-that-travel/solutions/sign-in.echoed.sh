echo {{pat}} | docker login -u {{user}} --password-stdin
