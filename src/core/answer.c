/*
 * answer - from one request to one reply: route, decide, stitch, header.
 */
#include "core/answer.h"

#include "core/decide.h"
#include "core/endpoint.h"
#include "core/header.h"
#include "core/route.h"

/* Seconds for which a shared cache may keep a public page. */
#define PUBLIC_SECONDS 60

/* Bytes of Accept-CH: all hints there are take some 400. */
#define ACCEPT_CH_MAX 600

struct status {
	uint32_t code;
	struct tsr_span line;
	struct tsr_span text;
};

#define STATUS(code, words, text)                                              \
	{                                                                      \
		code, {(const uint8_t *)#code " " words,                       \
		    sizeof(#code " " words) - 1},                              \
		{                                                              \
			(const uint8_t *)text, sizeof(text) - 1                \
		}                                                              \
	}

static const struct status statuses[] = {
    STATUS(500, "Internal Server Error", "This page cannot be shown now.\n"),
    STATUS(200, "OK", ""),
    STATUS(204, "No Content", ""),
    STATUS(303, "See Other", "This has been done.\n"),
    STATUS(304, "Not Modified", ""),
    STATUS(308, "Permanent Redirect", "This page has moved.\n"),
    STATUS(400, "Bad Request", "The request is not well formed.\n"),
    STATUS(403, "Forbidden", "The request does not come from this site.\n"),
    STATUS(404, "Not Found", "There is no such page.\n"),
    STATUS(405, "Method Not Allowed", "This address answers to other methods.\n"),
    STATUS(406, "Not Acceptable", "Pages come as gzip or as they are.\n"),
    STATUS(411, "Length Required", "The request does not say its length.\n"),
    STATUS(410, "Gone", "This page is no longer the one that is shown.\n"),
    STATUS(413, "Content Too Large", "The request is too large.\n"),
    STATUS(414, "URI Too Long", "The address is too long.\n"),
    STATUS(415, "Unsupported Media Type",
	"A form or JSON is expected here.\n"),
    STATUS(429, "Too Many Requests", "Too much comes from there.\n"),
    STATUS(431, "Request Header Fields Too Large",
	"The request's header is too large.\n"),
    STATUS(503, "Service Unavailable", "This cannot be answered now.\n"),
};

static const struct status *
find_status(uint32_t code)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(statuses); i++)
		if (statuses[i].code == code)
			return &statuses[i];
	return &statuses[0];
}

static void
head_begin(struct tsr_head *head, struct tsr_answer *out, uint32_t code)
{
	const struct status *status = find_status(code);

	head->p = out->head;
	head->n = 0;
	head->cap = sizeof(out->head);
	head->full = false;
	out->status = status->code;
	tsr_head_line(head, TSR_LIT("Status"), status->line);
}

static void
head_end(struct tsr_head *head, struct tsr_answer *out)
{
	/* RFC 9110 section 8.6: 304 needs no length, 204 must have none. */
	if (out->status != 304 && out->status != 204) {
		tsr_head_add(head, TSR_LIT("Content-Length: "));
		tsr_head_uint(head, out->length);
		tsr_head_add(head, TSR_LIT("\r\n"));
	}
	tsr_head_add(head, TSR_LIT("\r\n"));
	out->head_length = head->full ? 0 : head->n;
}

/* A short plain text instead of a page. */
static void
head_plain(struct tsr_head *head, struct tsr_answer *out)
{
	struct tsr_span text = find_status(out->status)->text;

	out->stitch.pieces[0] = text;
	out->stitch.count = 1;
	out->stitch.length = out->length = text.n;
	out->decode = false;
	tsr_head_line(
	    head, TSR_LIT("Content-Type"), TSR_LIT("text/plain; charset=utf-8"));
	head_end(head, out);
}

void
tsr_answer_error(
    struct tsr_answer *out, struct tsr_span *pieces, uint32_t status)
{
	struct tsr_head head;

	tsr_stitch_init(&out->stitch, pieces, TSR_PARTS_MAX);
	out->page = UINT32_MAX;
	out->no_body = false;
	head_begin(&head, out, status);
	tsr_head_line(&head, TSR_LIT("Cache-Control"), TSR_LIT("no-store"));
	if (status == 405)
		tsr_head_line(&head, TSR_LIT("Allow"), TSR_LIT("GET, HEAD"));
	if (status == 503)
		tsr_head_line(&head, TSR_LIT("Retry-After"), TSR_LIT("5"));
	head_plain(&head, out);
}

