/*
 * htmltok - where in HTML a byte stands: WHATWG HTML, section 13.2.5.
 */
#include "build/read/htmltok_impl.h"

struct named {
	const char *name;
	uint8_t value;
};

static uint8_t
look_up(struct tsr_span name, const struct named *table, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		size_t n = strlen(table[i].name);

		if (n == name.n && memcmp(table[i].name, name.p, n) == 0)
			return table[i].value;
	}
	return 0;
}

static const struct named tags[] = {
    {"title", TAG_TITLE}, {"textarea", TAG_TEXTAREA}, {"style", TAG_STYLE},
    {"xmp", TAG_XMP}, {"iframe", TAG_IFRAME}, {"noembed", TAG_NOEMBED},
    {"noframes", TAG_NOFRAMES}, {"script", TAG_SCRIPT},
    {"plaintext", TAG_PLAINTEXT}, {"svg", TAG_SVG}, {"math", TAG_MATH},
    {"foreignobject", TAG_FOREIGNOBJECT}, {"desc", TAG_DESC},
    {"img", TAG_IMG}, {"meta", TAG_META}, {"object", TAG_OBJECT},
    {"animate", TAG_ANIMATE}, {"set", TAG_ANIMATE},
    {"animatemotion", TAG_ANIMATE}, {"animatetransform", TAG_ANIMATE},
    {"animatecolor", TAG_ANIMATE}, {"b", TAG_BREAKOUT},
    {"big", TAG_BREAKOUT}, {"blockquote", TAG_BREAKOUT},
    {"body", TAG_BREAKOUT}, {"br", TAG_BREAKOUT}, {"center", TAG_BREAKOUT},
    {"code", TAG_BREAKOUT}, {"dd", TAG_BREAKOUT}, {"div", TAG_BREAKOUT},
    {"dl", TAG_BREAKOUT}, {"dt", TAG_BREAKOUT}, {"em", TAG_BREAKOUT},
    {"embed", TAG_BREAKOUT}, {"h1", TAG_BREAKOUT}, {"h2", TAG_BREAKOUT},
    {"h3", TAG_BREAKOUT}, {"h4", TAG_BREAKOUT}, {"h5", TAG_BREAKOUT},
    {"h6", TAG_BREAKOUT}, {"head", TAG_BREAKOUT}, {"hr", TAG_BREAKOUT},
    {"i", TAG_BREAKOUT}, {"li", TAG_BREAKOUT}, {"listing", TAG_BREAKOUT},
    {"menu", TAG_BREAKOUT}, {"nobr", TAG_BREAKOUT}, {"ol", TAG_BREAKOUT},
    {"p", TAG_BREAKOUT}, {"pre", TAG_BREAKOUT}, {"ruby", TAG_BREAKOUT},
    {"s", TAG_BREAKOUT}, {"small", TAG_BREAKOUT}, {"span", TAG_BREAKOUT},
    {"strong", TAG_BREAKOUT}, {"strike", TAG_BREAKOUT},
    {"sub", TAG_BREAKOUT}, {"sup", TAG_BREAKOUT}, {"table", TAG_BREAKOUT},
    {"tt", TAG_BREAKOUT}, {"u", TAG_BREAKOUT}, {"ul", TAG_BREAKOUT},
    {"var", TAG_BREAKOUT},
};

static const struct named attrs[] = {
    {"href", ATTR_URL}, {"src", ATTR_URL}, {"action", ATTR_URL},
    {"formaction", ATTR_URL}, {"poster", ATTR_URL}, {"cite", ATTR_URL},
    {"data", ATTR_URL}, {"ping", ATTR_URL}, {"xlink:href", ATTR_URL},
    {"manifest", ATTR_URL}, {"background", ATTR_URL},
    {"longdesc", ATTR_URL}, {"codebase", ATTR_URL}, {"classid", ATTR_URL},
    {"archive", ATTR_URL}, {"icon", ATTR_URL}, {"profile", ATTR_URL},
    {"usemap", ATTR_URL}, {"lowsrc", ATTR_URL}, {"dynsrc", ATTR_URL},
    {"xml:base", ATTR_URL}, {"srcset", ATTR_SRCSET},
    {"imagesrcset", ATTR_SRCSET}, {"style", ATTR_STYLE},
    {"srcdoc", ATTR_MARKUP}, {"http-equiv", ATTR_MARKUP},
    {"type", ATTR_TYPE},
};

