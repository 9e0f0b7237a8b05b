# One variant more than a mask has bits, each with a bit of its own.
mkdir -p variants/index/main
i=0
while [ $i -lt 385 ]; do
	i=$((i + 1))
	cat > variants/index/main/v$i.json <<END
{
  "audience": { "n": { "\$exists": true, "\$eq": $i }, "scroll": { "\$gt": $i } },
  "priority": $i,
  "fields": { "title": "For $i" }
}
END
done
