docker run -d --name {{teller}} --user {{uid}} --cap-drop ALL -p {{teller_port}}:8080 {{teller}}-app
