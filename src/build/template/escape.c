/*
 * escape - write a value so that it means itself at a place in HTML.
 */
#include "build/template/escape.h"

/* What a byte needs; a run of bytes that need nothing is copied at once. */
enum {
	IS_HTML = 1,	/* & < > " */
	IS_ATTR = 2,	/* those, ' NUL CR */
	IS_UNRESERVED = 4,
	IS_PATH = 8,	/* unreserved and what a path may hold */
	IS_URL = 16,	/* what a whole URL may hold */
	IS_SCRIPT = 32  /* < > & and the first byte of U+2028 */

};

#define ALNUM (IS_UNRESERVED | IS_PATH | IS_URL)
#define MARK (IS_UNRESERVED | IS_PATH | IS_URL)

static const uint8_t classes[256] = {
    ['0'] = ALNUM, ['1'] = ALNUM, ['2'] = ALNUM, ['3'] = ALNUM,
    ['4'] = ALNUM, ['5'] = ALNUM, ['6'] = ALNUM, ['7'] = ALNUM,
    ['8'] = ALNUM, ['9'] = ALNUM, ['a'] = ALNUM, ['b'] = ALNUM,
    ['c'] = ALNUM, ['d'] = ALNUM, ['e'] = ALNUM, ['f'] = ALNUM,
    ['g'] = ALNUM, ['h'] = ALNUM, ['i'] = ALNUM, ['j'] = ALNUM,
    ['k'] = ALNUM, ['l'] = ALNUM, ['m'] = ALNUM, ['n'] = ALNUM,
    ['o'] = ALNUM, ['p'] = ALNUM, ['q'] = ALNUM, ['r'] = ALNUM,
    ['s'] = ALNUM, ['t'] = ALNUM, ['u'] = ALNUM, ['v'] = ALNUM,
    ['w'] = ALNUM, ['x'] = ALNUM, ['y'] = ALNUM, ['z'] = ALNUM,
    ['A'] = ALNUM, ['B'] = ALNUM, ['C'] = ALNUM, ['D'] = ALNUM,
    ['E'] = ALNUM, ['F'] = ALNUM, ['G'] = ALNUM, ['H'] = ALNUM,
    ['I'] = ALNUM, ['J'] = ALNUM, ['K'] = ALNUM, ['L'] = ALNUM,
    ['M'] = ALNUM, ['N'] = ALNUM, ['O'] = ALNUM, ['P'] = ALNUM,
    ['Q'] = ALNUM, ['R'] = ALNUM, ['S'] = ALNUM, ['T'] = ALNUM,
    ['U'] = ALNUM, ['V'] = ALNUM, ['W'] = ALNUM, ['X'] = ALNUM,
    ['Y'] = ALNUM, ['Z'] = ALNUM,
    ['-'] = MARK, ['_'] = MARK, ['.'] = MARK,
    ['~'] = MARK, ['%'] = IS_URL, ['#'] = IS_URL,
    ['+'] = IS_URL,
    ['/'] = IS_PATH | IS_URL, ['@'] = IS_PATH | IS_URL,
    ['!'] = IS_PATH | IS_URL, ['*'] = IS_PATH | IS_URL,
    [':'] = IS_URL, ['?'] = IS_URL, ['='] = IS_URL, [','] = IS_URL,
    [';'] = IS_URL, ['('] = IS_URL, [')'] = IS_URL, ['['] = IS_URL,
    [']'] = IS_URL, ['$'] = IS_URL,
    ['&'] = IS_HTML | IS_ATTR | IS_URL | IS_SCRIPT,
    ['<'] = IS_HTML | IS_ATTR | IS_SCRIPT,
    ['>'] = IS_HTML | IS_ATTR | IS_SCRIPT, ['"'] = IS_HTML | IS_ATTR,
    ['\''] = IS_ATTR | IS_URL, [0] = IS_ATTR, ['\r'] = IS_ATTR,
    [0xe2] = IS_SCRIPT,
};

static const char *
reference(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\r':
		return "&#13;";
	default:
		return "\xef\xbf\xbd"; /* NUL cannot stand in HTML */
	}
}

