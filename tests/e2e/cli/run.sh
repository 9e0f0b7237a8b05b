#!/bin/sh
# run.sh - the programs as a person or a script uses them: help, exit codes,
# JSON, and that what failed publishes nothing.
# usage: run.sh TESSERA TESSERA-FCGI
set -u
tessera=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
fcgi=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
golden=$(cd "$(dirname "$0")/../../golden" && pwd)
cd "$dir" || exit 3
passed=0 failed=0

good() {
	passed=$((passed + 1))
}

bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
	sed 's/^/    /' out err 2>/dev/null
}

# expect CODE WHERE TEXT COMMAND...: the exit code, and a text in the file out
# (standard output) or err; '' is any.
expect() {
	code=$1 where=$2 text=$3
	shift 3
	"$@" >out 2>err
	got=$?
	if [ $got -eq "$code" ] && { [ -z "$text" ] ||
		grep -qF -e "$text" "$where"; }; then
		good
	else
		bad "$* gave $got, expected $code and in $where: $text"
	fi
}

# The standard output of what ran last is one JSON value.
json() {
	if python3 -c 'import json,sys; json.load(open("out"))' 2>/dev/null; then
		good
	else
		bad "not JSON: $*"
	fi
}

# ---- every verb: help, unknown options ----

expect 2 err 'usage: tessera VERB' "$tessera"
expect 0 out 'usage: tessera VERB' "$tessera" --help
expect 0 out 'usage: tessera VERB' "$tessera" help
expect 2 err 'unknown verb "biuld" (did you mean "build"?)' "$tessera" biuld
expect 2 err 'unknown verb "frobnicate"' "$tessera" frobnicate
expect 2 err 'unknown verb "biuld"' "$tessera" help biuld
expect 0 out 'tessera 0' "$tessera" version
expect 0 out 'tessera 0' "$tessera" --version
expect 2 err 'one argument too many: x' "$tessera" version x
verbs=$("$tessera" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
for verb in $verbs; do
	expect 0 out "usage: tessera $verb" "$tessera" "$verb" --help
	expect 0 out "usage: tessera $verb" "$tessera" "$verb" -h
	expect 0 out "usage: tessera $verb" "$tessera" help "$verb"
	expect 2 err 'unknown option --nonsense' "$tessera" "$verb" --nonsense
	"$tessera" "$verb" --help | awk 'length > 80' >long
	if [ -s long ]; then bad "$verb --help is wider than 80"; else good; fi
	expect 0 out 'exit codes: 0 ' "$tessera" "$verb" --help
	expect 0 out 'EXIT STATUS' grep -i '^\.S[Hh] exit status' \
		"$golden/../../doc/man/tessera-$verb.1"
done

# ---- a new site, from nothing to a release ----

expect 0 out 'written site/tessera.json' "$tessera" init site
expect 0 out 'kept    site/tessera.json' "$tessera" init site
expect 0 out 'no mistakes in 1 page' "$tessera" check site
[ ! -e site/out ] && good || bad 'check wrote something'
expect 3 err 'No such file' "$tessera" list site
expect 0 out 'built 1 page, ' "$tessera" build site
expect 0 out 'unchanged' "$tessera" build site
expect 0 out '' "$tessera" build --quiet site
[ -s out ] && bad '--quiet printed something' || good
expect 0 out '  1 page' "$tessera" list site
expect 0 out 'route 0: "/" page 0' "$tessera" dump site/out/current
expect 0 out '' "$tessera" dump --verify site/out/current
[ -s out ] && bad 'dump --verify printed something' || good
expect 0 out '' "$fcgi" --check site/out/current
id=$(readlink site/out/current)

# ---- what anyone can fetch ----

cp -r "$golden/b-browser/site" public
expect 0 out 'public: these variants can be fetched by anyone' \
	"$tessera" build public
expect 0 out '.html  deep in main of /' "$tessera" list --public public
expect 0 out '.html","variant":"leaving","slot":"main","page":"/"}' \
	"$tessera" list --json public
json list
expect 0 out '"public":[{"url":"/v/' "$tessera" build --json public
json build
"$tessera" build site >out && grep -q public: out && bad 'nothing is public' || good

# ---- the same as JSON ----

expect 0 out '"ok":true' "$tessera" build --json site
json build
expect 0 out '"messages":[]' "$tessera" check --json site
json check
expect 0 out '"current":true' "$tessera" list --json site
json list
expect 0 out '"$schema"' "$tessera" schema page
json schema

# ---- mistakes: 1, and the last release stays ----

hero=site/content/pages/index.json
cp $hero kept
sed 's/"hero": {/"hreo": {/' kept >$hero
expect 1 err 'error[C026]' "$tessera" check site
expect 1 err 'error[C026]' "$tessera" build site
expect 1 out '"ok":false' "$tessera" build --json site
json 'build with mistakes'
expect 1 out '"rule":"C026"' "$tessera" check --json site
json 'check with mistakes'
[ "$(readlink site/out/current)" = "$id" ] && good || bad 'a release moved'
cp kept $hero

# ---- warnings: 0, or 4 with --strict ----

mv site/variants/index/hero/spring.json spring
sed 's/"spring"/{ "campaign": "wniter" }/' spring \
	>site/variants/index/hero/spring.json
expect 0 err 'warning[R017]' "$tessera" check site
expect 4 err 'warning[R017]' "$tessera" check --strict site
expect 4 err 'warning[R017]' "$tessera" build --strict site
[ "$(readlink site/out/current)" = "$id" ] && good || bad 'a release moved'
mv spring site/variants/index/hero/spring.json

# ---- notes: nobody's mistakes, and nothing to those who want quiet ----

expect 0 err 'note[R030]' "$tessera" check "$golden/../.."
grep -q 'no mistakes in' out && good || bad 'notes are mistakes'
expect 0 out '' "$tessera" check --quiet "$golden/../.."
if [ -s out ] || [ -s err ]; then bad 'check --quiet speaks'; else good; fi
expect 0 out '"severity":"note"' "$tessera" check --quiet --json \
	"$golden/../.."

# ---- what is not there, or cannot be written: 3 ----

for verb in build check; do
	expect 3 err 'tessera: none: No such file' "$tessera" $verb none
	expect 3 err 'Not a directory' "$tessera" $verb site/tessera.json
done
expect 3 err 'No such file' "$tessera" list none
expect 3 err 'No such file' "$tessera" dump none
expect 3 err 'No such file' "$tessera" render none.html none.json
expect 3 err 'No such file' "$tessera" schema --validate page none.json
expect 3 err '' "$tessera" init site/tessera.json
expect 3 err '' "$tessera" build --out site/tessera.json site
mkdir empty
expect 1 err 'error[C006]' "$tessera" build empty
head -c 100 site/out/current/site.tsr >cut.tsr
expect 1 err 'cut.tsr' "$tessera" dump cut.tsr

# ---- wrong usage: 2 ----

expect 2 err 'not a whole number: x' "$tessera" build --keep x site
expect 2 err 'a value is missing after --keep' "$tessera" build site --keep
expect 2 err '--level is a number from 1 to 9' "$tessera" build --level 10 site
expect 2 err 'takes no value' "$tessera" build --quiet=yes site
expect 2 err 'one argument too many: two' "$tessera" build site two
expect 2 err 'an argument is missing' "$tessera" render one
expect 2 err 'exclude each other' "$tessera" render --spec --schema a b c

# ---- render ----

echo '<p>{{a}}</p>' >t.html
echo '{"a": "<b>"}' >t.json
expect 0 out '<p>&lt;b&gt;</p>' "$tessera" render t.html t.json
echo '<p>{{a</p>' >t.html
expect 1 err 'error[T001]' "$tessera" render t.html t.json
expect 1 out '"rule":"T001"' "$tessera" render --json t.html t.json
json render

# ---- events ----

release=site/out/current
expect 0 out 'purchase       1  analytics       server' \
	"$tessera" events kinds --release $release
expect 0 out '"name":"view"' "$tessera" events kinds --json --release $release
json events kinds
expect 2 err 'check, merge or kinds is wanted' "$tessera" events
expect 2 err 'a file is missing' "$tessera" events check --release $release
expect 2 err 'one argument too many: x' "$tessera" events kinds x
expect 3 err 'none' "$tessera" events kinds --release none
expect 3 err 'none.ndjson' "$tessera" events check --release $release none.ndjson
line='{"at":1790000000000,"release":"0123456789abcdef","id":'
line=$line'"AAECAwQFBgcICQoLDA0ODw","page":"/","n":1,"k":'
echo "$line\"click\",\"f\":{\"target\":\"a\"}}" >events.ndjson
expect 0 out '1 event: 1 fine, 0 aside, 0 wrong; 0 came twice' \
	"$tessera" events check --release $release events.ndjson
expect 0 out '2 events: 2 fine, 0 aside, 0 wrong; 1 came twice' \
	"$tessera" events check --release $release events.ndjson events.ndjson
echo "$line\"klick\",\"f\":{}}" >>events.ndjson
expect 0 err 'events.ndjson:2:101: warning[K101]' \
	"$tessera" events check --release $release events.ndjson
expect 0 err 'did you mean "click"?' \
	"$tessera" events check --release $release events.ndjson
echo "$line\"scroll\",\"f\":{\"depth\":101}}" >>events.ndjson
expect 1 err 'at least 0, at most 100' \
	"$tessera" events check --release $release events.ndjson
echo '{"minute":1789999980000,"counts":{"view":3}}' >>events.ndjson
echo "{\"at\":1" >>events.ndjson
expect 1 err 'events.ndjson:5:' \
	"$tessera" events check --release $release events.ndjson
expect 1 out '"fine":1,"aside":1,"wrong":2,"twice":0,"counters":1' \
	"$tessera" events check --json --release $release events.ndjson
json events check
printf '{"v":1,\n"page":"/",\n"events":[{"id":"AAECAwQFBgcICQoLDA0ODw",\n%s' \
	'"k":"zoom","n":1,"t":5,"f":{"image":12}}]}' >batch.json
expect 1 err 'batch.json:4:37: error[K113]' \
	"$tessera" events check --release $release batch.json
expect 0 out '1 event: 1 fine' sh -c "echo '{\"v\":1,\"events\":[
	{\"id\":\"AAECAwQFBgcICQoLDA0ODw\",\"k\":\"signin\",\"n\":1}]}' |
	'$tessera' events check --release $release -"

# Lines of two hosts: one came to both, one file is packed, one line is torn.
event() {
	printf '{"at":%s,"release":"0123456789abcdef","id":"%s","k":"%s",%s}\n' \
		"$2" "$1AECAwQFBgcICQoLDA0ODw" "$3" '"n":1,"page":"/","f":{}'
}
counts() {
	printf '{"minute":%s,"id":"%s","counts":{%s}}\n' \
		"$2" "$1AECAwQFBgcICQoLDA0ODw" "$3"
}
mkdir hosts
{
	event A 1790000000300 view
	event B 1790000000100 click
	counts C 1789999980000 '"view":3,"click":1'
} >hosts/one.ndjson
{
	event A 1790000000400 view
	event D 1790000000200 of-another-release
	counts C 1789999980000 '"view":3,"click":1'
	counts E 1789999980000 '"view":1,"of-another-release":2'
} | gzip >hosts/two.ndjson.gz
printf '%s\n' '{"minute":1789999980000,"counts":{"click":1,"of-another-release":2,"view":4}}' \
	"$(event B 1790000000100 click)" "$(event D 1790000000200 of-another-release)" \
	"$(event A 1790000000300 view)" >hosts/merged
expect 0 err '7 lines: 3 events, 2 of counts in 1 sum; 2 came twice, 0 damaged' \
	"$tessera" events merge hosts/one.ndjson hosts/two.ndjson.gz
expect 0 out '"lines":7,"events":3,"counts":2,"sums":1,"twice":2,"damaged":0,"messages":[]' \
	"$tessera" events merge --json --out hosts/all hosts/two.ndjson.gz hosts/one.ndjson
json events merge
expect 0 out '' cmp hosts/merged hosts/all
expect 0 err '4 lines: 3 events, 1 of counts in 1 sum; 0 came twice' \
	"$tessera" events merge --out hosts/all hosts/all
expect 0 out '' cmp hosts/merged hosts/all
expect 0 err '1 line: 1 event, 0 of counts in 0 sums' sh -c \
	"head -n 1 hosts/one.ndjson | '$tessera' events merge -"
printf '{"at":17900' >>hosts/one.ndjson
expect 1 err 'hosts/one.ndjson:4:12: error[K103]' \
	"$tessera" events merge --out hosts/all hosts/one.ndjson hosts/two.ndjson.gz
expect 1 out '"damaged":1,"messages":[{"severity":"error","rule":"K103"' \
	"$tessera" events merge --json --out hosts/all hosts/one.ndjson hosts/two.ndjson.gz
json events merge
expect 0 out '' cmp hosts/merged hosts/all
head -c 120 hosts/two.ndjson.gz >hosts/cut.ndjson.gz
expect 1 err 'hosts/cut.ndjson.gz:' "$tessera" events merge --out hosts/all hosts/cut.ndjson.gz
expect 1 err 'error: what gzip packed is damaged from here on' \
	"$tessera" events merge --out hosts/all hosts/cut.ndjson.gz
head -c 200000 /dev/zero | tr '\0' x >hosts/long
expect 1 err 'hosts/long:1: error: the line is longer than those of a log' \
	"$tessera" events merge --out hosts/all hosts/long
expect 1 err 'error[K104]' sh -c "echo '{\"minute\":60001,\"counts\":{}}' | '$tessera' events merge -"
expect 1 err 'error[K104]' sh -c "echo '{\"minute\":60000,\"counts\":{\"a\":-1}}' | '$tessera' events merge -"
echo kept >hosts/all
expect 3 err 'hosts/none: No such file' "$tessera" events merge --out hosts/all hosts/one.ndjson hosts/none
expect 0 out 'kept' cat hosts/all
expect 3 err 'hosts: Is a directory' "$tessera" events merge hosts
expect 3 err 'hosts/none/all: No such file' "$tessera" events merge --out hosts/none/all hosts/merged
expect 2 err 'a file is missing' "$tessera" events merge
expect 2 err 'merge --json needs --out' "$tessera" events merge --json hosts/one.ndjson
expect 2 err '--memory is a number from 16 to 65536' "$tessera" events merge --memory 15 hosts/merged
expect 2 err '--out is for merge' "$tessera" events check --out x --release $release hosts/merged
rm -r hosts

# ---- why, explain ----

site=$(cd "$golden/../.." && pwd)
expect 0 out 'hero shows vip' "$tessera" why --site "$site" / tier=gold
expect 0 out 'segment vip: Members with gold status' "$tessera" why --site "$site" / tier=gold
expect 0 out 'missing: no consent to personalization' "$tessera" why \
	--site "$site" --consent none / tier=gold
expect 0 out 'hero shows default' "$tessera" why --site "$site" --consent none \
	--slot hero / tier=gold
expect 0 out 'it is "spring-sale"' "$tessera" why --site "$site" \
	'https://www.fellwander.example/?utm_campaign=spring-sale'
expect 0 out 'only the browser knows' "$tessera" why --site "$site" \
	/shop/boots/alm-approach returning=true
expect 0 out 'Everybody sees this page alike' "$tessera" why \
	--site "$golden/b-page/site" /
expect 0 out 'No slot of this name' "$tessera" why --site "$site" --slot none /
expect 0 out '"holds":"later"' "$tessera" why --json --site "$site" \
	/shop/boots/alm-approach returning=true
json why
# Pages that answer alike share a decision; each has values of its own.
expect 0 out 'price >= 300                         it is 389' "$tessera" why \
	--site "$site" --slot delivery /shop/tents/tor-1
expect 0 out 'long-look, in slot prompt, priority 50' "$tessera" why \
	--site "$site" /
expect 0 out 'later  dwell > 90                           only the browser knows' \
	"$tessera" why --site "$site" /
expect 0 out 'offer shows default; then the browser shows undecided' \
	"$tessera" why --site "$site" /shop/tents/tor-1 scroll=70 dwell=95
expect 0 out 'priority 50, not again for 86400 s: the browser shows it' \
	"$tessera" why --site "$site" / dwell=95
expect 0 out 'priority 40, once a session: held back (priority)' \
	"$tessera" why --site "$site" / dwell=95 pages-seen=5
expect 0 out ': held back (consent)' "$tessera" why --site "$site" \
	--consent analytics / dwell=95
expect 0 out 'intent-tier in ["warm","hot"]        it is "warm"' "$tessera" \
	why --site "$site" / leaving=true intent-tier=warm
expect 0 out '"shown":false,"held":"priority"' "$tessera" why --json \
	--site "$site" / dwell=95 pages-seen=5
json why of triggers
expect 0 out '"shows":"default","omitted":false,"browser":"undecided"' \
	"$tessera" why --json --site "$site" /shop/tents/tor-1 scroll=70 dwell=95
expect 2 err 'names no attribute' "$tessera" why --site "$site" / \
	score:intent:tier=hot
expect 2 err '"scroll=101" is no number from 0 to 100' "$tessera" why \
	--site "$site" / scroll=101
expect 1 err 'no page of this site is at /nope' "$tessera" why --site "$site" /nope
expect 2 err '"tier" is no NAME=VALUE' "$tessera" why --site "$site" / tier
expect 2 err 'names no attribute' "$tessera" why --site "$site" / nope=1
expect 2 err '"cart-value=x" is no number' "$tessera" why --site "$site" / cart-value=x
expect 2 err '"returning=1" is not true or false' "$tessera" why --site "$site" / returning=1
expect 2 err 'no moment: soon' "$tessera" why --site "$site" --time soon /
expect 2 err 'no such purpose in fun' "$tessera" why --site "$site" --consent fun /
expect 1 err 'error[C006]' "$tessera" why --site none /
expect 1 out '{"messages":[{"severity":"error","rule":"C006"' "$tessera" \
	why --json --site none /
json why of a site with mistakes
expect 1 out '{"messages":[{"severity":"error","rule":"C006"' "$tessera" \
	explain --json --site none /
json explain of a site with mistakes
expect 0 out 'hero is decided in the request tier' "$tessera" explain --site "$site" /
expect 0 out 'where the mask says so' "$tessera" explain --site "$site" \
	/shop/boots/alm-approach
expect 0 out '"residue":{' "$tessera" explain --json --site "$site" \
	--slot offer /shop/boots/alm-approach
json explain
expect 0 out 'long-look, in slot prompt, priority 50, not again for 86400 s' \
	"$tessera" explain --site "$site" /
expect 0 out 'server   {"tier":{"$eq":"gold"}}' "$tessera" explain \
	--site "$site" /repair
expect 0 out '{"server":true,"browser":{"dwell":{"$gt":90},"cart-items":{"$eq":0}}}' \
	"$tessera" explain --json --site "$site" /
json explain of triggers
expect 1 err 'no page of this site is at /nope' "$tessera" explain --site "$site" /nope
expect 1 err 'at index: paths begin with /' "$tessera" explain --site "$site" index
expect 0 out '/: 1 slot with variants' "$tessera" explain --site site /

# ---- doc/site.md, "A trigger from nothing": works as it is printed ----

# files MARKDOWN HEADING: each block of a section, to the file that was named last.
files() {
	awk -v heading="$2" '
		/^#/ { on = $0 == heading }
		on && !/^    / && match($0, /`(variants|content|templates)[^`]*`/) {
			name = substr($0, RSTART + 1, RLENGTH - 2)
		}
		on && /^    / && name != "" { print substr($0, 5) > name }
		on && /^And the script/ { last = 1 }
		on && last && /^    <\/html>/ { exit }
	' "$1"
}
expect 0 out 'written doc/' "$tessera" init doc
mkdir -p doc/variants/events doc/content/entries/hint
(cd doc && files "$golden/../../doc/site.md" '### A trigger from nothing')
expect 0 out 'guide in trigger of /' "$tessera" build --strict doc
expect 0 out 'guide, in a dialog, priority 50, once a session' "$tessera" explain \
	--site doc /
expect 0 out 'browser  {"leaving":{"$eq":true},"interest":{"$eq":"high"}}' \
	"$tessera" explain --site doc /
expect 0 out 'once a session: the browser shows it' "$tessera" why --site doc / \
	leaving=true interest=high
expect 0 out 'quiz ' "$tessera" events kinds --release doc/out/current

# ---- tessera-fcgi ----

expect 0 out 'usage: tessera-fcgi' "$fcgi" --help
expect 0 out 'tessera-fcgi 0' "$fcgi" --version
expect 2 err 'unknown option' "$fcgi" --nonsense x
expect 2 err 'TESSERA_RELEASE' env -u TESSERA_RELEASE "$fcgi"
expect 2 err '--workers takes a number' "$fcgi" --workers 0 x
expect 2 err '--log-decisions takes a number' "$fcgi" --state . --log-decisions 1.5 x
expect 2 err '--log-decisions takes a number' "$fcgi" --state . --log-decisions . x
expect 2 err 'needs --state' "$fcgi" --log-decisions 0.5 x
expect 3 err 'none.ndjson' "$tessera" replay none.ndjson
expect 0 out 'replay: 0 lines' "$tessera" replay /dev/null
expect 2 err 'an argument is missing' "$tessera" replay
expect 1 err '' "$fcgi" --check none
expect 1 err '' "$fcgi" --check empty
expect 0 out 'Status: 200 OK' env REQUEST_METHOD=GET REQUEST_URI=/ \
	GATEWAY_INTERFACE=CGI/1.1 TESSERA_RELEASE=site/out/current "$fcgi"
expect 0 out 'Spring is here' env REQUEST_METHOD=GET \
	HTTP_ACCEPT_ENCODING=identity REQUEST_URI='/?campaign=spring' \
	QUERY_STRING=campaign=spring GATEWAY_INTERFACE=CGI/1.1 \
	TESSERA_RELEASE=site/out/current "$fcgi"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
