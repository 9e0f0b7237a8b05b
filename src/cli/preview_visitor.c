/*
 * preview_visitor - the visitor that the bar asks for, from its cookie.
 */
#include "cli/preview_visitor.h"

#include "build/read/json.h"
#include "core/cookie.h"
#include "core/query.h"

/* Browsers keep at most 4 KiB of a cookie. */
#define COOKIE_MAX 4096

/* Years 0 to 9999: what an input for a moment can hold. */
#define SECONDS_MAX 253402300799.0

static bool
read_cookie(struct tsr_json *out, const struct tsr_request *request,
    struct tsr_arena *arena)
{
	struct tsr_span cookie, text;
	struct tsr_sources sources;
	struct tsr_diag diag;
	uint8_t *room;

	if (!tsr_cookie_find(&cookie,
		tsr_request_param(request, TSR_LIT("HTTP_COOKIE")),
		TSR_LIT("tessera_preview")) ||
	    cookie.n > COOKIE_MAX)
		return false;
	room = tsr_arena_alloc(arena, COOKIE_MAX);
	if (tsr_query_decode(&text, cookie, false, room, COOKIE_MAX) != TSR_OK)
		return false;
	tsr_sources_init(&sources, arena);
	tsr_diag_init(&diag, arena);
	return tsr_json_read(out, arena, &diag, &sources,
		   tsr_sources_add(&sources, "cookie", text)) &&
	    out->type == TSR_JSON_OBJECT;
}

static void
set(struct tsr_value *out, const struct tsr_json *v, unsigned type)
{
	if (v->type == TSR_JSON_NULL) {
		out->kind = TSR_VALUE_MISSING;
	} else if (type == TSR_TYPE_STRING && v->type == TSR_JSON_STRING &&
	    v->u.string.n <= TSR_VALUE_MAX) {
		out->kind = TSR_VALUE_STRING;
		out->string = v->u.string;
	} else if (type == TSR_TYPE_NUMBER && tsr_json_is_number(v)) {
		out->kind = TSR_VALUE_NUMBER;
		out->number = tsr_json_number(v);
	} else if (type == TSR_TYPE_BOOLEAN && v->type == TSR_JSON_BOOLEAN) {
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = v->u.boolean;
	}
}

void
tsr_preview_visitor_read(struct tsr_preview_visitor *out,
    const struct tsr_table *table, const struct tsr_request *request,
    struct tsr_arena *arena)
{
	uint32_t count = tsr_table_count(table, TSR_SECTION_ATTR), i;
	const struct tsr_json *v;
	const uint8_t *attribute;
	struct tsr_json cookie;

	memset(out, 0, sizeof(*out));
	out->now = request->now;
	if (!read_cookie(&cookie, request, arena))
		return;
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		attribute = tsr_table_record(
		    table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		v = tsr_json_find(&cookie, tsr_table_text(table, attribute));
		if (v == NULL || attribute[17] > TSR_SOURCE_QUERY)
			continue;
		set(&out->overrides[i], v, attribute[16]);
		out->count += out->overrides[i].kind != TSR_VALUE_UNREAD;
	}
	v = tsr_json_get(&cookie, "_time");
	if (tsr_json_is_number(v) && tsr_json_number(v) >= 0 &&
	    tsr_json_number(v) <= SECONDS_MAX) {
		out->time_set = true;
		out->now = (int64_t)(tsr_json_number(v) * 1000);
	}
}
