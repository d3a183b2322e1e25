docker run --rm -v {{shelf}}:/from:ro -v /root/backup:/to alpine tar czf /to/{{shelf}}.tgz -C /from .

tar tzvf /root/backup/{{shelf}}.tgz  # unchecked: it only looks

docker run --rm -v {{shelf}}2:/to -v /root/backup:/from:ro alpine tar xzpf /from/{{shelf}}.tgz -C /to

docker rm -f {{gallery}}

docker run -d --name {{gallery}} -v {{shelf}}2:/usr/share/nginx/html nginx
