docker run --name today weather
