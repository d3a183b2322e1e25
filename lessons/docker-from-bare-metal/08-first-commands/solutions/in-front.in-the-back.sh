docker run -d --name {{front}} nginx

docker stop {{front}}
