/*
 * why_answer - GET /_tessera/why: a visitor asks why a page shows what it does.
 *
 * Names for each slot what stands in it and the signals that were read for it,
 * with what was found, as a page or as JSON. Nothing is said of rules and
 * variants that had no part in it: of what was looked for in vain only that it
 * was not found.
 */
#include "core/consent.h"
#include "core/digits.h"
#include "core/endpoint.h"
#include "core/query.h"
#include "core/route.h"
#include "core/why_slot.h"
#include "core/word.h"

/* ---- withdrawal ---- */

/* Purposes that stay when personalization goes, in a form or in JSON. */
static void
put_rest(struct tsr_why_writer *w, unsigned purposes)
{
	const char *word;
	bool any = false;
	unsigned i;

	for (i = TSR_PURPOSE_NONE + 1; i < TSR_PURPOSE_COUNT; i++) {
		if (i == TSR_PURPOSE_PERSONALIZATION ||
		    (purposes & 1u << i) == 0)
			continue;
		word = tsr_word_purpose(i);
		if (w->json)
			tsr_why_put(w, any ? TSR_LIT(",\"") : TSR_LIT("\""));
		else
			tsr_why_put(w, TSR_LIT("<input type=\"hidden\" name="
					       "\"purpose\" value=\""));
		tsr_why_put(w, tsr_span_of(word,
		    tsr_span_find(tsr_span_of(word, TSR_WORD_SIZE), 0, 0)));
		tsr_why_put(w, w->json ? TSR_LIT("\"") : TSR_LIT("\">\n"));
		any = true;
	}
	if (!any && !w->json)
		tsr_why_put(w, TSR_LIT("<input type=\"hidden\" name=\"purpose\""
				       " value=\"none\">\n"));
}

static bool
is_granted(unsigned purposes)
{
	return (purposes & 1u << TSR_PURPOSE_PERSONALIZATION) != 0;
}

/* The opt-out, as a form that goes back to the page. */
static void
put_opt_out(struct tsr_why_writer *w, unsigned purposes, struct tsr_span path)
{
	if (!is_granted(purposes)) {
		tsr_why_put(w, TSR_LIT("<p>"));
		tsr_why_say(w, TSR_WHY_NOT_IN);
		tsr_why_put(w, TSR_LIT("</p>\n"));
		return;
	}
	tsr_why_put(w, TSR_LIT("<form action=\"/_tessera/consent\" method="
			       "\"post\">\n<p>"));
	tsr_why_say(w, TSR_WHY_OPT_OUT_TEXT);
	tsr_why_put(w, TSR_LIT("</p>\n"));
	put_rest(w, purposes);
	tsr_why_put(w, TSR_LIT("<input type=\"hidden\" name=\"return\" value=\""));
	tsr_why_text(w, path);
	tsr_why_put(w, TSR_LIT("\">\n<button>"));
	tsr_why_say(w, TSR_WHY_OPT_OUT);
	tsr_why_put(w, TSR_LIT("</button>\n</form>\n"));
}

/* ---- the answer ---- */

static void
put_begin(struct tsr_why_writer *w, enum tsr_why_word intro)
{
	tsr_why_put(w, TSR_LIT("<!DOCTYPE html>\n<html lang=\""));
	tsr_why_text(w, w->locale);
	tsr_why_put(w, TSR_LIT("\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
		       "name=\"viewport\" content=\"width=device-width\">\n"
		       "<meta name=\"robots\" content=\"noindex\">\n<title>"));
	tsr_why_say(w, TSR_WHY_TITLE);
	tsr_why_put(w, TSR_LIT("</title>\n<link rel=\"stylesheet\" href=\""
		       "/_tessera/why.css\">\n</head>\n<body>\n<main>\n<h1>"));
	tsr_why_say(w, TSR_WHY_TITLE);
	tsr_why_put(w, TSR_LIT("</h1>\n<p>"));
	tsr_why_say(w, intro);
	tsr_why_put(w, TSR_LIT("</p>\n"));
}

