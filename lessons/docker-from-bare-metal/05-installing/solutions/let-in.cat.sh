usermod -aG docker {{user}}

cat /root/letter
