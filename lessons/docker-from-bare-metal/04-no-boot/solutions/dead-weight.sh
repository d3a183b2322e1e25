docker run --name {{ghost}} {{crate}} uname -r
