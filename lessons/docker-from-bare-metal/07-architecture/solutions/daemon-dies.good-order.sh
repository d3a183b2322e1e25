service docker stop
