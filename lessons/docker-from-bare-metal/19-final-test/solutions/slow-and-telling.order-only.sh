cd /root/{{dish}}

cat >Dockerfile <<'END'
FROM alpine
WORKDIR /app
COPY fetch list.txt supplier.key ./
RUN sh fetch list.txt supplier.key > stock.txt
COPY src src
RUN rm supplier.key
CMD ["sh", "src/main.sh"]
END

sh build.sh
