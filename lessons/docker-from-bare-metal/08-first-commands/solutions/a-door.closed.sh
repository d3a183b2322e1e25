docker run -d --name {{shop}} nginx

curl http://localhost:{{port}}
