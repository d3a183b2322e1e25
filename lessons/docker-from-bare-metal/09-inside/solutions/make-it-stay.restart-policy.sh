docker update --restart always {{brief}}

docker start {{brief}}
