/*
 * json_explain - say what is wrong with text that is no JSON.
 *
 * Runs only after jansson refused the text. Finds the first thing that is
 * wrong by RFC 8259 and knows the mistakes that people make: a comma too many
 * or too few, comments, single quotes, names without quotes, words of other
 * languages.
 */
#include <stdio.h>

#include "build/read/json.h"
#include "build/read/json_scan.h"
#include "core/utf8.h"

struct walk {
	struct tsr_diag *diag;
	struct tsr_span text;
	size_t at;
	uint32_t src;
};

static bool walk_value(struct walk *w);

static struct tsr_where
here(const struct walk *w, size_t off, size_t len)
{
	return (struct tsr_where){w->src, (uint32_t)off, (uint32_t)len};
}

static bool
fail(struct walk *w, size_t off, size_t len, const char *text, const char *hint)
{
	tsr_diag_add(w->diag, TSR_ERROR, "J001", here(w, off, len), "%s", text);
	if (hint != NULL)
		tsr_diag_hint(w->diag, "%s", hint);
	return false;
}

static uint8_t
peek(struct walk *w)
{
	w->at = tsr_json_skip_space(w->text, w->at);
	return w->at < w->text.n ? w->text.p[w->at] : 0;
}

static bool
at_end(const struct walk *w)
{
	return w->at >= w->text.n;
}

/* What was found instead of what was expected, with the usual mistakes. */
static bool
unexpected(struct walk *w, const char *expected)
{
	static const struct {
		const char *word, *hint;
	} words[] = {
	    {"True", "write true"},
	    {"False", "write false"},
	    {"TRUE", "write true"},
	    {"FALSE", "write false"},
	    {"None", "write null"},
	    {"NULL", "write null"},
	    {"Null", "write null"},
	    {"nil", "write null"},
	    {"undefined", "write null, or leave the member out"},
	    {"NaN", "JSON has no NaN: write null"},
	    {"Infinity", "JSON has no infinity"},
	    {"-Infinity", "JSON has no infinity"},
	};
	struct tsr_span found;
	const char *hint = NULL;
	size_t i;

	if (at_end(w)) {
		tsr_diag_add(w->diag, TSR_ERROR, "J001", here(w, w->text.n, 0),
		    "the text ends where %s is expected", expected);
		return false;
	}
	found = tsr_span_part(
	    w->text, w->at, tsr_json_skip_token(w->text, w->at) - w->at);
	for (i = 0; i < TSR_COUNT_OF(words); i++)
		if (tsr_span_eq(found,
			tsr_span_of(words[i].word, strlen(words[i].word))))
			hint = words[i].hint;
	switch (found.p[0]) {
	case '\'':
		hint = "JSON strings stand between double quotes";
		break;
	case '/':
	case '#':
		hint = "JSON has no comments: remove it";
		break;
	default:
		if (hint == NULL && tsr_is_alpha(found.p[0]))
			hint = "text stands between double quotes";
	}
	tsr_diag_add(w->diag, TSR_ERROR, "J001", here(w, w->at, found.n),
	    "found %.*s where %s is expected", TSR_ARG(found), expected);
	if (hint != NULL)
		tsr_diag_hint(w->diag, "%s", hint);
	return false;
}

static uint32_t
hex4(struct tsr_span text, size_t at)
{
	uint32_t v = 0;
	size_t i;

	if (text.n < 4 || at > text.n - 4)
		return UINT32_MAX;
	for (i = 0; i < 4; i++) {
		int d = tsr_hex(text.p[at + i]);

		if (d < 0)
			return UINT32_MAX;
		v = v << 4 | (uint32_t)d;
	}
	return v;
}

