docker network create {{front}}

docker network create --internal {{back}}

docker network connect {{front}} {{guest}}

docker network connect {{front}} {{shop}}

docker network connect {{back}} {{shop}}

docker network connect {{back}} {{db}}

docker network disconnect bridge {{guest}}

docker network disconnect bridge {{shop}}

docker network disconnect bridge {{db}}

docker exec {{guest}} wget -qO- http://{{shop}}/  # unchecked: it only looks
