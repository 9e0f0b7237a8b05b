#!/bin/sh
# 128 experiments of 32 arms are 4096, which fit; one more does not.
{
	echo '{ "experiments": {'
	i=0
	while [ $i -lt 128 ]; do
		printf '"e%d": { "hashAttribute": "tier", "arms": ["a0"' $i
		k=1
		while [ $k -lt 32 ]; do
			printf ', "a%d"' $k
			k=$((k + 1))
		done
		printf ']},\n'
		i=$((i + 1))
	done
	echo '"more": { "hashAttribute": "tier", "arms": ["a", "b"] } } }'
} > variants/experiments.json
