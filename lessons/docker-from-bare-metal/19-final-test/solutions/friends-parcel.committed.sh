docker load -i /root/parcel/{{parcel}}.tar

docker run -d --name {{guest}} tmp-{{scrap}}/untitled

docker commit {{guest}} {{user}}/{{parcel}}:{{version}}

tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin

docker push {{user}}/{{parcel}}:{{version}}
