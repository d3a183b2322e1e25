docker pull tower-base
