printf '{ "title": "Big" }' > content/pages/big.json
head -c $((4194304 - 18)) /dev/zero | tr '\0' ' ' >> content/pages/big.json
