docker run -d --name {{shop}} -P nginx
