curl -s --unix-socket /run/docker.sock -H 'Content-Type: application/json' -d '{"Image": "alpine", "Cmd": "sleep {{secs}}", "Labels": {"via": "{{token}}"}}' 'http://localhost/containers/create?name={{quiet}}'

curl -s -X POST --unix-socket /run/docker.sock http://localhost/containers/{{quiet}}/start
