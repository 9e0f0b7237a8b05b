/*
 * endpoint - what lies below /_tessera/.
 */
#include "core/endpoint.h"

#include "core/collect.h"
#include "core/digits.h"
#include "core/origin.h"
#include "core/route.h"

#define PREFIX "/_tessera/"

/* How many visitors there are is nobody's business but the site's. */
static void
put_events(struct tsr_endpoint *e)
{
	const struct tsr_collect *c = e->request->collect;

	if (c == NULL || c->report == NULL || !tsr_collect_trusted(e->request))
		return;
	tsr_head_add(&e->text, TSR_LIT(",\"events\":{"));
	e->text.n += c->report(
	    c->ctx, e->text.p + e->text.n, e->text.cap - e->text.n);
	tsr_head_add(&e->text, TSR_LIT("}"));
}

static void
health(struct tsr_endpoint *e)
{
	struct tsr_span id = e->store->table.id;
	uint8_t room[64];

	e->status = 200;
	e->type = TSR_LIT("application/json");
	tsr_head_add(&e->text, TSR_LIT("{\"status\":\"ok\",\"release\":\""));
	tsr_head_add(&e->text, tsr_hex_digits(room, id));
	tsr_head_add(&e->text, TSR_LIT("\""));
	put_events(e);
	tsr_head_add(&e->text, TSR_LIT("}\n"));
}

static const struct row {
	char name[12];
	bool post; /* POST alone; otherwise GET and HEAD alone */
	bool keyed; /* a server with a key may post, whatever its origin */
	void (*answer)(struct tsr_endpoint *e);
} rows[] = {
    {"consent", true, false, tsr_endpoint_consent},
    {"events", true, true, tsr_endpoint_events},
    {"forget", true, false, tsr_endpoint_forget},
    {"health", false, false, health},
    {"why", false, false, tsr_endpoint_why},
    {"why.css", false, false, tsr_endpoint_why_css},
};

static const struct row *
find_row(struct tsr_span target)
{
	struct tsr_span name = tsr_span_from(
	    tsr_target_path(target), sizeof(PREFIX) - 1);
	size_t i, n;

	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		n = tsr_span_find(
		    tsr_span_of(rows[i].name, sizeof(rows[i].name)), 0, 0);
		if (tsr_span_eq(name, tsr_span_of(rows[i].name, n)))
			return &rows[i];
	}
	return NULL;
}

bool
tsr_endpoint_is(struct tsr_span target)
{
	/* Most targets are settled by their second byte. */
	if (target.n > 1 && target.p[0] == '/' && target.p[1] != '_')
		return false;
	return tsr_span_starts(tsr_target_path(target), TSR_LIT(PREFIX));
}

/* The status a POST is refused with, or 0. */
static uint32_t
refuse_post(const struct tsr_endpoint *e, const struct row *row)
{
	struct tsr_span length =
	    tsr_request_param(e->request, TSR_LIT("CONTENT_LENGTH"));
	uint64_t n = 0;
	size_t i;

	if (!tsr_origin_own(e->request, &e->store->table) &&
	    !(row->keyed && tsr_collect_trusted(e->request)))
		return 403;
	for (i = 0; i < length.n; i++) {
		if (!tsr_is_digit(length.p[i]))
			return 400;
		if (n <= TSR_BODY_KEPT)
			n = n * 10 + (uint64_t)(length.p[i] - '0');
	}
	if (e->request->body_long || n > TSR_BODY_KEPT)
		return 413;
	/* Cut off on the way, or with more than it promised. */
	if (length.n > 0 && n != e->request->body.n)
		return 400;
	return 0;
}

void
tsr_endpoint_answer(struct tsr_endpoint *e)
{
	struct tsr_span method =
	    tsr_request_param(e->request, TSR_LIT("REQUEST_METHOD"));
	struct tsr_span target = tsr_request_target(e->request);
	const struct row *row = find_row(target);
	bool post = tsr_span_eq(method, TSR_LIT("POST"));
	bool get = tsr_span_eq(method, TSR_LIT("GET")) ||
	    tsr_span_eq(method, TSR_LIT("HEAD"));

	e->query = tsr_target_query(target);
	e->status = 404;
	if (row == NULL)
		return;
	if (row->post ? !post : !get) {
		e->status = 405;
		tsr_head_line(&e->lines, TSR_LIT("Allow"),
		    row->post ? TSR_LIT("POST") : TSR_LIT("GET, HEAD"));
		return;
	}
	e->status = post ? refuse_post(e, row) : 0;
	if (e->status == 0)
		row->answer(e);
}
