#!/bin/sh
# run.sh - what why does not name changes nothing; logged arms are drawn alike.
#
# usage: run.sh TESSERA MUTATE LINES SITE MUTATIONS
#
# Over the example site as it is, and with experiments, a filter by namespace,
# a condition and a holdout put into a copy of it.
set -eu
tessera=$(realpath "$1") mutate=$(realpath "$2") lines=$(realpath "$3")
site=$4 mutations=$5
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$tessera" build --out "$dir/plain" "$site" >"$dir/said" 2>&1 ||
	{ cat "$dir/said"; exit 1; }
"$mutate" "$dir/plain/current" "$mutations" 1

mkdir "$dir/site"
cp -r "$site/tessera.json" "$site/content" "$site/templates" \
	"$site/variants" "$dir/site"
python3 - "$dir/site/variants" <<'END'
import json, os, sys
os.chdir(sys.argv[1])
with open("attributes.json") as f:
    attributes = json.load(f)
attributes["tried-by"] = {"type": "string", "source": "cookie:tried",
    "purpose": "analytics"}
attributes["held-by"] = {"type": "string", "source": "cookie:held",
    "purpose": "analytics"}
with open("attributes.json", "w") as f:
    json.dump(attributes, f)
with open("experiments.json") as f:
    tried = json.load(f)
more = {"experiments": {
        "why-strip": {"hashAttribute": "tried-by", "arms": ["one", "two"],
            "audience": {"country": {"$in": ["DE", "AT"]}}},
        "why-story": {"hashAttribute": "tried-by", "arms": ["new", "old"],
            "coverage": 0.8}},
        "holdouts": {"why-all": {"hashAttribute": "held-by",
            "share": 0.3}}}
for kind in more:
    tried[kind].update(more[kind])
with open("experiments.json", "w") as f:
    json.dump(tried, f)
def variant(path, experiment, arm, priority, fields):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump({"experiment": {"id": experiment, "arm": arm},
            "priority": priority, **fields}, f)
variant("index/campaign/why-one.json", "why-strip", "one", 997,
    {"fields": {"title": "One"}})
variant("index/campaign/why-two.json", "why-strip", "two", 996,
    {"fields": {"title": "Two"}})
variant("index/story/why-new.json", "why-story", "new", 995,
    {"omit": True})
END
"$tessera" build --out "$dir/tried" "$dir/site" >"$dir/said" 2>&1 ||
	{ cat "$dir/said"; exit 1; }
"$mutate" "$dir/tried/current" "$mutations" 2
"$lines" "$dir/tried/current" 10000 3 >"$dir/log.ndjson"
grep -q '"why-strip":{"arm":"[a-z]*","reason":"hashed","propensity":0.5' \
	"$dir/log.ndjson" || { echo "FAILED: nobody is in an arm"; exit 1; }
"$tessera" replay --out "$dir/tried" "$dir/log.ndjson"
