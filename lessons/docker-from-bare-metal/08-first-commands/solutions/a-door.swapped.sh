docker run -d --name {{shop}} -p 127.0.0.1:80:{{port}} nginx
