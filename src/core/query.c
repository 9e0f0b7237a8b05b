/*
 * query - find a parameter in a query string, and decode what was sent.
 *
 * The segment map of nginx says the same in regular expressions
 * (build/pack/segment_pattern.c): change both or none.
 */
#include "core/query.h"

bool
tsr_query_find(
    struct tsr_span *value, struct tsr_span query, struct tsr_span name)
{
	struct tsr_span pair;
	size_t from, end;

	for (from = 0; from < query.n; from = end + 1) {
		end = tsr_span_find(query, '&', from);
		pair = tsr_span_part(query, from, end - from);
		if (!tsr_span_starts(pair, name) ||
		    (pair.n > name.n && pair.p[name.n] != '='))
			continue;
		*value = tsr_span_from(pair, name.n + 1);
		return true;
	}
	return false;
}

enum tsr_err
tsr_query_decode(struct tsr_span *out, struct tsr_span s, bool plus,
    uint8_t *room, size_t n)
{
	size_t i, to = 0;
	uint8_t c;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '%' || (plus && s.p[i] == '+'))
			break;
	if (i == s.n) {
		*out = s;
		return s.n > n ? TSR_LONG : TSR_OK;
	}
	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (c == '%' && s.n - i > 2 && tsr_hex(s.p[i + 1]) >= 0 &&
		    tsr_hex(s.p[i + 2]) >= 0) {
			c = (uint8_t)(tsr_hex(s.p[i + 1]) * 16 +
			    tsr_hex(s.p[i + 2]));
			i += 2;
		} else if (c == '+' && plus)
			c = ' ';
		if (to == n)
			return TSR_LONG;
		room[to++] = c;
	}
	*out = tsr_span_of(room, to);
	return TSR_OK;
}
