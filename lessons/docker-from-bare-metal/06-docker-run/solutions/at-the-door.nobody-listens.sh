docker run --name heard fruit-{{third}}
