#!/bin/sh
# With the attribute, 254 experiments fit.
{
	echo '{ "experiments": {'
	i=0
	while [ $i -lt 256 ]; do
		printf '"e%d": { "hashAttribute": "tier", "arms": ["a", "b"] }' $i
		i=$((i + 1))
		[ $i = 256 ] || echo ,
	done
	echo '} }'
} > variants/experiments.json