static const struct named scripts[] = {
    {"", SCRIPT_JS}, {"module", SCRIPT_JS}, {"text/javascript", SCRIPT_JS},
    {"application/javascript", SCRIPT_JS}, {"text/ecmascript", SCRIPT_JS},
    {"application/ecmascript", SCRIPT_JS}, {"application/json", SCRIPT_JSON},
    {"application/ld+json", SCRIPT_JSON}, {"importmap", SCRIPT_JSON},
    {"speculationrules", SCRIPT_JSON},
};

/* Names of the elements whose text ends only with their own end tag. */
static const char *const raw_names[] = {[TAG_TITLE] = "title",
    [TAG_TEXTAREA] = "textarea", [TAG_STYLE] = "style", [TAG_XMP] = "xmp",
    [TAG_IFRAME] = "iframe", [TAG_NOEMBED] = "noembed",
    [TAG_NOFRAMES] = "noframes", [TAG_SCRIPT] = "script"};

void
tsr_htmltok_init(struct tsr_htmltok *t)
{
	memset(t, 0, sizeof(*t));
}

static void
nest_push(struct tsr_htmltok *t, uint32_t kind)
{
	if ((t->nest >> 30) == 0)
		t->nest = t->nest << 2 | kind;
}

static uint8_t
text_state(const struct tsr_htmltok *t)
{
	switch (t->tag) {
	case TAG_TITLE:
	case TAG_TEXTAREA:
		return TSR_HTML_RCDATA;
	case TAG_STYLE:
	case TAG_XMP:
	case TAG_IFRAME:
	case TAG_NOEMBED:
	case TAG_NOFRAMES:
		return TSR_HTML_RAWTEXT;
	case TAG_SCRIPT:
		return TSR_HTML_SCRIPT;
	case TAG_PLAINTEXT:
		return TSR_HTML_PLAINTEXT;
	default:
		return TSR_HTML_DATA;
	}
}

static void
start_tag(struct tsr_htmltok *t, bool closed)
{
	while (t->tag == TAG_BREAKOUT && in_foreign(t))
		t->nest >>= 2;
	if (t->tag == TAG_SVG && !closed) {
		nest_push(t, 1);
	} else if (t->tag == TAG_MATH && !closed) {
		nest_push(t, 2);
	} else if (in_foreign(t)) {
		if (!closed && (t->nest & 3) == 1 &&
		    (t->tag == TAG_FOREIGNOBJECT || t->tag == TAG_DESC ||
			t->tag == TAG_TITLE))
			nest_push(t, 3);
	} else {
		t->state = text_state(t);
		t->escaped = 0;
		t->js = JS_CODE;
		t->operand = 0;
		t->tail = 0;
		if (t->tag == TAG_SCRIPT && t->script == SCRIPT_UNSET)
			t->script = SCRIPT_JS;
	}
}

static void
end_tag(struct tsr_htmltok *t)
{
	uint32_t top = t->nest & 3;

	if (t->tag == TAG_SVG || t->tag == TAG_MATH) {
		uint32_t kind = t->tag == TAG_SVG ? 1 : 2, n = t->nest;

		while (n != 0 && (n & 3) != kind)
			n >>= 2;
		if (n != 0)
			t->nest = n >> 2;
	} else if (top == 3 &&
	    (t->tag == TAG_FOREIGNOBJECT || t->tag == TAG_DESC ||
		t->tag == TAG_TITLE)) {
		t->nest >>= 2;
	}
}

/* ">" was read. */
static void
finish(struct tsr_htmltok *t, bool closed)
{
	t->state = TSR_HTML_DATA;
	if (t->end)
		end_tag(t);
	else
		start_tag(t, closed);
	if (t->state == TSR_HTML_DATA) {
		t->tag = TAG_OTHER;
		t->script = SCRIPT_UNSET;
	}
	t->end = false;
	t->attr = ATTR_PLAIN;
	t->url = URL_NONE;
	t->refresh = false;
	t->scheme = false;
	word_clear(t);
}

