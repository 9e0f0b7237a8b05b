/*
 * htmltok_place - what may be printed at a place, and how branches meet.
 */
#include "build/read/htmltok_impl.h"

static bool
scheme_allowed(struct tsr_span name)
{
	return tsr_span_eq(name, TSR_LIT("http")) ||
	       tsr_span_eq(name, TSR_LIT("https")) ||
	       tsr_span_eq(name, TSR_LIT("mailto")) ||
	       tsr_span_eq(name, TSR_LIT("tel"));
}

static void
srcset_blank(struct tsr_htmltok *t)
{
	bool comma = (t->tail >> 8 & 0xff) == ',';

	if (t->url != URL_START && t->url != URL_DESCRIPTOR)
		t->url = comma ? URL_START : URL_DESCRIPTOR;
	word_clear(t);
}

static void
part_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (t->url == URL_QUERY || t->url == URL_BAD)
		return;
	if (c == '?' || c == '#') {
		t->url = URL_QUERY;
	} else if (c == '/' && t->url != URL_PATH) {
		t->url = URL_PATH;
	} else if (t->url == URL_START) {
		t->url = c == ':' ? URL_PATH : URL_FIRST;
		word_clear(t);
		word_add(t, c);
	} else if (c == ':' && (t->url == URL_AFTER || t->url == URL_MIXED)) {
		t->scheme = true;
	} else if (t->url == URL_FIRST && c == ':') {
		t->url = scheme_allowed(word_view(t)) ? URL_PATH : URL_BAD;
	} else if (t->url == URL_FIRST) {
		word_add(t, c);
	}
}

void
tsr_html_url_byte(struct tsr_htmltok *t, uint8_t c)
{
	t->tail = t->tail << 8 | c;
	if (t->attr == ATTR_SRCSET && tsr_is_space(c)) {
		srcset_blank(t);
	} else if (t->url == URL_DESCRIPTOR) {
		if (c == ',')
			t->url = URL_START;
	} else if (t->url != URL_START || !tsr_is_space(c)) {
		part_byte(t, c);
	}
}

static enum tsr_hole
url_hole(const struct tsr_htmltok *t)
{
	switch (t->url) {
	case URL_START:
		return t->attr == ATTR_SRCSET  ? TSR_HOLE_SRCSET
		       : t->attr == ATTR_IMAGE ? TSR_HOLE_IMAGE_URL
					       : TSR_HOLE_URL;
	case URL_FIRST:
		return TSR_HOLE_URL_PATH;
	case URL_PATH:
		return (t->tail & 0xff) == '/' ? TSR_HOLE_URL_SEGMENT
					       : TSR_HOLE_URL_PATH;
	case URL_MIXED:
		return TSR_HOLE_URL_UNSURE;
	case URL_BAD:
		return TSR_HOLE_URL_SCHEME;
	case URL_DESCRIPTOR:
		return TSR_HOLE_CSS;
	default:
		return TSR_HOLE_URL_QUERY;
	}
}

static enum tsr_hole
value_hole(const struct tsr_htmltok *t)
{
	switch (t->attr) {
	case ATTR_URL:
	case ATTR_IMAGE:
	case ATTR_SRCSET:
		return url_hole(t);
	case ATTR_STYLE:
		return TSR_HOLE_CSS;
	case ATTR_EVENT:
		return TSR_HOLE_EVENT;
	case ATTR_MARKUP:
	case ATTR_TYPE:
		return TSR_HOLE_MARKUP_ATTR;
	default:
		return TSR_HOLE_ATTR;
	}
}

static enum tsr_hole
script_hole(const struct tsr_htmltok *t)
{
	if (t->script == SCRIPT_UNKNOWN)
		return TSR_HOLE_SCRIPT_TYPE;
	if (t->js != JS_CODE || t->operand != 0 || t->nword != 0 ||
	    (t->tail & 0xffff) == 0x3c21 || (t->tail & 0xffffff) == 0x3c212d)
		return TSR_HOLE_SCRIPT_PLACE;
	return TSR_HOLE_SCRIPT;
}

