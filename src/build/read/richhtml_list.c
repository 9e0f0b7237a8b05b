/*
 * richhtml_list - the elements and attributes that rich text may hold.
 */
#include "build/read/richhtml_list.h"

#define VOID TSR_ELEMENT_VOID
#define INLINE TSR_ELEMENT_INLINE
#define GONE TSR_ELEMENT_GONE
#define SCRIPT TSR_ELEMENT_GONE | TSR_ELEMENT_SCRIPT

/* In byte order. */
static const struct tsr_element elements[] = {
    {"a", INLINE, "href target rel hreflang download"},
    {"abbr", INLINE, ""},
    {"address", 0, ""},
    {"applet", GONE, ""},
    {"article", 0, ""},
    {"aside", 0, ""},
    {"audio", 0, "src controls loop muted preload"},
    {"b", INLINE, ""},
    {"bdi", INLINE, ""},
    {"bdo", INLINE, ""},
    {"blockquote", 0, "cite"},
    {"br", VOID | INLINE, ""},
    {"canvas", GONE, ""},
    {"caption", 0, ""},
    {"cite", INLINE, ""},
    {"code", INLINE, ""},
    {"col", VOID, "span"},
    {"colgroup", 0, "span"},
    {"data", INLINE, "value"},
    {"dd", 0, ""},
    {"del", INLINE, "cite datetime"},
    {"details", 0, "open"},
    {"dfn", INLINE, ""},
    {"div", 0, ""},
    {"dl", 0, ""},
    {"dt", 0, ""},
    {"em", INLINE, ""},
    {"embed", GONE, ""},
    {"figcaption", 0, ""},
    {"figure", 0, ""},
    {"footer", 0, ""},
    {"frameset", GONE, ""},
    {"h1", 0, ""},
    {"h2", 0, ""},
    {"h3", 0, ""},
    {"h4", 0, ""},
    {"h5", 0, ""},
    {"h6", 0, ""},
    {"header", 0, ""},
    {"hr", VOID, ""},
    {"i", INLINE, ""},
    {"iframe", 0, "src width height allowfullscreen loading"},
    {"img", VOID | INLINE, "src alt width height loading decoding srcset sizes"},
    {"ins", INLINE, "cite datetime"},
    {"kbd", INLINE, ""},
    {"li", 0, "value"},
    {"mark", INLINE, ""},
    {"math", GONE, ""},
    {"noembed", GONE, ""},
    {"noframes", GONE, ""},
    {"noscript", GONE, ""},
    {"object", GONE, ""},
    {"ol", 0, "start reversed type"},
    {"p", 0, ""},
    {"plaintext", GONE, ""},
    {"pre", 0, ""},
    {"q", INLINE, "cite"},
    {"rp", INLINE, ""},
    {"rt", INLINE, ""},
    {"ruby", INLINE, ""},
    {"s", INLINE, ""},
    {"samp", INLINE, ""},
    {"script", SCRIPT, ""},
    {"section", 0, ""},
    {"select", GONE, ""},
    {"small", INLINE, ""},
    {"span", INLINE, ""},
    {"strong", INLINE, ""},
    {"style", GONE, ""},
    {"sub", INLINE, ""},
    {"summary", 0, ""},
    {"sup", INLINE, ""},
    {"svg", GONE, ""},
    {"table", 0, ""},
    {"tbody", 0, ""},
    {"td", 0, "colspan rowspan headers"},
    {"template", GONE, ""},
    {"textarea", GONE, ""},
    {"tfoot", 0, ""},
    {"th", 0, "colspan rowspan headers scope"},
    {"thead", 0, ""},
    {"time", INLINE, "datetime"},
    {"title", GONE, ""},
    {"tr", 0, ""},
    {"u", INLINE, ""},
    {"ul", 0, ""},
    {"var", INLINE, ""},
    {"video", 0, "src poster controls loop muted playsinline preload width "
	"height"},
    {"wbr", VOID | INLINE, ""},
    {"xmp", GONE, ""},
};

