# In one of three attempts the image has the right name from the start, and the first line changes nothing.
cat /root/parcel/send.sh  # unchecked: only looks

docker tag {{wrong_name}} {{user}}/{{parcel}}  # unchecked: one attempt in three has the name already

docker push {{user}}/{{parcel}}
