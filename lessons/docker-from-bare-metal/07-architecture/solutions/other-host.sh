docker start {{depot}}

until docker -H unix:///srv/{{depot}}/docker.sock info >/dev/null 2>&1; do sleep 1; done

docker save alpine | docker -H unix:///srv/{{depot}}/docker.sock load -q

docker -H unix:///srv/{{depot}}/docker.sock run -d --name {{guest}} --restart unless-stopped alpine sleep 86400

docker stop {{depot}}

docker start {{depot}}

until docker -H unix:///srv/{{depot}}/docker.sock info >/dev/null 2>&1; do sleep 1; done  # unchecked: only waits

docker -H unix:///srv/{{depot}}/docker.sock ps  # unchecked: only looks
