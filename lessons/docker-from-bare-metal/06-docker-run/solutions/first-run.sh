docker run --name first fruit-{{fruit}}

docker run --name second fruit-{{fruit}}

docker images --digests fruit-{{fruit}}  # unchecked: only a look
