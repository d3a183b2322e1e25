docker rm -f {{gauge}}

docker run -d --name {{gauge}} --restart unless-stopped -v /srv/{{gauge}}:/www:ro --health-cmd 'wget -qO- http://127.0.0.1:{{hport}}/{{hpath}}' alpine httpd -f -vv -p {{hport}} -h /www
