docker run -d --name {{team_a}} {{press}}:stable

docker run -d --name {{team_b}} {{press}}:stable