/* What a dialog says. */
static void
put_dialog_words(struct tsr_why_writer *w)
{
	static const struct {
		uint8_t word;
		char name[12];
	} words[] = {
	    {TSR_WHY_TITLE, "title"},
	    {TSR_WHY_BECAUSE, "because"},
	    {TSR_WHY_NO_SIGNAL, "noSignal"},
	    {TSR_WHY_CLOSE, "close"},
	    {TSR_WHY_OPT_OUT, "optOut"},
	    {TSR_WHY_OPT_OUT_TEXT, "optOutText"},
	    {TSR_WHY_OPTED_OUT, "optedOut"},
	    {TSR_WHY_NOT_IN, "notIn"},
	    {TSR_WHY_FAILED, "failed"},
	    {TSR_WHY_BROWSER, "browser"},
	    {TSR_WHY_SHOWS, "shows"},
	    {TSR_WHY_OWN, "own"},
	    {TSR_WHY_NOTHING, "nothing"},
	    {TSR_WHY_OPEN, "openQuote"},
	    {TSR_WHY_SHUT, "closeQuote"},
	    {TSR_WHY_IS, "is"},
	    {TSR_WHY_ONE_OF, "oneOf"},
	    {TSR_WHY_LESS, "less"},
	    {TSR_WHY_AT_MOST, "atMost"},
	    {TSR_WHY_MORE_THAN, "moreThan"},
	    {TSR_WHY_AT_LEAST, "atLeast"},
	    {TSR_WHY_TRUE, "true"},
	    {TSR_WHY_FALSE, "false"},
	    {TSR_WHY_PRESENT, "present"},
	    {TSR_WHY_MISSING, "missing"},
	    {TSR_WHY_MATCHES, "matches"},
	    {TSR_WHY_ANY, "any"},
	    {TSR_WHY_NOT, "not"},
	};
	size_t i;

	tsr_why_put(w, TSR_LIT("\"words\":{"));
	for (i = 0; i < TSR_COUNT_OF(words); i++) {
		tsr_why_put(w, i > 0 ? TSR_LIT(",\"") : TSR_LIT("\""));
		tsr_why_put(w, tsr_span_of(words[i].name,
		    tsr_span_find(tsr_span_of(words[i].name,
			sizeof(words[i].name)), 0, 0)));
		tsr_why_put(w, TSR_LIT("\":\""));
		tsr_why_say(w, (enum tsr_why_word)words[i].word);
		tsr_why_put(w, TSR_LIT("\""));
	}
	tsr_why_put(w, TSR_LIT("}"));
}

static void
put_page(struct tsr_why_writer *w, const struct tsr_why *why,
    struct tsr_choices *choices, unsigned purposes)
{
	put_begin(w, TSR_WHY_INTRO);
	if (!tsr_why_put_slots(w, choices, why->record)) {
		tsr_why_put(w, TSR_LIT("<p>"));
		tsr_why_say(w, TSR_WHY_MORE);
		tsr_why_put(w, TSR_LIT("</p>\n"));
	}
	put_opt_out(w, purposes, tsr_table_text(w->t, why->record));
	tsr_why_put(w, TSR_LIT("</main>\n</body>\n</html>\n"));
}

/* The beginnings of the release's id, and of the weights' hash. */
static void
put_origin(struct tsr_why_writer *w, const struct tsr_why *why)
{
	uint8_t weights[4], room[16];

	tsr_put32(weights, why->weights);
	tsr_why_put(w, TSR_LIT(",\"release\":\""));
	tsr_why_put(w, tsr_hex_digits(room, tsr_span_part(w->t->id, 0, 8)));
	tsr_why_put(w, TSR_LIT("\",\"weights\":"));
	if (why->weights == 0) {
		tsr_why_put(w, TSR_LIT("null"));
		return;
	}
	tsr_why_put(w, TSR_LIT("\""));
	tsr_why_put(
	    w, tsr_hex_digits(room, tsr_span_of(weights, sizeof(weights))));
	tsr_why_put(w, TSR_LIT("\""));
}

/*
 * What was looked at for each bit of the page's mask: the server's part of
 * what the browser decides. A release that kept too little has none.
 */
