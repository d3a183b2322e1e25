docker rm -f {{tin}}

docker run -d --name {{tin}} -p {{tport}}:{{tport}} {{tin}} /httpd -f -p {{tport}} -h /www

curl -s http://127.0.0.1:{{tport}}/