static bool
is_safe_in_header(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return false;
	return true;
}

/* The query goes along; one that cannot stand in a header stays behind. */
static void
answer_redirect(struct tsr_answer *out, struct tsr_span location,
    struct tsr_span query)
{
	struct tsr_head head;

	head_begin(&head, out, 308);
	tsr_head_add(&head, TSR_LIT("Location: "));
	tsr_head_add(&head, location);
	if (query.n > 0 && query.n <= TSR_PATH_MAX * 2 &&
	    is_safe_in_header(query) &&
	    tsr_span_find(location, '?', 0) == location.n) {
		tsr_head_add(&head, TSR_LIT("?"));
		tsr_head_add(&head, query);
	}
	tsr_head_add(&head, TSR_LIT("\r\n"));
	tsr_head_line(&head, TSR_LIT("Cache-Control"),
	    TSR_LIT("public, max-age=3600"));
	head_plain(&head, out);
}

/* Seconds until the page may choose otherwise by time alone, at most most. */
static uint64_t
fresh_seconds(const struct tsr_table *t, const uint8_t *page, int64_t now,
    uint64_t most)
{
	uint32_t first = tsr_le32(page + 48), count = tsr_le32(page + 52), i;
	const uint8_t *p;
	int64_t at;

	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		p = tsr_table_record(t, TSR_SECTION_BNDS, first + i, 8);
		if (p == NULL)
			break;
		at = (int64_t)tsr_le64(p);
		if (at > now && (uint64_t)(at - now) / 1000 < most)
			most = (uint64_t)(at - now) / 1000;
	}
	return most;
}

/*
 * A shared cache keys public pages by the segment key that the web server
 * worked out. Where it is told to us and we see another, the page must not be
 * kept under that key.
 */
static bool
segment_agrees(struct tsr_visit *visit)
{
	struct tsr_span told = tsr_request_param(
	    visit->request, TSR_LIT("TESSERA_SEGMENT"));
	uint8_t key[TSR_SEGMENT_KEY_MAX];
	size_t n;

	if (told.p == NULL)
		return true;
	n = tsr_decide_segment_key(key, sizeof(key), visit);
	return tsr_span_eq(told, tsr_span_of(key, n));
}

static void
head_cache(struct tsr_head *head, struct tsr_answer *out,
    const struct tsr_table *t, const uint8_t *page)
{
	bool public = (tsr_le32(page + 20) & TSR_PAGE_PUBLIC) != 0;

	if (out->visit.overrides != NULL ||
	    (public && !segment_agrees(&out->visit))) {
		tsr_head_line(head, TSR_LIT("Cache-Control"),
		    TSR_LIT("private, no-store"));
	} else if (public) {
		tsr_head_add(head, TSR_LIT("Cache-Control: public, max-age="));
		tsr_head_uint(head,
		    fresh_seconds(t, page, out->visit.request->now,
			PUBLIC_SECONDS));
		tsr_head_add(head, TSR_LIT("\r\n"));
	} else {
		tsr_head_line(head, TSR_LIT("Cache-Control"),
		    TSR_LIT("private, no-cache"));
	}
	tsr_head_line(head, TSR_LIT("Vary"), tsr_table_text(t, page + 40));
}

/* Strong: release, page, choices, texts and coding decide every byte. */
static void
make_etag(struct tsr_head *etag, const struct tsr_answer *out,
    const struct tsr_table *t)
{
	uint64_t h = tsr_mix(tsr_le64(t->id.p), out->page);

	tsr_head_add(etag, TSR_LIT("\""));
	tsr_head_hex(etag, tsr_mix(h, out->stitch.hash));
	tsr_head_add(etag, out->decode ? TSR_LIT("i\"") : TSR_LIT("\""));
}

static void
head_preview_cookie(struct tsr_head *head, const struct tsr_request *request,
    struct tsr_span token, int64_t seconds)
{
	tsr_head_cookie(head,
	    request->plain ? TSR_LIT("tessera_preview_link")
			   : TSR_LIT("__Host-tessera_preview_link"),
	    token, seconds > 0 ? (uint64_t)seconds : 0);
}

