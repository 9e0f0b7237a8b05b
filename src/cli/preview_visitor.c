/*
 * preview_visitor - the visitor that the bar asks for, from its cookie.
 */
#include "cli/preview_visitor.h"

#include "build/read/moment.h"
#include "core/cookie.h"
#include "core/limits.h"
#include "core/persona.h"
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

/* What the page and the time say, and what only the browser knows, stays. */
bool
tsr_preview_can_set(unsigned source)
{
	static const uint8_t fixed[] = {TSR_SOURCE_PATH, TSR_SOURCE_METHOD,
	    TSR_SOURCE_TIME, TSR_SOURCE_LOCALE, TSR_SOURCE_PAGE,
	    TSR_SOURCE_CLOCK, TSR_SOURCE_FACT, TSR_SOURCE_BROWSER};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(fixed); i++)
		if (source == fixed[i])
			return false;
	return true;
}

/* ---- personas ---- */

/* Seconds that a link to a persona is good for: one request. */
#define LINK_SECONDS 60

/* The persona's attributes with those that the bar sets over them. */
static void
put_attributes(struct tsr_buf *out, const struct tsr_json *persona,
    const struct tsr_json *cookie, struct tsr_arena *arena)
{
	const struct tsr_json *own = tsr_json_get(persona, "attributes");
	struct tsr_json set = {.type = TSR_JSON_OBJECT}, all;
	struct tsr_member *list =
	    TSR_NEW_ARRAY(arena, struct tsr_member, cookie->count);
	uint32_t i;

	set.u.members = list;
	for (i = 0; i < cookie->count; i++)
		if (!tsr_span_starts(
			cookie->u.members[i].name, TSR_LIT("_")))
			list[set.count++] = cookie->u.members[i];
	all = set;
	if (tsr_json_is(own, TSR_JSON_OBJECT))
		all = tsr_json_merge(arena, own, &set);
	tsr_buf_text(out, ",\"attributes\":");
	tsr_json_write(out, &all);
}

static void
make_token(struct tsr_preview_visitor *out, const struct tsr_json *persona,
    const struct tsr_json *cookie, const struct tsr_request *request,
    struct tsr_arena *arena)
{
	const struct tsr_json *consent = tsr_json_get(persona, "consent");
	size_t room = TSR_PERSONA_MAX * 2;
	struct tsr_buf json;
	uint8_t *text;
	int64_t ms;

	tsr_buf_init(&json, SIZE_MAX / 2);
	tsr_buf_printf(&json, "{\"expires\":%lld",
	    (long long)(request->now / 1000 + LINK_SECONDS));
	if (!out->time_set && tsr_moment_read(&ms,
		tsr_json_text(tsr_json_get(persona, "time"))) && ms >= 0)
		out->now = ms;
	tsr_buf_printf(&json, ",\"time\":%.3f", (double)out->now / 1000.0);
	if (consent != NULL) {
		tsr_buf_text(&json, ",\"consent\":");
		tsr_json_write(&json, consent);
	}
	put_attributes(&json, persona, cookie, arena);
	tsr_buf_byte(&json, '}');
	text = tsr_arena_alloc(arena, room);
	out->token = tsr_span_of(text, tsr_persona_write(
	    text, room, tsr_buf_view(&json), request->seal));
	tsr_buf_free(&json);
}

void
tsr_preview_visitor_read(struct tsr_preview_visitor *out,
    const struct tsr_table *table, const struct tsr_json *personas,
    const struct tsr_request *request, struct tsr_arena *arena)
{
	uint32_t count = tsr_table_count(table, TSR_SECTION_ATTR), i;
	const struct tsr_json *v, *persona;
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
		if (v == NULL || !tsr_preview_can_set(attribute[17]))
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
	persona = tsr_json_find(
	    personas, tsr_json_text(tsr_json_get(&cookie, "_persona")));
	if (!tsr_json_is(persona, TSR_JSON_OBJECT) || request->seal == NULL)
		return;
	out->persona = tsr_json_text(tsr_json_get(&cookie, "_persona"));
	make_token(out, persona, &cookie, request, arena);
}
