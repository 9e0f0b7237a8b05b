/*
 * preview_desk - one page answered for one visitor, with all that was decided.
 */
#include "cli/preview_desk.h"

#include "core/consent.h"
#include "core/route.h"

static void
add(struct tsr_preview_desk *desk, struct tsr_span name, struct tsr_span value)
{
	desk->params[desk->request.count].name = name;
	desk->params[desk->request.count++].value = value;
}

/* CGI has two fields of a body under names without HTTP_ in front. */
static void
add_content(struct tsr_preview_desk *desk,
    const struct tsr_preview_request *request)
{
	size_t i;

	for (i = 0; i < request->field_count; i++) {
		if (tsr_span_eq(request->fields[i].name,
			TSR_LIT("HTTP_CONTENT_TYPE")))
			add(desk, TSR_LIT("CONTENT_TYPE"),
			    request->fields[i].value);
		else if (tsr_span_eq(request->fields[i].name,
			     TSR_LIT("HTTP_CONTENT_LENGTH")))
			add(desk, TSR_LIT("CONTENT_LENGTH"),
			    request->fields[i].value);
	}
}

/* What the host has: keys of its own, so that visits are remembered. */
static void
lend(struct tsr_preview_desk *desk, const struct tsr_table *table,
    const struct tsr_preview_request *request, struct tsr_arena *arena)
{
	struct tsr_weights_bound *bound;
	struct tsr_log *log;

	desk->request.plain = true;
	if (request->keys != NULL) {
		desk->seal = request->keys->seal;
		desk->request.seal = &desk->seal;
		tsr_keys_random(desk->random);
		desk->request.random = desk->random;
	}
	if (request->state == NULL)
		return;
	bound = TSR_NEW(arena, struct tsr_weights_bound);
	log = TSR_NEW(arena, struct tsr_log);
	tsr_log_init(log, "preview", false);
	desk->request.weights =
	    tsr_weights_read(bound, log, request->state, table);
}

/*
 * A persona comes by its link, as on the real host. Who is changed by the bar
 * keeps what is remembered of them, but their visits do not count.
 */
static const struct tsr_value *
look_as(struct tsr_preview_desk *desk, const struct tsr_table *table,
    struct tsr_arena *arena)
{
	const struct tsr_preview_visitor *v = &desk->visitor;
	struct tsr_param *params = desk->params;
	struct tsr_span token = v->token;

	if (token.n > 0) {
		memmove(params + 1, params,
		    desk->request.count * sizeof(*params));
		desk->request.count++;
		params[0].name = TSR_LIT("HTTP_COOKIE");
		params[0].value.p = (const uint8_t *)tsr_arena_printf(arena,
		    "tessera_preview_link=%.*s", (int)token.n,
		    (const char *)token.p);
		params[0].value.n = 21 + token.n;
		return NULL;
	}
	if (v->count == 0)
		return NULL;
	if (tsr_keep_open(&desk->keep, table, &desk->request,
		tsr_consent_read(table, &desk->request)))
		desk->request.state = &desk->keep.state;
	return v->overrides;
}

struct tsr_preview_desk *
tsr_preview_desk_answer(const struct tsr_preview_site *site,
    const struct tsr_preview_request *request, struct tsr_span target,
    struct tsr_arena *arena)
{
	struct tsr_preview_desk *desk = TSR_NEW(arena, struct tsr_preview_desk);
	struct tsr_span query = tsr_target_query(target), name;
	bool head = tsr_span_eq(request->method, TSR_LIT("HEAD"));
	size_t i;

	desk->request.params = desk->params;
	desk->request.now = request->now;
	desk->request.body = request->body;
	desk->request.body_long = request->body_long;
	add(desk, TSR_LIT("REQUEST_METHOD"),
	    head ? TSR_LIT("GET") : request->method);
	add(desk, TSR_LIT("REQUEST_URI"), target);
	add(desk, TSR_LIT("QUERY_STRING"),
	    query.p != NULL ? query : TSR_LIT(""));
	add_content(desk, request);
	add(desk, TSR_LIT("SERVER_PROTOCOL"), TSR_LIT("HTTP/1.1"));
	add(desk, TSR_LIT("REMOTE_ADDR"), TSR_LIT("127.0.0.1"));
	/* The first of a name counts. */
	add(desk, TSR_LIT("HTTP_ACCEPT_ENCODING"), TSR_LIT("identity"));
	for (i = 0; i < request->field_count; i++) {
		name = request->fields[i].name;
		/*
		 * A page changes with the bar and with each build while its
		 * tag would not.
		 */
		if (!tsr_span_eq(name, TSR_LIT("HTTP_IF_NONE_MATCH")))
			add(desk, name, request->fields[i].value);
	}
	lend(desk, &site->release.store.table, request, arena);
	tsr_preview_visitor_read(&desk->visitor, &site->release.store.table,
	    site->segments.personas, &desk->request, arena);
	/* A persona's link says its time itself, and expires by ours. */
	if (desk->visitor.token.n == 0)
		desk->request.now = desk->visitor.now;
	desk->request.collect = &desk->collect;
	tsr_answer_make(&desk->answer, desk->pieces, &site->release.store,
	    &desk->request, look_as(desk, &site->release.store.table, arena));
	if (desk->collect.step == TSR_COLLECT_WAIT) {
		desk->collect.step = TSR_COLLECT_DONE;
		desk->collect.fresh = UINT64_MAX;
		tsr_answer_make(&desk->answer, desk->pieces,
		    &site->release.store, &desk->request, NULL);
	}
	return desk;
}
