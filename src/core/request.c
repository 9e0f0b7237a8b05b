/*
 * request - what a host hands over for one answer, and what stands in it.
 */
#include "core/request.h"

#include "core/cookie.h"

struct tsr_span
tsr_request_target(const struct tsr_request *request)
{
	struct tsr_span target =
	    tsr_request_param(request, TSR_LIT("REQUEST_URI"));

	if (target.n == 0)
		target = tsr_request_param(request, TSR_LIT("PATH_INFO"));
	return target.n == 0 ? TSR_LIT("/") : target;
}

struct tsr_span
tsr_request_param(const struct tsr_request *request, struct tsr_span name)
{
	const struct tsr_param *p = request->params;
	size_t left;

	for (left = request->count; left > 0; left--, p++)
		if (tsr_span_eq(p->name, name))
			return p->value;
	return tsr_span_of(NULL, 0);
}

bool
tsr_request_cookie(struct tsr_span *value,
    const struct tsr_request *request, struct tsr_span name)
{
	const struct tsr_param *p = request->params;
	size_t left;

	for (left = request->count; left > 0; left--, p++)
		if (tsr_span_eq(p->name, TSR_LIT("HTTP_COOKIE")) &&
		    tsr_cookie_find(value, p->value, name))
			return true;
	return false;
}