static const struct {
	const char *name;
	enum tsr_attribute_kind kind;
	bool global;
} attributes[] = {
    {"allowfullscreen", TSR_ATTRIBUTE_FLAG, false},
    {"alt", TSR_ATTRIBUTE_TEXT, false},
    {"cite", TSR_ATTRIBUTE_LINK, false},
    {"class", TSR_ATTRIBUTE_CLASS, true},
    {"colspan", TSR_ATTRIBUTE_NUMBER, false},
    {"controls", TSR_ATTRIBUTE_FLAG, false},
    {"datetime", TSR_ATTRIBUTE_TEXT, false},
    {"decoding", TSR_ATTRIBUTE_WORD, false},
    {"dir", TSR_ATTRIBUTE_WORD, true},
    {"download", TSR_ATTRIBUTE_TEXT, false},
    {"headers", TSR_ATTRIBUTE_TEXT, false},
    {"height", TSR_ATTRIBUTE_NUMBER, false},
    {"href", TSR_ATTRIBUTE_LINK, false},
    {"hreflang", TSR_ATTRIBUTE_WORD, false},
    {"id", TSR_ATTRIBUTE_ID, true},
    {"lang", TSR_ATTRIBUTE_WORD, true},
    {"loading", TSR_ATTRIBUTE_WORD, false},
    {"loop", TSR_ATTRIBUTE_FLAG, false},
    {"muted", TSR_ATTRIBUTE_FLAG, false},
    {"open", TSR_ATTRIBUTE_FLAG, false},
    {"playsinline", TSR_ATTRIBUTE_FLAG, false},
    {"poster", TSR_ATTRIBUTE_PICTURE, false},
    {"preload", TSR_ATTRIBUTE_WORD, false},
    {"rel", TSR_ATTRIBUTE_REL, false},
    {"reversed", TSR_ATTRIBUTE_FLAG, false},
    {"rowspan", TSR_ATTRIBUTE_NUMBER, false},
    {"scope", TSR_ATTRIBUTE_WORD, false},
    {"sizes", TSR_ATTRIBUTE_OURS, false},
    {"span", TSR_ATTRIBUTE_NUMBER, false},
    {"src", TSR_ATTRIBUTE_LINK, false},
    {"srcset", TSR_ATTRIBUTE_OURS, false},
    {"start", TSR_ATTRIBUTE_NUMBER, false},
    {"target", TSR_ATTRIBUTE_TARGET, false},
    {"title", TSR_ATTRIBUTE_TEXT, true},
    {"type", TSR_ATTRIBUTE_WORD, false},
    {"value", TSR_ATTRIBUTE_TEXT, false},
    {"width", TSR_ATTRIBUTE_NUMBER, false},
};

static int
compare(struct tsr_span name, const char *other)
{
	return tsr_span_cmp(name, tsr_span_of(other, strlen(other)));
}

const struct tsr_element *
tsr_element_find(struct tsr_span name)
{
	size_t low = 0, high = TSR_COUNT_OF(elements), mid;
	int c;

	while (low < high) {
		mid = low + (high - low) / 2;
		c = compare(name, elements[mid].name);
		if (c == 0)
			return &elements[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static bool
is_listed(const char *list, struct tsr_span name)
{
	struct tsr_span rest = tsr_span_of(list, strlen(list));
	size_t end;

	while (rest.n > 0) {
		end = tsr_span_find(rest, ' ', 0);
		if (tsr_span_eq(tsr_span_part(rest, 0, end), name))
			return true;
		rest = tsr_span_from(rest, end + 1);
	}
	return false;
}

enum tsr_attribute_kind
tsr_attribute_find(const struct tsr_element *element, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(attributes); i++) {
		if (compare(name, attributes[i].name) != 0)
			continue;
		if (!attributes[i].global &&
		    !is_listed(element->attributes, name))
			return TSR_ATTRIBUTE_NONE;
		if (attributes[i].name[0] != 's' ||
		    !tsr_span_eq(name, TSR_LIT("src")))
			return attributes[i].kind;
		if (strcmp(element->name, "img") == 0)
			return TSR_ATTRIBUTE_PICTURE;
		return strcmp(element->name, "iframe") == 0
		    ? TSR_ATTRIBUTE_FRAME : TSR_ATTRIBUTE_LINK;
	}
	/* aria-label and its kin: names of letters and hyphens. */
	if (!tsr_span_starts(name, TSR_LIT("aria-")))
		return TSR_ATTRIBUTE_NONE;
	for (i = 0; i < name.n; i++)
		if (!tsr_is_alpha(name.p[i]) && name.p[i] != '-')
			return TSR_ATTRIBUTE_NONE;
	return TSR_ATTRIBUTE_TEXT;
}

bool
tsr_attribute_is_number(struct tsr_span s)
{
	size_t i = s.n > 1 && s.p[0] == '-';

	if (s.n == 0 || s.n > 9)
		return false;
	for (; i < s.n; i++)
		if (!tsr_is_digit(s.p[i]))
			return false;
	return true;
}

bool
tsr_attribute_is_word(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!tsr_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n < 40;
}

bool
tsr_element_is_void(struct tsr_span name)
{
	const struct tsr_element *element = tsr_element_find(name);

	return element != NULL && (element->flags & TSR_ELEMENT_VOID) != 0;
}

bool
tsr_element_is_inline(struct tsr_span name)
{
	const struct tsr_element *element = tsr_element_find(name);

	return element != NULL && (element->flags & TSR_ELEMENT_INLINE) != 0;
}
