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
	tsr_preview_visitor_read(&desk->visitor, &site->release.store.table,
	    &desk->request, arena);
	desk->request.now = desk->visitor.now;
	tsr_answer_make(&desk->answer, desk->pieces, &site->release.store,
	    &desk->request, desk->visitor.overrides);
	return desk;
}