/* w->at is on the backslash. */
static bool
walk_escape(struct walk *w)
{
	size_t at = w->at;
	uint8_t c = at + 1 < w->text.n ? w->text.p[at + 1] : 0;
	uint32_t v, low;

	if (c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' ||
	    c == 'n' || c == 'r' || c == 't') {
		w->at += 2;
		return true;
	}
	if (c != 'u')
		return fail(w, at, 2, "unknown escape in a string",
		    "write \\\\ for a backslash");
	v = hex4(w->text, at + 2);
	if (v == UINT32_MAX)
		return fail(
		    w, at, 2, "\\u needs four hexadecimal digits", NULL);
	if (v == 0) {
		tsr_diag_add(w->diag, TSR_ERROR, "J004", here(w, at, 6),
		    "a string may not contain the character U+0000");
		return false;
	}
	w->at += 6;
	if (v < 0xd800 || v > 0xdfff)
		return true;
	low = w->at + 1 < w->text.n && w->text.p[w->at] == '\\' &&
		      w->text.p[w->at + 1] == 'u'
		  ? hex4(w->text, w->at + 2)
		  : UINT32_MAX;
	if (v > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return fail(w, at, 6, "half of a surrogate pair",
		    "write the character itself, in UTF-8");
	w->at += 6;
	return true;
}

static bool
walk_string(struct walk *w)
{
	size_t start = w->at++, n;
	uint8_t c;

	while (!at_end(w)) {
		c = w->text.p[w->at];
		if (c == '"') {
			w->at++;
			return true;
		}
		if (c == '\\') {
			if (!walk_escape(w))
				return false;
			continue;
		}
		if (c == '\n' || c == '\r')
			return fail(w, start, w->at - start,
			    "the line ends inside a string",
			    "close the string, or write \\n for a line end");
		if (c < 0x20)
			return fail(w, w->at, 1,
			    "control character inside a string",
			    "write it as an escape: \\t for a tab");
		n = tsr_utf8_at(w->text.p + w->at, w->text.n - w->at);
		if (n == 0)
			return fail(w, w->at, 1, "this byte is not UTF-8",
			    "save the file as UTF-8");
		w->at += n;
	}
	return fail(
	    w, start, 1, "this string is not closed", "add a double quote");
}

static size_t
digits(struct walk *w)
{
	size_t from = w->at;

	while (!at_end(w) && tsr_is_digit(w->text.p[w->at]))
		w->at++;
	return w->at - from;
}

static bool
walk_number(struct walk *w)
{
	size_t from = w->at, end = tsr_json_skip_token(w->text, from), n;
	struct tsr_span text = tsr_span_part(w->text, 0, end);

	if (text.p[w->at] == '-')
		w->at++;
	n = w->at;
	if (digits(w) == 0)
		return fail(w, from, end - from, "this is no number",
		    "a number begins with a digit");
	if (text.p[n] == '0' && w->at > n + 1)
		return fail(w, from, end - from,
		    "a number does not begin with 0", "write it without the 0");
	if (w->at < end && text.p[w->at] == '.') {
		w->at++;
		if (digits(w) == 0)
			return fail(w, from, end - from, "this is no number",
			    "a digit stands after the point");
	}
	if (w->at < end && tsr_lower(text.p[w->at]) == 'e') {
		w->at++;
		if (w->at < end &&
		    (text.p[w->at] == '+' || text.p[w->at] == '-'))
			w->at++;
		if (digits(w) == 0)
			return fail(w, from, end - from, "this is no number",
			    "digits stand after the e");
	}
	if (w->at < end)
		return fail(w, from, end - from, "this is no number",
		    "text stands between double quotes");
	return true;
}

/*
 * After a value inside brackets that close with `close`: a comma and more, or
 * the end. *more says which.
 */
static bool
walk_comma(struct walk *w, bool *more, size_t open, uint8_t close)
{
	uint8_t c = peek(w);
	size_t comma = w->at;

	*more = false;
	if (c == close && !at_end(w)) {
		w->at++;
		return true;
	}
	if (at_end(w)) {
		fail(w, w->text.n, 0,
		    close == '}' ? "the text ends inside an object"
				 : "the text ends inside an array",
		    close == '}' ? "add }" : "add ]");
		w->diag->list[w->diag->count - 1].also = here(w, open, 1);
		return false;
	}
	if (c != ',') {
		unexpected(w, close == '}' ? "a comma or }" : "a comma or ]");
		if (c == '"' || c == '{' || c == '[' || tsr_is_digit(c))
			tsr_diag_hint(
			    w->diag, "a comma is missing before this");
		return false;
	}
	w->at++;
	*more = true;
	c = peek(w);
	if (!at_end(w) && (c == '}' || c == ']'))
		return fail(w, comma, 1, "a comma after the last one",
		    "remove the comma");
	return true;
}

static bool
walk_object(struct walk *w)
{
	size_t open = w->at++;
	bool more = true;

	if (peek(w) == '}')
		return walk_comma(w, &more, open, '}');
	while (more) {
		if (peek(w) != '"' || at_end(w)) {
			unexpected(w, "a member's name");
			if (!at_end(w) && (tsr_is_alpha(w->text.p[w->at]) ||
					      w->text.p[w->at] == '_'))
				tsr_diag_hint(w->diag,
				    "names stand between double quotes");
			return false;
		}
		if (!walk_string(w))
			return false;
		if (peek(w) != ':' || at_end(w))
			return unexpected(w, "a colon");
		w->at++;
		if (!walk_value(w) || !walk_comma(w, &more, open, '}'))
			return false;
	}
	return true;
}

static bool
walk_array(struct walk *w)
{
	size_t open = w->at++;
	bool more = true;

	if (peek(w) == ']')
		return walk_comma(w, &more, open, ']');
	while (more)
		if (!walk_value(w) || !walk_comma(w, &more, open, ']'))
			return false;
	return true;
}

/* Recursion: the caller of tsr_json_explain has checked the depth. */
static bool
walk_value(struct walk *w)
{
	uint8_t c = peek(w);
	struct tsr_span word;

	if (at_end(w))
		return unexpected(w, "a value");
	if (c == '{')
		return walk_object(w);
	if (c == '[')
		return walk_array(w);
	if (c == '"')
		return walk_string(w);
	word = tsr_span_part(
	    w->text, w->at, tsr_json_skip_token(w->text, w->at) - w->at);
	if (tsr_is_digit(c) ||
	    (c == '-' && word.n > 1 && !tsr_is_alpha(word.p[1])))
		return walk_number(w);
	if (!tsr_span_eq(word, TSR_LIT("true")) &&
	    !tsr_span_eq(word, TSR_LIT("false")) &&
	    !tsr_span_eq(word, TSR_LIT("null")))
		return unexpected(w, "a value");
	w->at += word.n;
	return true;
}

bool
tsr_json_explain(
    struct tsr_diag *diag, uint32_t src, struct tsr_span text, size_t at)
{
	struct walk w = {diag, text, at, src};

	peek(&w);
	if (at_end(&w)) {
		fail(&w, text.n, 0, "there is no JSON value here", NULL);
		return true;
	}
	if (!walk_value(&w))
		return true;
	peek(&w);
	if (at_end(&w))
		return false;
	unexpected(&w, "the end");
	return true;
}
