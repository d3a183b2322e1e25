docker run -d --name {{teller}} --user {{uid}} -p {{teller_port}}:8080 {{teller}}-app