void
tsr_html_name_done(struct tsr_htmltok *t)
{
	t->tag = look_up(word_view(t), tags, TSR_COUNT_OF(tags));
	t->attr = ATTR_PLAIN;
	t->script = SCRIPT_UNSET;
	t->refresh = false;
	word_clear(t);
}

/* Event handlers, and the attributes that frameworks evaluate. */
static bool
is_code(struct tsr_span name)
{
	return tsr_span_starts(name, TSR_LIT("on")) ||
	    tsr_span_starts(name, TSR_LIT("@")) ||
	    tsr_span_starts(name, TSR_LIT(":")) ||
	    tsr_span_starts(name, TSR_LIT("v-")) ||
	    tsr_span_starts(name, TSR_LIT("x-")) ||
	    tsr_span_starts(name, TSR_LIT("hx-on")) ||
	    tsr_span_starts(name, TSR_LIT("ng-"));
}

static void
attr_done(struct tsr_htmltok *t)
{
	struct tsr_span name =
	    tsr_span_of(t->word, t->nword < TSR_HTML_WORD ? t->nword
							  : TSR_HTML_WORD);

	t->attr = look_up(name, attrs, TSR_COUNT_OF(attrs));
	if (is_code(name))
		t->attr = ATTR_EVENT;
	else if (t->attr == ATTR_URL && tsr_span_eq(name, TSR_LIT("data")) &&
	    t->tag != TAG_OBJECT)
		t->attr = ATTR_PLAIN;
	else if (t->tag == TAG_IMG && tsr_span_eq(name, TSR_LIT("src")))
		t->attr = ATTR_IMAGE;
	else if (t->attr == ATTR_TYPE && t->tag != TAG_SCRIPT)
		t->attr = ATTR_PLAIN;
	else if (t->tag == TAG_ANIMATE &&
	    (tsr_span_eq(name, TSR_LIT("to")) ||
		tsr_span_eq(name, TSR_LIT("from")) ||
		tsr_span_eq(name, TSR_LIT("by")) ||
		tsr_span_eq(name, TSR_LIT("values")) ||
		tsr_span_eq(name, TSR_LIT("attributename"))))
		t->attr = ATTR_MARKUP;
	else if (t->tag == TAG_META && t->refresh &&
	    tsr_span_eq(name, TSR_LIT("content")))
		t->attr = ATTR_MARKUP;
	if (t->tag == TAG_META && tsr_span_eq(name, TSR_LIT("http-equiv")))
		t->refresh = true;
	t->url = t->attr == ATTR_URL || t->attr == ATTR_IMAGE ||
		t->attr == ATTR_SRCSET
	    ? URL_START
	    : URL_NONE;
	t->scheme = false;
	t->tail = 0;
	word_clear(t);
}

static void
value_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (t->url != URL_NONE)
		tsr_html_url_byte(t, c);
	else if (t->attr == ATTR_TYPE)
		word_add(t, c);
}

static void
value_done(struct tsr_htmltok *t)
{
	if (t->attr == ATTR_TYPE && t->script == SCRIPT_UNSET) {
		struct tsr_span type = word_view(t);

		t->script = t->nword > TSR_HTML_WORD
		    ? SCRIPT_UNKNOWN
		    : look_up(type, scripts, TSR_COUNT_OF(scripts));
		if (t->script == SCRIPT_UNSET)
			t->script = SCRIPT_UNKNOWN;
	}
	t->attr = ATTR_PLAIN;
	t->url = URL_NONE;
	t->scheme = false;
	word_clear(t);
}

static void
before_attr_byte(struct tsr_htmltok *t, uint8_t c)
{
	t->state = TSR_HTML_BEFORE_ATTR;
	if (tsr_is_space(c))
		return;
	if (c == '/') {
		t->state = TSR_HTML_SELF_CLOSING;
	} else if (c == '>') {
		finish(t, false);
	} else {
		word_clear(t);
		word_add(t, c);
		t->state = TSR_HTML_ATTR_NAME;
	}
}

