/*
 * cookie - find a cookie in a Cookie header.
 *
 * The segment map of nginx says the same in regular expressions
 * (build/pack/segment_pattern.c): change both or none.
 */
#include "core/cookie.h"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

bool
tsr_cookie_find(
    struct tsr_span *value, struct tsr_span header, struct tsr_span name)
{
	struct tsr_span pair;
	size_t from, end;

	for (from = 0; from < header.n; from = end + 1) {
		end = tsr_span_find(header, ';', from);
		while (from < end && is_blank(header.p[from]))
			from++;
		pair = tsr_span_part(header, from, end - from);
		if (pair.n <= name.n || pair.p[name.n] != '=' ||
		    !tsr_span_starts(pair, name))
			continue;
		pair = tsr_span_from(pair, name.n + 1);
		while (pair.n > 0 && is_blank(pair.p[0]))
			pair = tsr_span_from(pair, 1);
		while (pair.n > 0 && is_blank(pair.p[pair.n - 1]))
			pair.n--;
		if (pair.n >= 2 && pair.p[0] == '"' &&
		    pair.p[pair.n - 1] == '"')
			pair = tsr_span_part(pair, 1, pair.n - 2);
		*value = pair;
		return true;
	}
	return false;
}