static void
answer_page(struct tsr_answer *out, const struct tsr_table *t,
    const uint8_t *page)
{
	const uint8_t *locale = tsr_table_record(
	    t, TSR_SECTION_LOCL, tsr_le32(page + 16), TSR_LOCALE_SIZE);
	uint8_t etag_bytes[24];
	struct tsr_head head, etag = {etag_bytes, 0, sizeof(etag_bytes), false};
	uint32_t status = tsr_le32(page + 36);
	struct tsr_span tag, hints;

	out->length = out->decode ? out->stitch.raw : out->stitch.length;
	make_etag(&etag, out, t);
	tag = tsr_span_of(etag.p, etag.n);
	if (status == 200 &&
	    tsr_none_match(tsr_request_param(out->visit.request,
			       TSR_LIT("HTTP_IF_NONE_MATCH")),
		tag)) {
		status = 304;
		out->no_body = true;
	}
	head_begin(&head, out, status);
	if (status != 304) {
		tsr_head_line(&head, TSR_LIT("Content-Type"),
		    TSR_LIT("text/html; charset=utf-8"));
		if (locale != NULL)
			tsr_head_line(&head, TSR_LIT("Content-Language"),
			    tsr_table_text(t, locale));
		if (!out->decode)
			tsr_head_line(&head, TSR_LIT("Content-Encoding"),
			    TSR_LIT("gzip"));
	}
	tsr_head_line(&head, TSR_LIT("ETag"), tag);
	head_cache(&head, out, t, page);
	tsr_keep_end(&head, &out->keep, &out->visit);
	if (out->previewed) {
		tsr_head_line(&head, TSR_LIT("X-Robots-Tag"), TSR_LIT("noindex"));
		head_preview_cookie(&head, &out->persona.request,
		    out->persona.token, out->persona.seconds);
	}
	hints = tsr_table_meta(t, TSR_LIT("accept-ch"));
	if (hints.n > 0 && hints.n <= ACCEPT_CH_MAX)
		tsr_head_line(&head, TSR_LIT("Accept-CH"), hints);
	head_end(&head, out);
}

/* The path stays, the query goes: the visitor is themselves again. */
static void
answer_preview_end(struct tsr_answer *out, const struct tsr_request *request)
{
	struct tsr_span target = tsr_request_target(request);
	struct tsr_head head;

	target.n = tsr_span_find(target, '?', 0);
	if (target.n < 1 || target.n > TSR_PATH_MAX || target.p[0] != '/' ||
	    (target.n > 1 && target.p[1] == '/') || !is_safe_in_header(target))
		target = TSR_LIT("/");
	head_begin(&head, out, 303);
	tsr_head_line(&head, TSR_LIT("Location"), target);
	tsr_head_line(&head, TSR_LIT("Cache-Control"), TSR_LIT("no-store"));
	head_preview_cookie(&head, request, TSR_LIT(""), 0);
	head_plain(&head, out);
}

/* The page's edition, stitched. */
static enum tsr_err
stitch_page(struct tsr_answer *out, const struct tsr_store *store,
    const uint8_t *page)
{
	uint32_t count = tsr_le32(page + 32), edition;

	edition = tsr_decide_outcome(&out->visit, tsr_le32(page + 24));
	if (count == 0)
		return TSR_RANGE;
	if (edition >= count)
		edition = count - 1;
	if (edition > UINT32_MAX - tsr_le32(page + 28))
		return TSR_RANGE;
	out->stitch.hash = tsr_mix(0, edition);
	return tsr_stitch_run(&out->stitch, store, &out->visit,
	    tsr_le32(page + 28) + edition);
}

static void
show_page(struct tsr_answer *out, const struct tsr_store *store,
    const struct tsr_request *request, const struct tsr_value *overrides)
{
	const struct tsr_table *t = &store->table;
	const uint8_t *page = tsr_table_record(
	    t, TSR_SECTION_PAGE, out->page, TSR_PAGE_SIZE);
	enum tsr_coding coding = tsr_accept_encoding(
	    tsr_request_param(request, TSR_LIT("HTTP_ACCEPT_ENCODING")));

	if (page == NULL) {
		tsr_answer_error(out, out->stitch.pieces, 500);
		return;
	}
	if (coding == TSR_CODING_NONE) {
		tsr_answer_error(out, out->stitch.pieces, 406);
		return;
	}
	out->decode = coding == TSR_CODING_IDENTITY;
	tsr_visit_init(&out->visit, t, request, page);
	out->visit.overrides = overrides;
	if (out->previewed)
		out->visit.purposes = out->persona.purposes;
	tsr_keep_begin(&out->keep, &out->visit, page,
	    !tsr_span_eq(tsr_request_param(request, TSR_LIT("REQUEST_METHOD")),
		TSR_LIT("HEAD")));
	if (stitch_page(out, store, page) == TSR_OK)
		answer_page(out, t, page);
	else
		tsr_answer_error(out, out->stitch.pieces, 500);
}

