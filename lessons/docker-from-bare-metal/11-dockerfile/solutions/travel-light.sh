cat > ~/{{bag}}/.dockerignore <<'END'
node_modules
.git
*.log
.env
END

docker build -t {{bag}} ~/{{bag}}
