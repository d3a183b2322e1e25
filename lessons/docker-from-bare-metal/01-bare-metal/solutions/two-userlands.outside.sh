cat /etc/os-release

uname -r
