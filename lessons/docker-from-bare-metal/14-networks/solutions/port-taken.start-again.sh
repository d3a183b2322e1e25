docker start {{late}}
