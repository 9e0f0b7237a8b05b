/*
 * json_scan - walking over JSON text without making values of it.
 */
#include "build/read/json_scan.h"

size_t
tsr_json_skip_space(struct tsr_span text, size_t at)
{
	while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\n' ||
				  text.p[at] == '\r' || text.p[at] == '\t'))
		at++;
	return at;
}

size_t
tsr_json_skip_string(struct tsr_span text, size_t at)
{
	if (at < text.n)
		at++;
	while (at < text.n && text.p[at] != '"')
		at += text.p[at] == '\\' ? 2 : 1;
	return at < text.n ? at + 1 : text.n;
}

static bool
in_word(uint8_t c)
{
	return tsr_is_alnum(c) || c == '+' || c == '-' || c == '.' ||
	       c == '_' || c == '$' || c >= 0x80;
}

size_t
tsr_json_skip_token(struct tsr_span text, size_t at)
{
	if (at >= text.n)
		return text.n;
	if (text.p[at] == '"')
		return tsr_json_skip_string(text, at);
	if (!in_word(text.p[at]))
		return at + 1;
	while (at < text.n && in_word(text.p[at]))
		at++;
	return at;
}

size_t
tsr_json_skip_value(struct tsr_span text, size_t at)
{
	size_t depth = 0;

	at = tsr_json_skip_space(text, at);
	while (at < text.n) {
		uint8_t c = text.p[at];

		at = tsr_json_skip_token(text, at);
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth == 0)
			break;
		at = tsr_json_skip_space(text, at);
	}
	return at;
}

size_t
tsr_json_too_deep(struct tsr_span text, size_t at, unsigned max)
{
	unsigned depth = 0;

	while (at < text.n) {
		switch (text.p[at]) {
		case '"':
			at = tsr_json_skip_string(text, at);
			continue;
		case '{':
		case '[':
			if (depth++ == max)
				return at;
			break;
		case '}':
		case ']':
			if (depth > 0)
				depth--;
			break;
		}
		at++;
	}
	return text.n;
}
