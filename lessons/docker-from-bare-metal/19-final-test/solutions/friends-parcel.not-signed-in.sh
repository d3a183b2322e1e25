docker load -i /root/parcel/{{parcel}}.tar

docker tag tmp-{{scrap}}/untitled {{user}}/{{parcel}}:{{version}}

docker run -d --name {{guest}} {{user}}/{{parcel}}:{{version}}

docker push {{user}}/{{parcel}}:{{version}}
