sed -i '/^ENV/d; s/^RUN.*/RUN --mount=type=secret,id=tok wc -c < \/run\/secrets\/tok > \/n/' ~/{{post}}/Dockerfile

docker build --secret id=tok,src=/root/{{post}}.token -t {{post}} ~/{{post}}
