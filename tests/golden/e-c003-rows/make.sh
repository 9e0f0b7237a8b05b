for i in $(seq 4097); do echo "{\"id\":\"r$i\",\"name\":\"$i\"}"; done > many
mkdir content/data && mv many content/data/many.ndjson
