docker tag {{user}}/{{img}} {{user}}/{{img}}:{{version}}
