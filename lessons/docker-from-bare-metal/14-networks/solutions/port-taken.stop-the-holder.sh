docker stop {{holder}}

docker start {{late}}
