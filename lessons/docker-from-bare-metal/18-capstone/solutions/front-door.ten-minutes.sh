cd /root/shop
cat >front/front.conf <<'END'
server {
    listen 80;
    location / {
        resolver 127.0.0.11;
        set $shop web;
        proxy_pass http://$shop:80;
    }
}
END
