/*
 * markup_check - whether HTML that we wrote keeps its promises: every element
 * closed where it was opened, only plain names, nothing that runs.
 */
#ifndef TESTS_LIB_MARKUP_CHECK_H
#define TESTS_LIB_MARKUP_CHECK_H

#include "core/bytes.h"

static inline bool
markup_is_one_of(struct tsr_span name, const char *list)
{
	struct tsr_span rest = tsr_span_of(list, strlen(list));

	while (rest.n > 0) {
		size_t end = tsr_span_find(rest, ' ', 0);

		if (tsr_span_eq(tsr_span_part(rest, 0, end), name))
			return true;
		rest = tsr_span_from(rest, end + 1);
	}
	return false;
}

static inline struct tsr_span
markup_name(struct tsr_span s, size_t *at)
{
	size_t from = *at;

	while (*at < s.n && (tsr_is_alnum(s.p[*at]) || s.p[*at] == '-'))
		*at += 1;
	return tsr_span_part(s, from, *at - from);
}

/* The attributes and the > of a start tag; NULL, or what is wrong. */
static inline const char *
markup_attributes(struct tsr_span s, size_t *at)
{
	struct tsr_span name, value;
	size_t end;

	while (*at < s.n && s.p[*at] == ' ') {
		*at += 1;
		name = markup_name(s, at);
		if (name.n == 0)
			return "an attribute without a name";
		if (tsr_span_starts(name, TSR_LIT("on")) ||
		    markup_is_one_of(name, "style srcdoc formaction"))
			return "an attribute that runs";
		if (*at >= s.n || s.p[*at] == ' ' || s.p[*at] == '>')
			continue;
		if (!tsr_span_starts(tsr_span_from(s, *at), TSR_LIT("=\"")))
			return "a value without quotes";
		end = tsr_span_find(s, '"', *at + 2);
		if (end == s.n)
			return "an open quote";
		value = tsr_span_part(s, *at + 2, end - *at - 2);
		if (tsr_span_find(value, '<', 0) < value.n)
			return "a < in a value";
		if (markup_is_one_of(name, "href src cite poster") &&
		    (tsr_span_starts(value, TSR_LIT("javascript:")) ||
			tsr_span_starts(value, TSR_LIT("vbscript:")) ||
			tsr_span_starts(value, TSR_LIT("data:text"))))
			return "an address that runs";
		*at = end + 1;
	}
	if (*at >= s.n || s.p[*at] != '>')
		return "a tag that does not end";
	*at += 1;
	return NULL;
}

/* NULL when all is well, else what is wrong. */
static inline const char *
markup_check(struct tsr_span s)
{
	struct tsr_span open[400], name;
	const char *why;
	size_t depth = 0, at = 0;

	while ((at = tsr_span_find(s, '<', at)) < s.n) {
		bool end = ++at < s.n && s.p[at] == '/';

		at += end;
		name = markup_name(s, &at);
		if (name.n == 0)
			return "a < that begins no tag";
		if (markup_is_one_of(name, "script style svg math template "
			"object embed noscript title textarea form base meta "
			"link xmp plaintext noembed noframes select"))
			return "an element that is not harmless";
		why = markup_attributes(s, &at);
		if (why != NULL)
			return why;
		if (!end && markup_is_one_of(name, "br hr img input wbr col"))
			continue;
		if (!end && depth == TSR_COUNT_OF(open))
			return "nested too deep";
		if (!end)
			open[depth++] = name;
		else if (depth == 0 || !tsr_span_eq(open[--depth], name))
			return "an end tag at the wrong place";
	}
	return depth == 0 ? NULL : "an element that is never closed";
}

#endif
