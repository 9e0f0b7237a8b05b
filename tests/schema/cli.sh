#!/bin/sh
# tessera schema as a person or a script uses it: output and exit codes.
# usage: cli.sh TESSERA
set -u
tessera=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

# expect CODE TEXT COMMAND...: exit code, and a text of the output or ''.
expect() {
	code=$1 text=$2
	shift 2
	"$@" >"$dir/out" 2>&1
	got=$?
	if [ $got -eq "$code" ] && { [ -z "$text" ] ||
		grep -qF -e "$text" "$dir/out"; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $* gave $got, expected $code and: $text"
		sed 's/^/    /' "$dir/out"
	fi
}

cat >"$dir/s.json" <<'END'
{"properties": {"a": {"$ref": "other.json#/$defs/n"}}, "required": ["b"]}
END
echo '{"$defs": {"n": {"type": "integer"}}}' >"$dir/other.json"
echo '{"type": "strnig"}' >"$dir/bad.json"
echo '{"a": 1, "b": 2}' >"$dir/good.json"
printf '{\n  "a": "x"\n}\n' >"$dir/wrong.json"
echo '{"a": 1,}' >"$dir/syntax.json"

expect 0 'variant ' "$tessera" schema
expect 0 '"title": "Page"' "$tessera" schema page
expect 2 'unknown kind "pgae"' "$tessera" schema pgae
expect 0 'usage: tessera schema' "$tessera" schema --help
expect 2 'usage: tessera schema' "$tessera" schema --validate "$dir/s.json"
expect 2 'usage: tessera schema' "$tessera" schema --nonsense x
expect 0 '' "$tessera" schema --validate "$dir/s.json" \
	--with "$dir/other.json" "$dir/good.json"
expect 2 'S104' "$tessera" schema --validate "$dir/s.json" "$dir/good.json"
expect 1 'wrong.json:2:8: error[S001]: found a string, expected an integer' \
	"$tessera" schema --validate "$dir/s.json" --with "$dir/other.json" \
	"$dir/good.json" "$dir/wrong.json"
expect 1 'wrong.json:1:1: error[S007]: member "b" is missing' \
	"$tessera" schema --validate "$dir/s.json" --with "$dir/other.json" \
	"$dir/wrong.json"
expect 1 '"rule":"S001"' "$tessera" schema --validate "$dir/s.json" \
	--with "$dir/other.json" --json "$dir/wrong.json"
expect 0 '[]' "$tessera" schema --validate "$dir/s.json" \
	--with "$dir/other.json" --json "$dir/good.json"
expect 1 'remove the comma' "$tessera" schema --validate model "$dir/syntax.json"
expect 2 'did you mean "string"?' "$tessera" schema --validate \
	"$dir/bad.json" "$dir/good.json"
expect 2 'J001' "$tessera" schema --validate "$dir/syntax.json" "$dir/good.json"
expect 3 'No such file' "$tessera" schema --validate "$dir/none.json" \
	"$dir/good.json"
expect 3 'No such file' "$tessera" schema --validate entry "$dir/none.json"
expect 2 'unknown verb' "$tessera" shcema

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
