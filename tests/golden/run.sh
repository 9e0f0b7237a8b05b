#!/bin/sh
# run.sh PROGRAM [CASE...] - compare what a site renders to with what is
# expected, with one thread and with three. BLESS=1 shows the differences and
# writes them down. A case with a make.sh gets it run in a copy of its site.
set -u
program=$1
shift
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
# What the script says of itself is not the site's.
scripts='s,assets/\(tessera\|ask\|triggers\|why\)\.[0-9a-f]\{10\}\.\(js\|css\),assets/\1.HASH.\2,'
[ $# -gt 0 ] || set -- $(cd "$here" && ls -d [a-z]*-*/)
for name; do
	name=${name%/}
	case=$here/$name
	rm -rf "$work/site"
	cp -r "$case/site" "$work/site"
	[ ! -f "$case/make.sh" ] || (cd "$work/site" && sh "$(cd "$OLDPWD" &&
		cd "$case" && pwd)/make.sh")
	"$program" "$work/site" 1 | sed "$scripts" > "$work/one"
	"$program" "$work/site" 3 | sed "$scripts" > "$work/three"
	if ! cmp -s "$work/one" "$work/three"; then
		echo "$name: the number of threads changes the result"
		failed=$((failed + 1))
	elif diff -u "$case/expect" "$work/one" > "$work/diff" 2>&1; then
		passed=$((passed + 1))
	elif [ "${BLESS:-0}" = 1 ]; then
		cat "$work/diff"
		cp "$work/one" "$case/expect"
		passed=$((passed + 1))
	else
		echo "$name: not as expected"
		cat "$work/diff"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