static void
references(struct tsr_buf *out, struct tsr_span value, uint8_t class)
{
	size_t i, from = 0;

	for (i = 0; i < value.n; i++) {
		if ((classes[value.p[i]] & class) == 0)
			continue;
		tsr_buf_add(out, tsr_span_part(value, from, i - from));
		tsr_buf_text(out, reference(value.p[i]));
		from = i + 1;
	}
	tsr_buf_add(out, tsr_span_from(value, from));
}

void
tsr_escape_html(struct tsr_buf *out, struct tsr_span value)
{
	references(out, value, IS_HTML);
}

void
tsr_escape_attr(struct tsr_buf *out, struct tsr_span value)
{
	references(out, value, IS_ATTR);
}

static void
percent_byte(struct tsr_buf *out, uint8_t c)
{
	static const char digits[] = "0123456789ABCDEF";

	tsr_buf_byte(out, '%');
	tsr_buf_byte(out, (uint8_t)digits[c >> 4]);
	tsr_buf_byte(out, (uint8_t)digits[c & 15]);
}

static void
percent(struct tsr_buf *out, struct tsr_span value, uint8_t keep)
{
	size_t i, from = 0;

	for (i = 0; i < value.n; i++) {
		if ((classes[value.p[i]] & keep) != 0)
			continue;
		tsr_buf_add(out, tsr_span_part(value, from, i - from));
		percent_byte(out, value.p[i]);
		from = i + 1;
	}
	tsr_buf_add(out, tsr_span_from(value, from));
}

void
tsr_escape_percent(struct tsr_buf *out, struct tsr_span value)
{
	percent(out, value, IS_UNRESERVED);
}

static bool
starts_with_case(struct tsr_span s, const char *prefix)
{
	size_t i, n = strlen(prefix);

	if (s.n < n)
		return false;
	for (i = 0; i < n; i++)
		if (tsr_lower(s.p[i]) != (uint8_t)prefix[i])
			return false;
	return true;
}

static bool
image_data(struct tsr_span url)
{
	static const char *const types[] = {"data:image/png",
	    "data:image/gif", "data:image/jpeg", "data:image/webp",
	    "data:image/avif"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(types); i++) {
		size_t n = strlen(types[i]);

		if (starts_with_case(url, types[i]) && url.n > n &&
		    (url.p[n] == ';' || url.p[n] == ','))
			return true;
	}
	return false;
}

/* What stands before the first ":", unless a "/", "?" or "#" comes first. */
static enum tsr_unsafe
check_url(struct tsr_span url, bool image)
{
	size_t i;

	for (i = 0; i < url.n; i++)
		if (url.p[i] < 0x20 || url.p[i] == 0x7f)
			return TSR_UNSAFE_BYTES;
	for (i = 0; i < url.n; i++)
		if (url.p[i] == ':' || url.p[i] == '/' || url.p[i] == '?' ||
		    url.p[i] == '#')
			break;
	if (i == url.n || url.p[i] != ':')
		return TSR_SAFE;
	if (starts_with_case(url, "https:") || starts_with_case(url, "http:") ||
	    starts_with_case(url, "mailto:") || starts_with_case(url, "tel:") ||
	    (image && image_data(url)))
		return TSR_SAFE;
	return TSR_UNSAFE_URL;
}

/* & and ' are all that a URL may hold and an attribute may not. */
static void
whole_url(struct tsr_buf *out, struct tsr_span url, bool srcset)
{
	size_t i;

	for (i = 0; i < url.n; i++) {
		uint8_t c = url.p[i];

		if ((classes[c] & IS_URL) == 0 || (srcset && c == ','))
			percent_byte(out, c);
		else if ((classes[c] & IS_ATTR) != 0)
			tsr_buf_text(out, reference(c));
		else
			tsr_buf_byte(out, c);
	}
}

