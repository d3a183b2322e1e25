docker kill {{inner}}
