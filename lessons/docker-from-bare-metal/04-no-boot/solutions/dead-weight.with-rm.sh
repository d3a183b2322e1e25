docker run --rm {{crate}} uname -r
