/*
 * preview_desk - one page answered for one visitor, with all that was decided.
 */
#include "cli/preview_desk.h"

#include "core/route.h"

static void
add(struct tsr_preview_desk *desk, struct tsr_span name, struct tsr_span value)
{
	desk->params[desk->request.count].name = name;
	desk->params[desk->request.count++].value = value;
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
	add(desk, TSR_LIT("REQUEST_METHOD"),
	    head ? TSR_LIT("GET") : request->method);
	add(desk, TSR_LIT("REQUEST_URI"), target);
	add(desk, TSR_LIT("QUERY_STRING"),
	    query.p != NULL ? query : TSR_LIT(""));
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
	tsr_preview_visitor_read(&desk->visitor, &site->release.store.table,
	    &desk->request, arena);
	desk->request.now = desk->visitor.now;
	tsr_answer_make(&desk->answer, desk->pieces, &site->release.store,
	    &desk->request, desk->visitor.overrides);
	return desk;
}