static bool
put_mask(struct tsr_why_writer *w, const struct tsr_choices *choices,
    const struct tsr_why *why)
{
	uint32_t first = tsr_le32(why->record + 72), i;
	uint32_t count = tsr_le32(why->record + 76);
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	size_t before = w->out->n;
	const uint8_t *decision;

	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		decision = tsr_table_record(
		    w->t, TSR_SECTION_MASK, first + i, 4);
		if (decision == NULL)
			return true;
		memset(signals, 0, sizeof(signals));
		tsr_why_follow(
		    signals, w->t, &choices->ask, tsr_le32(decision));
		tsr_why_close(signals, w->t, &choices->ask);
		tsr_why_put(w, i > 0 ? TSR_LIT(",") : TSR_LIT(""));
		tsr_why_put_signals(w, signals);
		w->out->full |= why->strange;
		if (!tsr_why_fits(w, &before))
			return false;
	}
	return true;
}

/* What signals of the browser are called. */
static bool
put_browser(struct tsr_why_writer *w)
{
	uint32_t i, count = tsr_table_count(w->t, TSR_SECTION_ATTR);
	size_t before = w->out->n;
	const uint8_t *p;
	bool any = false;

	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		p = tsr_table_record(
		    w->t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (p == NULL || p[17] != TSR_SOURCE_BROWSER)
			continue;
		tsr_why_put(w, any ? TSR_LIT(",{\"source\":\"")
				   : TSR_LIT("{\"source\":\""));
		tsr_why_text(w, tsr_table_text(w->t, p + 8));
		tsr_why_put(w, TSR_LIT("\",\"title\":\""));
		tsr_why_title(w, i);
		tsr_why_put(w, TSR_LIT("\"}"));
		any = true;
		if (!tsr_why_fits(w, &before))
			return false;
	}
	return true;
}

static void
put_json(struct tsr_why_writer *w, struct tsr_why *why,
    struct tsr_choices *choices, unsigned purposes)
{
	bool all, strange;

	tsr_why_put(w, TSR_LIT("{\"path\":\""));
	tsr_why_text(w, tsr_table_text(w->t, why->record));
	tsr_why_put(w, TSR_LIT("\",\"locale\":\""));
	tsr_why_text(w, w->locale);
	tsr_why_put(w, TSR_LIT("\",\"time\":"));
	tsr_head_uint(w->out, (uint64_t)why->time);
	put_origin(w, why);
	tsr_why_put(w, TSR_LIT(","));
	put_dialog_words(w);
	/* What to agree to instead; null: personalization is not agreed to. */
	tsr_why_put(w, TSR_LIT(",\"withdraw\":"));
	if (is_granted(purposes)) {
		tsr_why_put(w, TSR_LIT("["));
		put_rest(w, purposes);
		tsr_why_put(w, TSR_LIT("]"));
	} else {
		tsr_why_put(w, TSR_LIT("null"));
	}
	tsr_why_put(w, TSR_LIT(",\"slots\":["));
	all = tsr_why_put_slots(w, choices, why->record);
	strange = why->strange;
	tsr_why_put(w, TSR_LIT("],\"mask\":["));
	all = put_mask(w, choices, why) && all;
	why->strange = strange;
	tsr_why_put(w, TSR_LIT("],\"browser\":["));
	all = put_browser(w) && all;
	tsr_why_put(w, all ? TSR_LIT("],\"complete\":true}\n")
			   : TSR_LIT("],\"complete\":false}\n"));
}

static void
put_failed(struct tsr_why_writer *w, bool gone)
{
	enum tsr_why_word text = gone ? TSR_WHY_GONE : TSR_WHY_UNKNOWN;

	if (!w->json) {
		put_begin(w, text);
		tsr_why_put(w, TSR_LIT("</main>\n</body>\n</html>\n"));
		return;
	}
	tsr_why_put(w, gone ? TSR_LIT("{\"gone\":true,\"text\":\"")
			    : TSR_LIT("{\"unknown\":true,\"text\":\""));
	tsr_why_say(w, text);
	tsr_why_put(w, TSR_LIT("\","));
	put_dialog_words(w);
	tsr_why_put(w, TSR_LIT("}\n"));
}

static bool
wants_json(const struct tsr_request *request)
{
	struct tsr_span accept =
	    tsr_request_param(request, TSR_LIT("HTTP_ACCEPT"));
	size_t i;

	for (i = 0; i < accept.n; i++)
		if (tsr_span_starts(tsr_span_from(accept, i),
			TSR_LIT("application/json")))
			return true;
	return false;
}

/* A page that all with the same signals share is decided once more. */
static bool
decide_again(struct tsr_choices *choices, struct tsr_why *why,
    struct tsr_endpoint *e, struct tsr_span path)
{
	const struct tsr_table *t = &e->store->table;
	struct tsr_route route;
	struct tsr_ask ask;

