docker run -d --name {{team_a}} {{press}}@{{digest_a}}

docker run -d --name {{team_b}} {{press}}@{{digest_b}}