enum tsr_hole
tsr_htmltok_hole(const struct tsr_htmltok *t)
{
	switch (t->state) {
	case TSR_HTML_DATA:
		return TSR_HOLE_TEXT;
	case TSR_HTML_RCDATA:
		return TSR_HOLE_RCDATA;
	case TSR_HTML_DOUBLE_QUOTED:
	case TSR_HTML_SINGLE_QUOTED:
		return value_hole(t);
	case TSR_HTML_BEFORE_VALUE:
	case TSR_HTML_UNQUOTED:
		return TSR_HOLE_UNQUOTED;
	case TSR_HTML_TAG_OPEN:
	case TSR_HTML_END_TAG_OPEN:
	case TSR_HTML_TAG_NAME:
		return TSR_HOLE_TAG_NAME;
	case TSR_HTML_BEFORE_ATTR:
	case TSR_HTML_ATTR_NAME:
	case TSR_HTML_AFTER_ATTR_NAME:
	case TSR_HTML_AFTER_VALUE:
	case TSR_HTML_SELF_CLOSING:
	case TSR_HTML_ATTR_END:
		return TSR_HOLE_ATTR_NAME;
	case TSR_HTML_SCRIPT:
		return script_hole(t);
	case TSR_HTML_RAWTEXT:
		return t->tag == TAG_STYLE ? TSR_HOLE_CSS : TSR_HOLE_RAW;
	case TSR_HTML_RAW_LT:
	case TSR_HTML_RAW_END_OPEN:
	case TSR_HTML_RAW_END_NAME:
		return TSR_HOLE_TAG_NAME;
	case TSR_HTML_PLAINTEXT:
	case TSR_HTML_DOCTYPE:
	case TSR_HTML_CDATA:
		return TSR_HOLE_RAW;
	default:
		return TSR_HOLE_COMMENT;
	}
}

void
tsr_htmltok_fill(struct tsr_htmltok *t)
{
	if (t->state == TSR_HTML_SCRIPT) {
		t->operand = 1;
		t->tail = 0;
	} else if (t->url == URL_START || t->url == URL_FIRST) {
		t->url = URL_AFTER;
		word_clear(t);
	} else if (t->state == TSR_HTML_BEFORE_VALUE) {
		t->state = TSR_HTML_UNQUOTED;
	}
}

static bool
in_script(const struct tsr_htmltok *t)
{
	return t->state == TSR_HTML_SCRIPT ||
	       (t->tag == TAG_SCRIPT && t->state >= TSR_HTML_RAW_LT &&
		   t->state <= TSR_HTML_RAW_END_NAME);
}

static bool
same_word(const struct tsr_htmltok *a, const struct tsr_htmltok *b)
{
	size_t n = a->nword < TSR_HTML_WORD ? a->nword : TSR_HTML_WORD;

	return a->nword == b->nword && memcmp(a->word, b->word, n) == 0;
}

bool
tsr_htmltok_same(const struct tsr_htmltok *a, const struct tsr_htmltok *b)
{
	if (a->state != b->state || a->tag != b->tag || a->attr != b->attr ||
	    a->url != b->url || a->script != b->script || a->end != b->end ||
	    a->refresh != b->refresh || a->nest != b->nest)
		return false;
	if (a->url != URL_NONE &&
	    ((a->tail & 0xff) == '/') != ((b->tail & 0xff) == '/'))
		return false;
	if (in_script(a) && (a->js != b->js || a->operand != b->operand ||
				a->escaped != b->escaped || a->tail != b->tail))
		return false;
	switch (a->state) {
	case TSR_HTML_CDATA:
		return (a->tail & 0xffff) == (b->tail & 0xffff);
	case TSR_HTML_RAW_END_NAME:
		return a->match == b->match;
	case TSR_HTML_DATA:
	case TSR_HTML_BEFORE_ATTR:
	case TSR_HTML_AFTER_VALUE:
	case TSR_HTML_RCDATA:
	case TSR_HTML_RAWTEXT:
		return true;
	default:
		return same_word(a, b);
	}
}

/* Between attributes, or where one may have just ended. */
static bool
between_attrs(const struct tsr_htmltok *t)
{
	switch (t->state) {
	case TSR_HTML_TAG_NAME:
	case TSR_HTML_BEFORE_ATTR:
	case TSR_HTML_ATTR_NAME:
	case TSR_HTML_AFTER_ATTR_NAME:
	case TSR_HTML_AFTER_VALUE:
	case TSR_HTML_ATTR_END:
		return true;
	default:
		return false;
	}
}

