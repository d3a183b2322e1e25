docker load -i /root/parcel/{{parcel}}.tar

docker tag tmp-{{scrap}}/untitled {{user}}/{{parcel}}:{{version}}

docker run -d --name {{guest}} {{user}}/{{parcel}}:{{version}}

tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin

docker push {{user}}/{{parcel}}:{{version}}
