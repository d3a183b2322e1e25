docker run -d --name {{teller}} --user {{uid}} --cap-drop ALL --security-opt no-new-privileges -p {{teller_port}}:80 {{teller}}-app
