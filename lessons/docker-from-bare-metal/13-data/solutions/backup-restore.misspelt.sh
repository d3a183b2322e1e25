docker run --rm -v {{shelf}}s:/from:ro -v /root/backup:/to alpine tar czf /to/{{shelf}}.tgz -C /from .

docker run --rm -v {{shelf}}2:/to -v /root/backup:/from:ro alpine tar xzpf /from/{{shelf}}.tgz -C /to