static void
name_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (!tsr_is_space(c) && c != '/' && c != '>') {
		word_add(t, c);
		return;
	}
	tsr_html_name_done(t);
	before_attr_byte(t, c);
}

static void
attr_name_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (c == '=') {
		attr_done(t);
		t->state = TSR_HTML_BEFORE_VALUE;
	} else if (tsr_is_space(c)) {
		t->state = TSR_HTML_AFTER_ATTR_NAME;
	} else if (c == '/' || c == '>') {
		before_attr_byte(t, c);
	} else {
		word_add(t, c);
	}
}

static void
before_value_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (tsr_is_space(c))
		return;
	if (c == '"') {
		t->state = TSR_HTML_DOUBLE_QUOTED;
	} else if (c == '\'') {
		t->state = TSR_HTML_SINGLE_QUOTED;
	} else if (c == '>') {
		value_done(t);
		finish(t, false);
	} else {
		t->state = TSR_HTML_UNQUOTED;
		value_byte(t, c);
	}
}

static void
quoted_byte(struct tsr_htmltok *t, uint8_t c, uint8_t quote)
{
	if (c != quote) {
		value_byte(t, c);
		return;
	}
	value_done(t);
	t->state = TSR_HTML_AFTER_VALUE;
}

static void
unquoted_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (!tsr_is_space(c) && c != '>') {
		value_byte(t, c);
		return;
	}
	value_done(t);
	before_attr_byte(t, c);
}

static void
tag_byte(struct tsr_htmltok *t, uint8_t c)
{
	switch (t->state) {
	case TSR_HTML_TAG_NAME:
		name_byte(t, c);
		return;
	case TSR_HTML_ATTR_NAME:
		attr_name_byte(t, c);
		return;
	case TSR_HTML_AFTER_ATTR_NAME:
		if (c == '=') {
			attr_done(t);
			t->state = TSR_HTML_BEFORE_VALUE;
		} else if (!tsr_is_space(c)) {
			before_attr_byte(t, c);
		}
		return;
	case TSR_HTML_BEFORE_VALUE:
		before_value_byte(t, c);
		return;
	case TSR_HTML_DOUBLE_QUOTED:
		quoted_byte(t, c, '"');
		return;
	case TSR_HTML_SINGLE_QUOTED:
		quoted_byte(t, c, '\'');
		return;
	case TSR_HTML_UNQUOTED:
		unquoted_byte(t, c);
		return;
	case TSR_HTML_SELF_CLOSING:
		if (c == '>')
			finish(t, true);
		else
			before_attr_byte(t, c);
		return;
	case TSR_HTML_ATTR_END:
		if (!tsr_is_space(c) && c != '/' && c != '>')
			t->broken = true;
		before_attr_byte(t, c);
		return;
	default:
		before_attr_byte(t, c);
	}
}

static void
raw_back(struct tsr_htmltok *t, uint8_t c)
{
	t->state = c == '<' ? TSR_HTML_RAW_LT : text_state(t);
}

/*
 * The name behind "</", and behind "<" in an escaped script, where "<script"
 * opens a second level that its end tag closes; t->end tells which it is.
 */
static void
raw_name_byte(struct tsr_htmltok *t, uint8_t c)
{
	const char *name = raw_names[t->tag];
	size_t n = strlen(name);

	if (t->match < n && tsr_lower(c) == (uint8_t)name[t->match]) {
		t->match++;
	} else if (t->match < n ||
	    (!tsr_is_space(c) && c != '/' && c != '>')) {
		raw_back(t, c);
	} else if (!t->end || t->escaped == 2) {
		t->escaped = t->end ? 1 : 2;
		raw_back(t, c);
	} else {
		t->attr = ATTR_PLAIN;
		word_clear(t);
		before_attr_byte(t, c);
	}
}

