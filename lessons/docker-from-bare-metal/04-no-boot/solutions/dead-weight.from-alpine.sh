docker run --name {{ghost}} alpine uname -r
