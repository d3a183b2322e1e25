docker images --digests {{press}}  # unchecked: only looks

docker run -d --name {{team_a}} {{press}}@{{digest_a}}

docker pull {{press}}:stable  # unchecked: shows the new digest, by which the next line would pull it as well

docker run -d --name {{team_b}} {{press}}@{{digest_b}}
