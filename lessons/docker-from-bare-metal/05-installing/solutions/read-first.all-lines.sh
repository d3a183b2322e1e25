curl -fsSL https://get.docker.com -o get-docker.sh

sh get-docker.sh --dry-run
