docker stop -t 1 {{guard}}
