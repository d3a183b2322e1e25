docker run -d --name {{shop}} -p {{port}}:80 nginx
