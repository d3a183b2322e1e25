docker run -d --name {{teller}} --user {{uid}} --cap-drop ALL --security-opt no-new-privileges -p {{teller_port}}:8080 {{teller}}-app

curl localhost:{{teller_port}}  # unchecked: it only looks
