docker rm -f {{gauge}}

docker run -d --name {{gauge}} --restart unless-stopped -v /srv/{{gauge}}:/www:ro --health-cmd 'wget -qO- http://127.0.0.1:{{hport}}/{{hpath}}' --health-interval 2s --health-timeout 1s --health-retries 2 alpine httpd -f -vv -p {{hport}} -h /www

until docker ps | grep '(healthy)'; do sleep 0.5; done

docker kill --signal STOP {{gauge}}

until docker ps | grep '(unhealthy)'; do sleep 0.5; done  # unchecked: waits
