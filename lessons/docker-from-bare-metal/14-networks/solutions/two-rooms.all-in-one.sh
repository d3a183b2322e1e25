docker network create {{front}}

docker network create --internal {{back}}

docker network connect {{front}} {{guest}}

docker network connect {{front}} {{shop}}

docker network connect {{front}} {{db}}

docker network connect {{back}} {{db}}
