docker container prune -f --filter 'label!=keep={{keep}}'
