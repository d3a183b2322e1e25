for i in $(seq {{k}}); do docker run -d alpine sleep 3600; done
