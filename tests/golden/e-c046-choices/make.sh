mkdir -p variants/index/main && cd variants/index/main && for i in $(seq 1024); do
	echo "{ \"audience\": { \"tier\": \"t$i\" }, \"priority\": $((i % 1000)), \"omit\": true }" > v$i.json
done
awk 'BEGIN { printf "{ \"chain\": ["; for (i = 1; i <= 1024; i++) printf "\"v%d\", ", i; print "\"default\"] }" }' > _chain.json