/* What lies below /_tessera/: nothing of it is ever kept by a cache. */
static void
answer_endpoint(struct tsr_answer *out, const struct tsr_store *store,
    const struct tsr_request *request)
{
	uint8_t lines[TSR_ENDPOINT_LINES];
	struct tsr_endpoint endpoint = {.store = store, .request = request,
	    .visit = &out->visit,
	    .persona = &out->persona,
	    .lines = {lines, 0, sizeof(lines), false},
	    .text = {out->text, 0, sizeof(out->text), false}};
	struct tsr_head head;

	tsr_endpoint_answer(&endpoint);
	if (endpoint.lines.full || endpoint.text.full) {
		tsr_answer_error(out, out->stitch.pieces, 500);
		return;
	}
	head_begin(&head, out, endpoint.status);
	tsr_head_line(&head, TSR_LIT("Cache-Control"), TSR_LIT("no-store"));
	tsr_head_add(&head, tsr_span_of(lines, endpoint.lines.n));
	if (endpoint.status == 204) {
		out->length = 0;
		out->no_body = true;
		head_end(&head, out);
	} else if (endpoint.type.n == 0) {
		head_plain(&head, out);
	} else {
		out->stitch.pieces[0] =
		    tsr_span_of(out->text, endpoint.text.n);
		out->stitch.count = 1;
		out->stitch.length = out->length = endpoint.text.n;
		tsr_head_line(&head, TSR_LIT("Content-Type"), endpoint.type);
		head_end(&head, out);
	}
}

/*
 * Somebody who comes by a preview link looks as the link says. False: the link
 * is no good, or asked to end, and that is answered.
 */
static bool
look(struct tsr_answer *out, const struct tsr_request **request,
    const struct tsr_value **overrides, const struct tsr_store *store)
{
	switch (tsr_persona_read(&out->persona, &store->table, *request)) {
	case TSR_LOOKED_YES:
		out->previewed = true;
		*request = &out->persona.request;
		*overrides = out->persona.overrides;
		return true;
	case TSR_LOOKED_ENDED:
		answer_preview_end(out, *request);
		return false;
	case TSR_LOOKED_WRONG:
		tsr_answer_error(out, out->stitch.pieces, 403);
		return false;
	default:
		return true;
	}
}

void
tsr_answer_make(struct tsr_answer *out, struct tsr_span *pieces,
    const struct tsr_store *store, const struct tsr_request *request,
    const struct tsr_value *overrides)
{
	struct tsr_span method =
	    tsr_request_param(request, TSR_LIT("REQUEST_METHOD"));
	struct tsr_span target = tsr_request_target(request);
	bool head = tsr_span_eq(method, TSR_LIT("HEAD"));
	struct tsr_route route;

	tsr_stitch_init(&out->stitch, pieces, TSR_PARTS_MAX);
	out->no_body = false;
	out->decode = false;
	out->previewed = false;
	out->page = UINT32_MAX;
	if (method.n > 0 && tsr_endpoint_is(target)) {
		answer_endpoint(out, store, request);
		if (head)
			out->no_body = true;
		return;
	}
	if (!head && !tsr_span_eq(method, TSR_LIT("GET"))) {
		tsr_answer_error(out, pieces, method.n == 0 ? 400 : 405);
		return;
	}
	if (overrides == NULL && !look(out, &request, &overrides, store))
		return;
	tsr_route_find(&route, &store->table, target);
	out->page = route.page;
	switch (route.result) {
	case TSR_ROUTED_REDIRECT:
		answer_redirect(out, route.location, tsr_target_query(target));
		break;
	case TSR_ROUTED_BAD:
		tsr_answer_error(out, pieces, 400);
		break;
	case TSR_ROUTED_LONG:
		tsr_answer_error(out, pieces, 414);
		break;
	case TSR_ROUTED_NOTHING:
		if (route.page == UINT32_MAX) {
			tsr_answer_error(out, pieces, 404);
			break;
		}
		/* fallthrough */
	default:
		show_page(out, store, request, overrides);
		break;
	}
	/* Only a damaged release has words too long for a header. */
	if (out->head_length == 0)
		tsr_answer_error(out, pieces, 500);
	if (head)
		out->no_body = true;
}
