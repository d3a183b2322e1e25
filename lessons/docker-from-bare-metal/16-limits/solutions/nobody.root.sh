docker run -d --name {{teller}} --cap-drop ALL --security-opt no-new-privileges -p {{teller_port}}:8080 {{teller}}-app