static void
raw_byte(struct tsr_htmltok *t, uint8_t c)
{
	bool name = tsr_is_alpha(c);

	if (t->tag == TAG_SCRIPT)
		tsr_html_script_byte(t, c);
	switch (t->state) {
	case TSR_HTML_RAW_LT:
		if (c == '/') {
			t->state = TSR_HTML_RAW_END_OPEN;
			return;
		}
		t->end = false;
		name = name && t->escaped != 0;
		break;
	case TSR_HTML_RAW_END_OPEN:
		t->end = true;
		break;
	case TSR_HTML_RAW_END_NAME:
		raw_name_byte(t, c);
		return;
	default:
		name = false;
	}
	if (!name) {
		raw_back(t, c);
		return;
	}
	t->state = TSR_HTML_RAW_END_NAME;
	t->match = 0;
	raw_name_byte(t, c);
}

static void
open_byte(struct tsr_htmltok *t, uint8_t c)
{
	word_clear(t);
	if (tsr_is_alpha(c)) {
		t->end = t->state == TSR_HTML_END_TAG_OPEN;
		t->state = TSR_HTML_TAG_NAME;
		word_add(t, c);
	} else if (t->state == TSR_HTML_END_TAG_OPEN) {
		tsr_html_bogus_byte(t, c);
	} else if (c == '!') {
		t->state = TSR_HTML_DECLARATION;
	} else if (c == '/') {
		t->state = TSR_HTML_END_TAG_OPEN;
	} else if (c == '?') {
		t->state = TSR_HTML_BOGUS_COMMENT;
	} else {
		t->state = c == '<' ? TSR_HTML_TAG_OPEN : TSR_HTML_DATA;
	}
}

static void
byte(struct tsr_htmltok *t, uint8_t c)
{
	switch (t->state) {
	case TSR_HTML_DATA:
		if (c == '<')
			t->state = TSR_HTML_TAG_OPEN;
		return;
	case TSR_HTML_TAG_OPEN:
	case TSR_HTML_END_TAG_OPEN:
		open_byte(t, c);
		return;
	case TSR_HTML_RCDATA:
	case TSR_HTML_RAWTEXT:
	case TSR_HTML_SCRIPT:
	case TSR_HTML_RAW_LT:
	case TSR_HTML_RAW_END_OPEN:
	case TSR_HTML_RAW_END_NAME:
		raw_byte(t, c);
		return;
	case TSR_HTML_DECLARATION:
		tsr_html_declaration_byte(t, c);
		return;
	case TSR_HTML_DOCTYPE:
	case TSR_HTML_BOGUS_COMMENT:
		if (c == '>')
			t->state = TSR_HTML_DATA;
		return;
	case TSR_HTML_CDATA:
		t->tail = t->tail << 8 | c;
		if ((t->tail & 0xffffff) == 0x5d5d3e)
			t->state = TSR_HTML_DATA;
		return;
	case TSR_HTML_PLAINTEXT:
		return;
	default:
		if (t->state >= TSR_HTML_COMMENT_START)
			tsr_html_comment_byte(t, c);
		else
			tag_byte(t, c);
	}
}

void
tsr_htmltok_feed(struct tsr_htmltok *t, struct tsr_span bytes)
{
	size_t i = 0;

	while (i < bytes.n) {
		if (t->state == TSR_HTML_DATA) {
			const uint8_t *lt =
			    memchr(bytes.p + i, '<', bytes.n - i);

			if (lt == NULL)
				return;
			i = (size_t)(lt - bytes.p);
		}
		byte(t, bytes.p[i++]);
	}
}

bool
tsr_htmltok_gap(const struct tsr_htmltok *t, uint8_t next)
{
	switch (t->state) {
	case TSR_HTML_BEFORE_ATTR:
		return true;
	case TSR_HTML_AFTER_ATTR_NAME:
		return next != '=';
	case TSR_HTML_AFTER_VALUE:
	case TSR_HTML_TAG_NAME:
	case TSR_HTML_ATTR_NAME:
		return tsr_is_space(next) || next == '/' || next == '>';
	case TSR_HTML_UNQUOTED:
		return tsr_is_space(next) || next == '>';
	default:
		return false;
	}
}
