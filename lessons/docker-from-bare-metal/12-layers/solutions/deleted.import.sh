docker build -t fat-{{animal}} ~/fat-{{animal}}

docker create --name flat fat-{{animal}}

docker export flat | docker import - fat-{{animal}}:slim
