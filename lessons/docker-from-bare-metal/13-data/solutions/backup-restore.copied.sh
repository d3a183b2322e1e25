docker run --rm -v {{shelf}}:/from:ro -v /root/backup:/to alpine tar czf /to/{{shelf}}.tgz -C /from .

docker run --rm -v {{shelf}}:/from:ro -v {{shelf}}2:/to alpine cp -r /from/. /to/

docker rm -f {{gallery}}

docker run -d --name {{gallery}} -v {{shelf}}2:/usr/share/nginx/html nginx
