docker load -i /root/parcel/{{parcel}}.tar

docker tag tmp-{{scrap}}/untitled {{user}}/{{parcel}}

docker run -d --name {{guest}} {{user}}/{{parcel}}

tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin

docker push {{user}}/{{parcel}}
