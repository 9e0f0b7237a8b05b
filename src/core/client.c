/*
 * client - who sent a request, as far as the site's proxies are believed.
 *
 * REMOTE_ADDR is the web server's word and always believed; everything that a
 * header says only counts when the peer that REMOTE_ADDR names is a proxy of
 * the site.
 */
#include "core/client.h"

#include "core/limits.h"

static bool
says(const struct tsr_table *table, struct tsr_span word)
{
	struct tsr_span words = tsr_table_meta(table, TSR_LIT("proxies"));
	size_t from, end;

	for (from = 0; from < words.n; from = end + 1) {
		end = tsr_span_find(words, ' ', from);
		if (tsr_span_eq(tsr_span_part(words, from, end - from), word))
			return true;
	}
	return false;
}

static bool
is_proxy(const struct tsr_table *table, const struct tsr_netaddr *address)
{
	uint32_t n = tsr_table_count(table, TSR_SECTION_PRXY), i;
	struct tsr_netaddr network;
	const uint8_t *p;

	for (i = 0; i < n; i++) {
		p = tsr_table_record(
		    table, TSR_SECTION_PRXY, i, TSR_PROXY_SIZE);
		if (p == NULL)
			return false;
		memcpy(network.bytes, p, 16);
		network.bits = p[16];
		if (tsr_netaddr_in(address, &network))
			return true;
	}
	return false;
}

/* The peer; *known: it has an address. */
static bool
peer_is_proxy(struct tsr_netaddr *peer, bool *known,
    const struct tsr_table *table, const struct tsr_request *request)
{
	struct tsr_span text =
	    tsr_request_param(request, TSR_LIT("REMOTE_ADDR"));

	*known = tsr_netaddr_read(peer, text, false);
	if (*known)
		return is_proxy(table, peer);
	return tsr_span_starts(text, TSR_LIT("unix:")) &&
	    says(table, TSR_LIT("unix"));
}

bool
tsr_client_believed(
    const struct tsr_table *table, const struct tsr_request *request)
{
	struct tsr_netaddr peer;
	bool known;

	return says(table, TSR_LIT("web-server")) ||
	    peer_is_proxy(&peer, &known, table, request);
}

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80" */
static bool
read_entry(struct tsr_netaddr *out, struct tsr_span s)
{
	size_t colon, close;

	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = tsr_span_from(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	if (s.n > 0 && s.p[0] == '[') {
		close = tsr_span_find(s, ']', 0);
		return (close + 1 >= s.n || s.p[close + 1] == ':') &&
		    tsr_netaddr_read(
			out, tsr_span_part(s, 1, close - 1), false);
	}
	colon = tsr_span_find(s, ':', 0);
	if (colon < s.n && tsr_span_find(s, ':', colon + 1) == s.n)
		s = tsr_span_part(s, 0, colon);
	return tsr_netaddr_read(out, s, false);
}

/* Take the last entry of a list off its end. */
static struct tsr_span
last_entry(struct tsr_span *list)
{
	struct tsr_span out;
	size_t at = list->n;

	while (at > 0 && list->p[at - 1] != ',')
		at--;
	out = tsr_span_from(*list, at);
	list->n = at > 0 ? at - 1 : 0;
	return out;
}

bool
tsr_client_address(struct tsr_netaddr *out, const struct tsr_table *table,
    const struct tsr_request *request)
{
	struct tsr_span list;
	unsigned seen = 0;
	bool known;
	size_t i;

	if (!peer_is_proxy(out, &known, table, request))
		return known;
	/* Servers pass several lines on as several parameters. */
	for (i = request->count; i > 0; i--) {
		if (!tsr_span_eq(request->params[i - 1].name,
			TSR_LIT("HTTP_X_FORWARDED_FOR")))
			continue;
		list = request->params[i - 1].value;
		while (list.n > 0) {
			if (seen++ == TSR_FORWARDED_MAX ||
			    !read_entry(out, last_entry(&list)))
				return false;
			known = true;
			if (!is_proxy(table, out))
				return true;
		}
	}
	return known;
}
