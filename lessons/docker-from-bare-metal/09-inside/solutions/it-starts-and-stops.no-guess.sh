docker start {{brief}}
