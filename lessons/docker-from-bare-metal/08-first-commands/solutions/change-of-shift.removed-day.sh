docker start {{night}}

docker rm -f {{day}}
