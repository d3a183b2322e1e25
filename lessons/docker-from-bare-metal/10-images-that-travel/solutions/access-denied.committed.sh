docker run --name again {{wrong_name}}

docker commit again {{user}}/{{parcel}}

docker push {{user}}/{{parcel}}
