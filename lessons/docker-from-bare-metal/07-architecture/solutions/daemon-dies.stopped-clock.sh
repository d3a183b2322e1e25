docker kill {{clock}}
