docker pull tower
