/*
 * origin - does a request that changes something come from the site itself?
 */
#include "core/origin.h"

static bool
same_text(struct tsr_span a, struct tsr_span b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (tsr_lower(a.p[i]) != tsr_lower(b.p[i]))
			return false;
	return true;
}

/* scheme://host of a URL; *rest is what follows. Empty when it is none. */
static struct tsr_span
cut_origin(struct tsr_span *rest, struct tsr_span url)
{
	size_t scheme = tsr_span_find(url, ':', 0), end;

	if (!tsr_span_starts(tsr_span_from(url, scheme), TSR_LIT("://")))
		return tsr_span_of(NULL, 0);
	for (end = scheme + 3; end < url.n; end++)
		if (url.p[end] == '/' || url.p[end] == '?' ||
		    url.p[end] == '#')
			break;
	*rest = tsr_span_from(url, end);
	return tsr_span_part(url, 0, end);
}

static bool
came_over_tls(const struct tsr_request *request)
{
	struct tsr_span https = tsr_request_param(request, TSR_LIT("HTTPS"));

	return same_text(tsr_request_param(request, TSR_LIT("REQUEST_SCHEME")),
		   TSR_LIT("https")) ||
	    same_text(https, TSR_LIT("on")) || tsr_span_eq(https, TSR_LIT("1"));
}

/*
 * Is it the host that was asked? Some web servers (nginx in Debian) tell its
 * name without the port, which is then the server's own.
 */
static bool
same_host(struct tsr_span host, const struct tsr_request *request)
{
	struct tsr_span asked =
	    tsr_request_param(request, TSR_LIT("HTTP_HOST"));
	struct tsr_span port =
	    tsr_request_param(request, TSR_LIT("SERVER_PORT"));
	size_t colon = host.n;

	if (asked.n == 0)
		return false;
	if (same_text(host, asked))
		return true;
	if (port.n == 0 || host.n < asked.n + 1 + port.n)
		return false;
	colon -= port.n + 1;
	return host.p[colon] == ':' &&
	    tsr_span_eq(tsr_span_from(host, colon + 1), port) &&
	    same_text(tsr_span_part(host, 0, colon), asked);
}

static bool
is_own(struct tsr_span origin, const struct tsr_request *request,
    const struct tsr_table *table)
{
	struct tsr_span base = tsr_table_meta(table, TSR_LIT("origin"));

	if (base.n > 0 && same_text(origin, base))
		return true;
	if (tsr_span_starts(origin, TSR_LIT("https://")))
		return same_host(tsr_span_from(origin, 8), request);
	return tsr_span_starts(origin, TSR_LIT("http://")) &&
	    !came_over_tls(request) &&
	    same_host(tsr_span_from(origin, 7), request);
}

bool
tsr_origin_own(
    const struct tsr_request *request, const struct tsr_table *table)
{
	struct tsr_span site =
	    tsr_request_param(request, TSR_LIT("HTTP_SEC_FETCH_SITE"));
	struct tsr_span origin =
	    tsr_request_param(request, TSR_LIT("HTTP_ORIGIN")), rest;

	if (same_text(site, TSR_LIT("cross-site")))
		return false;
	if (origin.n == 0)
		origin = cut_origin(&rest, tsr_request_param(
		    request, TSR_LIT("HTTP_REFERER")));
	return origin.n > 0 && is_own(origin, request, table);
}

struct tsr_span
tsr_origin_referer(
    const struct tsr_request *request, const struct tsr_table *table)
{
	struct tsr_span rest = {NULL, 0};
	struct tsr_span origin = cut_origin(&rest,
	    tsr_request_param(request, TSR_LIT("HTTP_REFERER")));

	if (origin.n == 0 || !is_own(origin, request, table))
		return tsr_span_of(NULL, 0);
	return rest;
}
