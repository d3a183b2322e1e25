sudo sh /root/parcel/send.sh