static bool
join_attrs(struct tsr_htmltok *out, struct tsr_htmltok a, struct tsr_htmltok b)
{
	if (a.state == TSR_HTML_TAG_NAME)
		tsr_html_name_done(&a);
	if (b.state == TSR_HTML_TAG_NAME)
		tsr_html_name_done(&b);
	if (a.tag != b.tag || a.end != b.end || a.nest != b.nest)
		return false;
	*out = a;
	out->state = TSR_HTML_ATTR_END;
	out->attr = ATTR_PLAIN;
	if (a.script != b.script)
		out->script = SCRIPT_UNKNOWN;
	out->refresh = a.refresh || b.refresh;
	out->broken = false;
	word_clear(out);
	return true;
}

static uint8_t
join_url(uint8_t a, uint8_t b)
{
	if (a == b)
		return a == URL_FIRST ? URL_AFTER : a;
	if (a == URL_BAD || b == URL_BAD)
		return URL_BAD;
	if (a == URL_START || b == URL_START || a == URL_MIXED ||
	    b == URL_MIXED || a == URL_DESCRIPTOR || b == URL_DESCRIPTOR)
		return URL_MIXED;
	return URL_AFTER;
}

static bool
join_script(struct tsr_htmltok *out, const struct tsr_htmltok *a,
    const struct tsr_htmltok *b)
{
	if (a->escaped != b->escaped || a->script != b->script)
		return false;
	*out = *a;
	out->tail = (a->tail & 0xff) == (b->tail & 0xff) ? a->tail & 0xff : 0;
	if (a->js != b->js)
		out->js = JS_UNSURE;
	if (a->operand != b->operand || !same_word(a, b))
		out->operand = 2;
	if (!same_word(a, b))
		word_clear(out);
	return true;
}

bool
tsr_htmltok_join(struct tsr_htmltok *out, const struct tsr_htmltok *a,
    const struct tsr_htmltok *b)
{
	struct tsr_htmltok joined;

	if (tsr_htmltok_same(a, b)) {
		*out = *a;
		return true;
	}
	if (between_attrs(a) && between_attrs(b))
		return join_attrs(out, *a, *b);
	if (a->state != b->state || a->tag != b->tag || a->nest != b->nest)
		return false;
	if (a->state == TSR_HTML_SCRIPT)
		return join_script(out, a, b);
	if (a->url == URL_NONE || b->url == URL_NONE || a->attr != b->attr)
		return false;
	joined = (a->tail & 0xff) == '/' ? *a : *b;
	joined.url = join_url(a->url, b->url);
	word_clear(&joined);
	*out = joined;
	return true;
}

const char *
tsr_htmltok_text(const struct tsr_htmltok *t)
{
	switch (tsr_htmltok_hole(t)) {
	case TSR_HOLE_TEXT:
		return "text";
	case TSR_HOLE_RCDATA:
		return "the text of title or textarea";
	case TSR_HOLE_ATTR:
		return "an attribute value";
	case TSR_HOLE_URL:
	case TSR_HOLE_IMAGE_URL:
	case TSR_HOLE_SRCSET:
		return "the start of a URL";
	case TSR_HOLE_URL_PATH:
	case TSR_HOLE_URL_SEGMENT:
	case TSR_HOLE_URL_QUERY:
	case TSR_HOLE_URL_SCHEME:
	case TSR_HOLE_URL_UNSURE:
		return "a URL";
	case TSR_HOLE_CSS:
		return "a style";
	case TSR_HOLE_SCRIPT:
	case TSR_HOLE_SCRIPT_TYPE:
	case TSR_HOLE_SCRIPT_PLACE:
		return "a script";
	case TSR_HOLE_UNQUOTED:
		return "an attribute value without quotes";
	case TSR_HOLE_TAG_NAME:
		return "a tag's name";
	case TSR_HOLE_ATTR_NAME:
		return "a tag, between attributes";
	case TSR_HOLE_EVENT:
		return "an attribute that is run as code";
	case TSR_HOLE_MARKUP_ATTR:
		return "an attribute that changes what others mean";
	case TSR_HOLE_COMMENT:
		return "a comment";
	default:
		return "raw text";
	}
}
