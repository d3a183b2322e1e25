docker tag {{wrong_name}} {{user}}/{{parcel}}
