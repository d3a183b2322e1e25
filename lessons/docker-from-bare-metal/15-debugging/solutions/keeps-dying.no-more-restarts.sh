docker update --restart no {{beacon}}
