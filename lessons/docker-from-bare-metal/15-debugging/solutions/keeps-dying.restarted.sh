docker restart {{beacon}}
