cd /root/shop
cat >front/front.conf <<'END'
server {
    listen 80;
    location / {
        proxy_pass http://web:80;
    }
}
END
