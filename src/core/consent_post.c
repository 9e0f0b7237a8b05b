/*
 * consent_post - a visitor chooses: POST /_tessera/consent and forget.
 *
 * A form is answered with 303 to a page of this site, all else with 204. The
 * cookie is one that scripts may read (a dialog shows what was chosen), so it
 * is not HttpOnly; nobody gains anything by changing it but the visitor.
 */
#include "core/consent.h"
#include "core/endpoint.h"
#include "core/jsonread.h"
#include "core/keep.h"
#include "core/origin.h"
#include "core/query.h"

/* What a request asks for. */
struct choice {
	unsigned purposes;
	bool none;		/* said so: it counts more than all others */
	bool form;		/* a form: answer with a page */
	struct tsr_span target; /* to go to after a form; empty: not said */
	uint8_t room[TSR_PATH_MAX];
};

/* Longest word for a purpose, with all of them in one value. */
#define WORDS_MAX 64

static bool
add_word(struct choice *choice, struct tsr_span word)
{
	unsigned bit = tsr_consent_purpose(word), i;

	choice->purposes |= bit;
	if (tsr_span_eq(word, TSR_LIT("none")))
		choice->none = true;
	else if (tsr_span_eq(word, TSR_LIT("all")))
		for (i = 1; i < TSR_PURPOSE_COUNT; i++)
			choice->purposes |= 1u << i;
	else if (bit == 0)
		return word.n == 0;
	return true;
}

/* Words between commas and blanks; false when one is no purpose. */
static bool
add_words(struct choice *choice, struct tsr_span text)
{
	size_t from, end;

	for (from = 0; from < text.n; from = end + 1) {
		for (end = from; end < text.n; end++)
			if (text.p[end] == ',' || text.p[end] == ' ')
				break;
		if (!add_word(choice, tsr_span_part(text, from, end - from)))
			return false;
	}
	return true;
}

/*
 * A path of this site and nothing that a browser could take for another host:
 * "//host", "/\host", line ends, blanks.
 */
static bool
is_local(struct tsr_span target)
{
	size_t i;

	if (target.n == 0 || target.p[0] != '/' ||
	    (target.n > 1 && target.p[1] == '/'))
		return false;
	for (i = 0; i < target.n; i++)
		if (target.p[i] <= 0x20 || target.p[i] >= 0x7f ||
		    target.p[i] == '\\')
			return false;
	return true;
}

/* application/x-www-form-urlencoded; 0 or the status to refuse it with. */
static uint32_t
read_form(struct choice *choice, struct tsr_span body)
{
	uint8_t room[WORDS_MAX];
	struct tsr_span pair, name, value;
	size_t from, end, equals;

	for (from = 0; from < body.n; from = end + 1) {
		end = tsr_span_find(body, '&', from);
		pair = tsr_span_part(body, from, end - from);
		equals = tsr_span_find(pair, '=', 0);
		name = tsr_span_part(pair, 0, equals);
		value = tsr_span_from(pair, equals + 1);
		if (tsr_span_eq(name, TSR_LIT("purpose"))) {
			if (tsr_query_decode(&value, value, true, room,
				sizeof(room)) != TSR_OK ||
			    !add_words(choice, value))
				return 400;
		} else if (tsr_span_eq(name, TSR_LIT("return")) &&
		    choice->target.n == 0) {
			if (tsr_query_decode(&choice->target, value, true,
				choice->room, sizeof(choice->room)) !=
				TSR_OK ||
			    !is_local(choice->target))
				return 400;
		}
	}
	return 0;
}

/* {"purposes": [...]}; 0 or the status to refuse it with. */
static uint32_t
read_json(struct choice *choice, struct tsr_span body)
{
	struct tsr_span json, list, item, rest, text;
	uint8_t room[WORDS_MAX];

	if (!tsr_jsonread_check(&json, body) ||
	    tsr_jsonread_kind(json) != TSR_JSONREAD_OBJECT ||
	    !tsr_jsonread_find(&list, json, TSR_LIT("purposes")) ||
	    tsr_jsonread_kind(list) != TSR_JSONREAD_ARRAY)
		return 400;
	rest = tsr_jsonread_parts(list);
	while (tsr_jsonread_item(&item, &rest))
		if (tsr_jsonread_kind(item) != TSR_JSONREAD_STRING ||
		    !tsr_jsonread_text(&text, item, room, sizeof(room)) ||
		    !add_word(choice, text))
			return 400;
	return 0;
}

