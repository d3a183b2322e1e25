docker import /root/parcel/{{parcel}}.tar {{user}}/{{parcel}}:{{version}}

docker run -d --name {{guest}} {{user}}/{{parcel}}:{{version}}