static enum tsr_unsafe
url(struct tsr_buf *out, struct tsr_span value, enum tsr_hole hole)
{
	enum tsr_unsafe unsafe;

	while (value.n > 0 && value.p[0] == ' ')
		value = tsr_span_from(value, 1);
	while (value.n > 0 && value.p[value.n - 1] == ' ')
		value.n--;
	unsafe = check_url(value, hole == TSR_HOLE_IMAGE_URL);
	if (unsafe == TSR_SAFE)
		whole_url(out, value, hole == TSR_HOLE_SRCSET);
	return unsafe;
}

/* A slash behind a literal slash would name another host. */
static void
segment(struct tsr_buf *out, struct tsr_span value)
{
	while (value.n > 0 && value.p[0] == '/') {
		percent_byte(out, '/');
		value = tsr_span_from(value, 1);
	}
	percent(out, value, IS_PATH);
}

/* One token: a word, #colour, or a number with a unit or percent sign. */
static enum tsr_unsafe
css(struct tsr_buf *out, struct tsr_span value)
{
	size_t i = 0, digits = 0;

	if (value.n == 0)
		return TSR_SAFE;
	if (value.p[0] == '#') {
		for (i = 1; i < value.n; i++)
			if (tsr_hex(value.p[i]) < 0)
				return TSR_UNSAFE_CSS;
		if (value.n != 4 && value.n != 5 && value.n != 7 &&
		    value.n != 9)
			return TSR_UNSAFE_CSS;
		tsr_buf_add(out, value);
		return TSR_SAFE;
	}
	if (value.p[0] == '-' || value.p[0] == '+')
		i++;
	while (i < value.n && (tsr_is_digit(value.p[i]) || value.p[i] == '.'))
		digits += tsr_is_digit(value.p[i++]) ? 1 : 0;
	if (digits > 0) {
		while (i < value.n && tsr_is_alpha(value.p[i]))
			i++;
		if (i < value.n && value.p[i] == '%')
			i++;
	} else {
		for (i = 0; i < value.n; i++)
			if (!tsr_is_alnum(value.p[i]) && value.p[i] != '-' &&
			    value.p[i] != '_')
				return TSR_UNSAFE_CSS;
	}
	if (i != value.n)
		return TSR_UNSAFE_CSS;
	tsr_buf_add(out, value);
	return TSR_SAFE;
}

/* JSON text: what could end the script or a line becomes \uXXXX. */
static void
script(struct tsr_buf *out, struct tsr_span json)
{
	size_t i, from = 0;

	for (i = 0; i < json.n; i++) {
		uint8_t c = json.p[i];
		bool line = c == 0xe2 && json.n - i >= 3 &&
		    json.p[i + 1] == 0x80 && (json.p[i + 2] & 0xfe) == 0xa8;

		if ((classes[c] & IS_SCRIPT) == 0 || (c == 0xe2 && !line))
			continue;
		tsr_buf_add(out, tsr_span_part(json, from, i - from));
		if (line) {
			tsr_buf_text(out,
			    json.p[i + 2] == 0xa8 ? "\\u2028" : "\\u2029");
			i += 2;
		} else {
			tsr_buf_printf(out, "\\u%04x", c);
		}
		from = i + 1;
	}
	tsr_buf_add(out, tsr_span_from(json, from));
}

enum tsr_unsafe
tsr_escape(struct tsr_buf *out, enum tsr_hole hole, struct tsr_span value)
{
	switch (hole) {
	case TSR_HOLE_URL:
	case TSR_HOLE_IMAGE_URL:
	case TSR_HOLE_SRCSET:
		return url(out, value, hole);
	case TSR_HOLE_URL_SEGMENT:
		segment(out, value);
		return TSR_SAFE;
	case TSR_HOLE_URL_PATH:
		percent(out, value, IS_PATH);
		return TSR_SAFE;
	case TSR_HOLE_URL_QUERY:
		percent(out, value, IS_UNRESERVED);
		return TSR_SAFE;
	case TSR_HOLE_CSS:
		return css(out, value);
	case TSR_HOLE_SCRIPT:
		script(out, value);
		return TSR_SAFE;
	default:
		references(out, value, IS_ATTR);
		return TSR_SAFE;
	}
}
