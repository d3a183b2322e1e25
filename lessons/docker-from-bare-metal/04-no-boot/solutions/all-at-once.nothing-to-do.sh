for i in $(seq {{k}}); do docker run -d --label batch={{batch}} alpine; done
