printf 'vm 9214\ncontainer 412\n' > /root/answers/race

bars /root/answers/race
