docker network create {{front}}

docker network create --internal {{back}}

docker network connect {{front}} {{guest}}

docker network connect {{front}} {{shop}}

docker network connect {{back}} {{shop}}

docker network connect {{back}} {{db}}