/* The media type without its parameters is this one. */
static bool
is_type(const struct tsr_request *request, struct tsr_span type)
{
	struct tsr_span s = tsr_request_param(request, TSR_LIT("CONTENT_TYPE"));

	s = tsr_span_part(s, 0, tsr_span_find(s, ';', 0));
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return tsr_span_same(s, type);
}

static bool
is_form(const struct tsr_request *request)
{
	return is_type(request, TSR_LIT("application/x-www-form-urlencoded"));
}

/* Keep the choice in the site's cookie. */
static void
set_cookie(struct tsr_endpoint *e, unsigned purposes)
{
	const struct tsr_table *t = &e->store->table;
	struct tsr_span age = tsr_table_meta(t, TSR_LIT("consent.maxAge"));
	uint8_t text[TSR_CONSENT_TEXT];
	size_t n = tsr_consent_write(text, purposes, e->request->now);

	tsr_head_add(&e->lines, TSR_LIT("Set-Cookie: "));
	tsr_head_add(&e->lines, tsr_table_meta(t, TSR_LIT("consent")));
	tsr_head_add(&e->lines, TSR_LIT("="));
	tsr_head_add(&e->lines, tsr_span_of(text, n));
	tsr_head_add(&e->lines, TSR_LIT("; Max-Age="));
	tsr_head_add(&e->lines, age.n > 0 ? age : TSR_LIT("15552000"));
	tsr_head_add(&e->lines, TSR_LIT("; Path=/; SameSite=Lax"));
	/* A site that is served without TLS would never see it again. */
	if (!e->request->plain &&
	    !tsr_span_starts(tsr_table_meta(t, TSR_LIT("origin")),
		TSR_LIT("http:")))
		tsr_head_add(&e->lines, TSR_LIT("; Secure"));
	tsr_head_add(&e->lines, TSR_LIT("\r\n"));
}

static void
finish(struct tsr_endpoint *e, const struct choice *choice)
{
	struct tsr_span target = choice->target;

	if (!choice->form) {
		e->status = 204;
		return;
	}
	if (target.n == 0) {
		target = tsr_origin_referer(e->request, &e->store->table);
		if (target.n > TSR_PATH_MAX || !is_local(target))
			target = TSR_LIT("/");
	}
	e->status = 303;
	tsr_head_line(&e->lines, TSR_LIT("Location"), target);
}

void
tsr_endpoint_consent(struct tsr_endpoint *e)
{
	struct choice choice = {.form = is_form(e->request)};
	const struct tsr_request *request = e->request;

	e->status = 0;
	if (tsr_table_meta(&e->store->table, TSR_LIT("consent")).n == 0)
		e->status = 404;
	else if (request->body.n == 0 &&
	    tsr_request_param(request, TSR_LIT("CONTENT_LENGTH")).n == 0)
		e->status = 411;
	else if (choice.form)
		e->status = read_form(&choice, request->body);
	else if (is_type(request, TSR_LIT("application/json")))
		e->status = read_json(&choice, request->body);
	else
		e->status = 415;
	if (e->status != 0)
		return;
	if (choice.none)
		choice.purposes = 0;
	set_cookie(e, choice.purposes);
	tsr_keep_withdraw(&e->lines, request, choice.purposes);
	finish(e, &choice);
}

/*
 * All that is kept of the visitor goes. What they chose stays as "nothing is
 * granted": without it a site that asks would ask again, and one that keeps
 * another record of consent would go on with that. Pages that were decided for
 * them leave the browser's cache; nothing else of the site's is cleared.
 */
void
tsr_endpoint_forget(struct tsr_endpoint *e)
{
	struct choice choice = {.form = is_form(e->request)};

	e->status = choice.form ? read_form(&choice, e->request->body) : 0;
	if (e->status != 0)
		return;
	if (tsr_table_meta(&e->store->table, TSR_LIT("consent")).n > 0)
		set_cookie(e, 0);
	tsr_keep_withdraw(&e->lines, e->request, 0);
	tsr_head_line(
	    &e->lines, TSR_LIT("Clear-Site-Data"), TSR_LIT("\"cache\""));
	finish(e, &choice);
}