	tsr_route_find(&route, t, path);
	if (route.result != TSR_ROUTED_PAGE)
		return false;
	why->record =
	    tsr_table_record(t, TSR_SECTION_PAGE, route.page, TSR_PAGE_SIZE);
	if (why->record == NULL ||
	    (tsr_le32(why->record + 20) & TSR_PAGE_PUBLIC) == 0)
		return false;
	why->time = e->request->now / 1000;
	tsr_visit_init(e->visit, t, e->request, why->record);
	ask = tsr_ask_visit(e->visit);
	return tsr_choices_init(choices, t, &ask, why->record);
}

/* What the form sent, without the blanks of a text that was not signed. */
static bool
read_page(struct tsr_span *out, const struct tsr_endpoint *e, uint8_t *room)
{
	struct tsr_span s;

	if (!tsr_query_find(&s, e->query, TSR_LIT("page")) ||
	    tsr_query_decode(&s, s, true, room, TSR_PATH_MAX) != TSR_OK)
		return false;
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	*out = s;
	return true;
}

/* The choices of a page that was seen; otherwise the status. */
static uint32_t
find_choices(struct tsr_choices *choices, struct tsr_why *why,
    struct tsr_endpoint *e, struct tsr_span page)
{
	const struct tsr_past *past = e->request->past;
	const struct tsr_table *t = &e->store->table;
	struct tsr_ask ask;

	if (page.n > 0 && page.p[0] == '/')
		return decide_again(choices, why, e, page) ? 200 : 400;
	if (tsr_why_read(why, page, e->request->seal) != TSR_OK)
		return 400;
	if (!tsr_span_eq(why->release, tsr_span_part(t->id, 0, 8)))
		t = past != NULL ? past->find(past->ctx, why->release) : NULL;
	if (t == NULL || tsr_why_open(why, t) != TSR_OK)
		return 410;
	ask = tsr_why_ask(why);
	return tsr_choices_init(choices, t, &ask, why->record) &&
		!why->strange ? 200 : 410;
}

/* A file of its own: a strict policy lets no style stand in a page. */
void
tsr_endpoint_why_css(struct tsr_endpoint *e)
{
	e->status = 200;
	e->type = TSR_LIT("text/css");
	tsr_head_add(&e->text, TSR_LIT(
	    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:"
	    "2rem auto;padding:0 1rem;color-scheme:light dark}h2{font-size:"
	    "1.1rem;margin:2rem 0 0}p{margin:.3rem 0}dt{font-weight:600}dl{"
	    "margin:.3rem 0}dd{margin:0 0 .3rem 1rem}form{margin:2rem 0}"
	    "button{font:inherit;padding:.3rem .8rem}\n"));
}

void
tsr_endpoint_why(struct tsr_endpoint *e)
{
	unsigned purposes = tsr_consent_read(&e->store->table, e->request);
	const struct tsr_table *t = &e->store->table;
	struct tsr_why why = {.record = NULL};
	uint8_t room[TSR_PATH_MAX];
	struct tsr_choices choices;
	struct tsr_why_writer w;
	struct tsr_span page, tag = {NULL, 0};
	const uint8_t *locale;
	bool json = wants_json(e->request);

	e->status = 400;
	if (!read_page(&page, e, room))
		return;
	e->status = find_choices(&choices, &why, e, page);
	if (why.table != NULL)
		t = why.table;
	locale = tsr_table_record(t, TSR_SECTION_LOCL,
	    why.record != NULL ? tsr_le32(why.record + 16) : 0,
	    TSR_LOCALE_SIZE);
	if (locale != NULL)
		tag = tsr_table_text(t, locale);
	tsr_why_writer_init(&w, &e->text, t, tag, json);
	e->type = json ? TSR_LIT("application/json")
		       : TSR_LIT("text/html; charset=utf-8");
	if (e->status == 200 && json)
		put_json(&w, &why, &choices, purposes);
	else if (e->status == 200)
		put_page(&w, &why, &choices, purposes);
	/* Only a damaged release asks what it does not list. */
	if (e->status == 200 && why.strange) {
		e->status = 410;
		e->text.n = 0;
	}
	if (e->status != 200)
		put_failed(&w, e->status == 410);
}
