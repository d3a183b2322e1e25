docker run -d --name {{team_a}} {{press}}@{{digest_a}}

docker pull {{press}}:stable

docker run -d --name {{team_b}} {{press}}:stable
