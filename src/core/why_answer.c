/*
 * why_answer - GET /_tessera/why: a visitor asks why a page shows what it does.
 *
 * Names for each slot what stands in it and the signals that were read for it,
 * with what was found, as a page or as JSON. Nothing is said of rules and
 * variants that had no part in it: of what was looked for in vain only that it
 * was not found.
 */
#include "core/endpoint.h"
#include "core/jsontext.h"
#include "core/predicate.h"
#include "core/query.h"
#include "core/route.h"
#include "core/why.h"

/* Values that one sentence lists. */
#define VALUES_MAX 8

/* The body's end: always left free while slots are written. */
#define END_MAX 512

enum text {
	TEXT_TITLE,
	TEXT_INTRO,
	TEXT_SHOWS,
	TEXT_OWN,
	TEXT_NOTHING,
	TEXT_BECAUSE,
	TEXT_NO_SIGNAL,
	TEXT_NO_SLOT,
	TEXT_MORE,
	TEXT_GONE,
	TEXT_UNKNOWN,
	TEXT_OTHER,
	TEXT_PRESENT,
	TEXT_MISSING,
	TEXT_SHOWN,
	TEXT_DRAWN,
	TEXT_MATCHES,
	TEXT_IS,
	TEXT_ONE_OF,
	TEXT_LESS,
	TEXT_AT_MOST,
	TEXT_MORE_THAN,
	TEXT_AT_LEAST,
	TEXT_TIME,
	TEXT_COUNT
};

/* One string with NULs between, in the order of the enum: no pointers. */
static const char english[] =
    "Why do I see this?\0"
    "What was decided for this page, and by what:\0"
    "Shows the version \0"
    "Shows the page's own content.\0"
    "Shows nothing.\0"
    "Looked at for it:\0"
    "Nothing about you was looked at.\0"
    "Everybody sees this page alike.\0"
    "There is more than fits here.\0"
    "The site has changed since you saw this page, so this can no longer be "
    "said. Load the page again and ask once more.\0"
    "Nothing is known of this page.\0"
    "nothing that changes what you see\0"
    "is there\0"
    "not known, or not without your consent\0"
    "is shown here, or says what is shown\0"
    "decides at random who sees which version of a test\0"
    "is what this version is for\0"
    "is \0"
    "is one of \0"
    "is less than \0"
    "is at most \0"
    "is more than \0"
    "is at least \0"
    "Time of your visit";
static const char german[] =
    "Warum sehe ich das?\0"
    "Was auf dieser Seite entschieden wurde, und wonach:\0"
    "Zeigt die Fassung \0"
    "Zeigt den eigenen Inhalt der Seite.\0"
    "Zeigt nichts.\0"
    "Daf\xc3\xbcr angesehen:\0"
    "Nichts \xc3\xbc" "ber Sie wurde angesehen.\0"
    "Diese Seite sehen alle gleich.\0"
    "Es gibt mehr, als hier Platz hat.\0"
    "Die Website hat sich ge\xc3\xa4ndert, seit Sie diese Seite gesehen haben; "
    "deshalb l\xc3\xa4sst sich das nicht mehr sagen. Bitte laden Sie die Seite "
    "neu und fragen Sie noch einmal.\0"
    "Von dieser Seite ist nichts bekannt.\0"
    "nichts, was etwas \xc3\xa4ndert\0"
    "ist vorhanden\0"
    "nicht bekannt, oder nicht ohne Ihre Einwilligung\0"
    "wird hier gezeigt, oder bestimmt, was gezeigt wird\0"
    "entscheidet zuf\xc3\xa4llig, wer welche Fassung eines Tests sieht\0"
    "passt zu dieser Fassung\0"
    "ist \0"
    "ist eines von \0"
    "ist kleiner als \0"
    "ist h\xc3\xb6" "chstens \0"
    "ist mehr als \0"
    "ist mindestens \0"
    "Zeit Ihres Besuchs";

struct writer {
	struct tsr_head *out;
	const struct tsr_table *t;
	struct tsr_span locale;
	bool json, german;
};

static struct tsr_span
text_of(const struct writer *w, enum text which)
{
	struct tsr_span all = w->german
	    ? tsr_span_of(german, sizeof(german) - 1)
	    : tsr_span_of(english, sizeof(english) - 1);
	unsigned i;

	for (i = 0; i < (unsigned)which; i++)
		all = tsr_span_from(all, tsr_span_find(all, 0, 0) + 1);
	return tsr_span_part(all, 0, tsr_span_find(all, 0, 0));
}

static void
put(struct writer *w, struct tsr_span s)
{
	tsr_head_add(w->out, s);
}

/* Text, escaped for HTML or inside of a JSON string. */
static void
put_text(struct writer *w, struct tsr_span s)
{
	struct tsr_jsontext json = {.room = w->out->p + w->out->n,
	    .cap = w->out->cap - w->out->n};

	if (w->out->full)
		return;
	if (!w->json) {
		w->out->n += tsr_escape_cut(json.room, json.cap, s, UINT32_MAX,
		    TSR_ESCAPE_ATTRIBUTE);
		return;
	}
	tsr_jsontext_quoted(&json, s);
	if (json.bad || json.n < 2) {
		w->out->full = true;
		return;
	}
	/* Without its quotes: a string is made of several texts. */
	memmove(json.room, json.room + 1, json.n - 2);
	w->out->n += json.n - 2;
}

static void
put_words(struct writer *w, enum text which)
{
	put_text(w, text_of(w, which));
}

/* ---- what was found ---- */

static void
put_operand(struct writer *w, const uint8_t *operand)
{
	struct tsr_jsontext number = {.room = NULL};
	uint8_t room[32];
	uint64_t bits;
	double d;

	switch (operand[0]) {
	case TSR_OPERAND_STRING:
		put_text(w, w->german ? TSR_LIT("\xe2\x80\x9e")
				      : TSR_LIT("\xe2\x80\x9c"));
		put_text(w, tsr_table_text(w->t, operand + 8));
		put_text(w, w->german ? TSR_LIT("\xe2\x80\x9c")
				      : TSR_LIT("\xe2\x80\x9d"));
		break;
	case TSR_OPERAND_NUMBER:
		bits = tsr_le64(operand + 8);
		memcpy(&d, &bits, sizeof(d));
		number.room = room;
		number.cap = sizeof(room);
		tsr_jsontext_number(&number, d);
		put_text(w, tsr_span_of(room, number.n));
		break;
	case TSR_OPERAND_BOOLEAN:
		if (w->german)
			put_text(w, operand[1] ? TSR_LIT("wahr")
					       : TSR_LIT("falsch"));
		else
			put_text(w, operand[1] ? TSR_LIT("true")
					       : TSR_LIT("false"));
		break;
	default:
		put_words(w, TEXT_MISSING);
	}
}

/* A predicate that holds, in words. */
static void
put_held(struct writer *w, const uint8_t *p, bool time)
{
	static const uint8_t words[TSR_OPERATOR_COUNT] = {
	    [TSR_OPERATOR_EQ] = TEXT_IS,
	    [TSR_OPERATOR_BARE] = TEXT_IS,
	    [TSR_OPERATOR_IN] = TEXT_ONE_OF,
	    [TSR_OPERATOR_LT] = TEXT_LESS,
	    [TSR_OPERATOR_LTE] = TEXT_AT_MOST,
	    [TSR_OPERATOR_GT] = TEXT_MORE_THAN,
	    [TSR_OPERATOR_GTE] = TEXT_AT_LEAST,
	};
	uint32_t first = tsr_le32(p + 8), count = tsr_le32(p + 12), i;
	uint8_t which = p[0] < TSR_OPERATOR_COUNT ? words[p[0]] : 0;
	const uint8_t *operand;

	/* Seconds since 1970 tell nobody anything. */
	if (which == 0 || count == 0 || time) {
		put_words(w, TEXT_MATCHES);
		return;
	}
	put_words(w, (enum text)which);
	if (p[0] != TSR_OPERATOR_IN)
		count = 1;
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		operand = tsr_table_record(
		    w->t, TSR_SECTION_VALU, first + i, TSR_OPERAND_SIZE);
		if (operand == NULL)
			break;
		if (i > 0)
			put_text(w, TSR_LIT(", "));
		if (i == VALUES_MAX) {
			put_text(w, TSR_LIT("\xe2\x80\xa6"));
			break;
		}
		put_operand(w, operand);
	}
}

static void
put_found(struct writer *w, const struct tsr_signal *signal, bool time)
{
	static const uint8_t words[] = {[TSR_SIGNAL_OTHER] = TEXT_OTHER,
	    [TSR_SIGNAL_PRESENT] = TEXT_PRESENT,
	    [TSR_SIGNAL_MISSING] = TEXT_MISSING,
	    [TSR_SIGNAL_SHOWN] = TEXT_SHOWN,
	    [TSR_SIGNAL_DRAWN] = TEXT_DRAWN};
	const uint8_t *p = tsr_table_record(w->t, TSR_SECTION_PRED,
	    signal->predicate, TSR_PREDICATE_SIZE);

	if (signal->kind == TSR_SIGNAL_HELD && p != NULL)
		put_held(w, p, time);
	else if (signal->kind < TSR_SIGNAL_HELD)
		put_words(w, (enum text)words[signal->kind]);
}

/* The title of an attribute in the page's language, or any, or its name. */
static void
put_title(struct writer *w, const uint8_t *attribute)
{
	uint8_t room[TSR_WHY_NAME];
	struct tsr_head key = {room, 0, sizeof(room), false};
	struct tsr_span name = tsr_table_text(w->t, attribute), title;

	tsr_head_add(&key, TSR_LIT("title:"));
	tsr_head_add(&key, name);
	title = tsr_table_meta(w->t, tsr_span_of(room, key.n));
	tsr_head_add(&key, TSR_LIT("@"));
	tsr_head_add(&key, w->locale);
	if (!key.full && tsr_table_meta(w->t, tsr_span_of(room, key.n)).n > 0)
		title = tsr_table_meta(w->t, tsr_span_of(room, key.n));
	if (title.n > 0)
		put_text(w, title);
	else if (attribute[17] == TSR_SOURCE_TIME)
		put_words(w, TEXT_TIME);
	else
		put_text(w, name);
}

/* ---- slots ---- */

static void
put_signal(
    struct writer *w, const uint8_t *attribute, const struct tsr_signal *signal)
{
	static const char kinds[][8] = {
	    "", "other", "present", "missing", "shown",
	    "drawn", "matched"};
	const char *kind = kinds[signal->kind];

	if (!w->json) {
		put(w, TSR_LIT("<dt>"));
		put_title(w, attribute);
		put(w, TSR_LIT("</dt><dd>"));
		put_found(w, signal, attribute[17] == TSR_SOURCE_TIME);
		put(w, TSR_LIT("</dd>\n"));
		return;
	}
	put(w, TSR_LIT("{\"name\":\""));
	put_text(w, tsr_table_text(w->t, attribute));
	put(w, TSR_LIT("\",\"title\":\""));
	put_title(w, attribute);
	put(w, TSR_LIT("\",\"found\":\""));
	put(w,
	    tsr_span_of(kind, tsr_span_find(tsr_span_of(kind, 8), 0, 0)));
	put(w, TSR_LIT("\",\"text\":\""));
	put_found(w, signal, attribute[17] == TSR_SOURCE_TIME);
	put(w, TSR_LIT("\"}"));
}

static void
put_signals(struct writer *w, const struct tsr_signal *signals)
{
	const uint8_t *attribute;
	bool first = true;
	uint32_t i;

	put(w, w->json ? TSR_LIT(",\"signals\":[") : TSR_LIT(""));
	for (i = 0; i < TSR_ATTRIBUTES_MAX; i++) {
		attribute = tsr_table_record(
		    w->t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (attribute == NULL || signals[i].kind == TSR_SIGNAL_NONE)
			continue;
		if (first && !w->json) {
			put(w, TSR_LIT("<p>"));
			put_words(w, TEXT_BECAUSE);
			put(w, TSR_LIT("</p>\n<dl>\n"));
		} else if (!first && w->json) {
			put(w, TSR_LIT(","));
		}
		first = false;
		put_signal(w, attribute, &signals[i]);
	}
	if (w->json) {
		put(w, TSR_LIT("]}"));
	} else if (!first) {
		put(w, TSR_LIT("</dl>\n"));
	} else {
		put(w, TSR_LIT("<p>"));
		put_words(w, TEXT_NO_SIGNAL);
		put(w, TSR_LIT("</p>\n"));
	}
}

/* What stands in a slot, or the whole page. */
static void
put_shown(struct writer *w, struct tsr_span name, uint32_t position,
    const uint8_t *program)
{
	struct tsr_span shown = tsr_table_text(w->t, program + 8);
	bool omitted = (tsr_le32(program + 20) & 1) != 0;
	bool own = tsr_span_eq(shown, TSR_LIT("default"));

	if (w->json) {
		put(w, TSR_LIT("{\"slot\":\""));
		put_text(w, name);
		put(w, TSR_LIT("\",\"position\":"));
		tsr_head_uint(w->out, position);
		put(w, TSR_LIT(",\"shows\":\""));
		put_text(w, shown);
		put(w, own ? TSR_LIT("\",\"own\":true") :
			     TSR_LIT("\",\"own\":false"));
		put(w, omitted ? TSR_LIT(",\"omitted\":true") :
				 TSR_LIT(",\"omitted\":false"));
		return;
	}
	put(w, TSR_LIT("<h2>"));
	put_text(w, name);
	if (position > 0) {
		put(w, TSR_LIT(" "));
		tsr_head_uint(w->out, position);
	}
	put(w, TSR_LIT("</h2>\n<p>"));
	if (omitted) {
		put_words(w, TEXT_NOTHING);
	} else if (own) {
		put_words(w, TEXT_OWN);
	} else {
		put_words(w, TEXT_SHOWS);
		put(w, TSR_LIT("<strong>"));
		put_text(w, shown);
		put(w, TSR_LIT("</strong>"));
	}
	put(w, TSR_LIT("</p>\n"));
}

/* The page's edition, when the page has several. */
static bool
put_edition(struct writer *w, const struct tsr_choices *choices,
    const uint8_t *page)
{
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	const uint8_t *program = tsr_table_record(
	    w->t, TSR_SECTION_PROG, choices->program, TSR_PROGRAM_SIZE);

	if (program == NULL || tsr_le32(page + 32) < 2)
		return false;
	tsr_why_signals(signals, w->t, &choices->ask, page, NULL, 0);
	put_shown(w, tsr_table_text(w->t, page), 0, program);
	put_signals(w, signals);
	return true;
}

/* The last slot of a chain. */
static bool
put_slot(struct writer *w, const struct tsr_choices *choices,
    const uint8_t *page, const struct tsr_chosen *chain, size_t count)
{
	const struct tsr_chosen *chosen = &chain[count - 1];
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	const uint8_t *slot, *program;

	slot = tsr_table_record(
	    w->t, TSR_SECTION_SLOT, chosen->slot, TSR_SLOT_SIZE);
	program = tsr_table_record(
	    w->t, TSR_SECTION_PROG, chosen->program, TSR_PROGRAM_SIZE);
	if (slot == NULL || program == NULL)
		return false;
	tsr_why_signals(
	    signals, w->t, &choices->ask, page, chain, count);
	put_shown(w, tsr_table_text(w->t, slot + 12), tsr_le32(slot + 20),
	    program);
	put_signals(w, signals);
	return true;
}

/* All slots, as many as fit; whether that was all. */
static bool
put_slots(struct writer *w, struct tsr_choices *choices, const uint8_t *page)
{
	struct tsr_chosen chain[TSR_SLOT_DEPTH], chosen;
	bool any = put_edition(w, choices, page);
	size_t before = w->out->n;

	while (tsr_choices_next(choices, &chosen)) {
		/* It stands inside of those that came before it. */
		chain[chosen.depth] = chosen;
		if (any && w->json)
			put(w, TSR_LIT(","));
		any = true;
		if (!put_slot(w, choices, page, chain, chosen.depth + 1) ||
		    w->out->full ||
		    w->out->cap - w->out->n < END_MAX) {
			w->out->n = before;
			w->out->full = false;
			return false;
		}
		before = w->out->n;
	}
	if (!any && !w->json) {
		put(w, TSR_LIT("<p>"));
		put_words(w, TEXT_NO_SLOT);
		put(w, TSR_LIT("</p>\n"));
	}
	return true;
}

/* ---- the answer ---- */

static void
put_begin(struct writer *w, enum text intro)
{
	put(w, TSR_LIT("<!DOCTYPE html>\n<html lang=\""));
	put(w, w->german ? TSR_LIT("de") : TSR_LIT("en"));
	put(w, TSR_LIT("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name="
		       "\"viewport\" content=\"width=device-width\">\n<meta "
		       "name=\"robots\" content=\"noindex\">\n<title>"));
	put_words(w, TEXT_TITLE);
	put(w, TSR_LIT("</title>\n<style>body{font:1rem/1.5 system-ui,"
		       "sans-serif;max-width:40rem;margin:2rem auto;padding:0 "
		       "1rem;color-scheme:light dark}h2{font-size:1.1rem;"
		       "margin:2rem 0 0}p{margin:.3rem 0}dt{font-weight:600}"
		       "dl{margin:.3rem 0}dd{margin:0 0 .3rem 1rem}</style>\n"
		       "</head>\n<body>\n<h1>"));
	put_words(w, TEXT_TITLE);
	put(w, TSR_LIT("</h1>\n<p>"));
	put_words(w, intro);
	put(w, TSR_LIT("</p>\n"));
}

static void
put_answer(struct writer *w, struct tsr_why *why, struct tsr_choices *choices)
{
	bool all;

	if (!w->json) {
		put_begin(w, TEXT_INTRO);
		if (!put_slots(w, choices, why->record)) {
			put(w, TSR_LIT("<p>"));
			put_words(w, TEXT_MORE);
			put(w, TSR_LIT("</p>\n"));
		}
		put(w, TSR_LIT("</body>\n</html>\n"));
		return;
	}
	put(w, TSR_LIT("{\"path\":\""));
	put_text(w, tsr_table_text(w->t, why->record));
	put(w, TSR_LIT("\",\"time\":"));
	tsr_head_uint(w->out, (uint64_t)why->time);
	put(w, TSR_LIT(",\"slots\":["));
	all = put_slots(w, choices, why->record);
	put(w, all ? TSR_LIT("],\"complete\":true}\n")
		   : TSR_LIT("],\"complete\":false}\n"));
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

static void
put_failed(struct writer *w, bool gone)
{
	if (w->json) {
		put(w, gone ? TSR_LIT("{\"gone\":true}\n")
			    : TSR_LIT("{\"unknown\":true}\n"));
		return;
	}
	put_begin(w, gone ? TEXT_GONE : TEXT_UNKNOWN);
	put(w, TSR_LIT("</body>\n</html>\n"));
}

static bool
is_german(struct tsr_span tag)
{
	return tag.n >= 2 && tsr_lower(tag.p[0]) == 'd' &&
	    tsr_lower(tag.p[1]) == 'e' && (tag.n == 2 || tag.p[2] == '-');
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
	const struct tsr_table *t = &e->store->table;
	struct tsr_ask ask;

	if (page.n > 0 && page.p[0] == '/')
		return decide_again(choices, why, e, page) ? 200 : 400;
	if (tsr_why_read(why, page, e->request->seal) != TSR_OK)
		return 400;
	if (tsr_why_open(why, t) != TSR_OK)
		return 410;
	ask = tsr_why_ask(why);
	return tsr_choices_init(choices, t, &ask, why->record) &&
		!why->strange ? 200 : 410;
}

void
tsr_endpoint_why(struct tsr_endpoint *e)
{
	const struct tsr_table *t = &e->store->table;
	struct writer w = {.out = &e->text, .t = t,
	    .json = wants_json(e->request)};
	struct tsr_why why = {.record = NULL};
	uint8_t room[TSR_PATH_MAX];
	struct tsr_choices choices;
	const uint8_t *locale;
	struct tsr_span page;

	e->status = 400;
	if (!read_page(&page, e, room))
		return;
	e->status = find_choices(&choices, &why, e, page);
	locale = tsr_table_record(t, TSR_SECTION_LOCL,
	    why.record != NULL ? tsr_le32(why.record + 16) : 0,
	    TSR_LOCALE_SIZE);
	if (locale != NULL)
		w.locale = tsr_table_text(t, locale);
	w.german = is_german(w.locale);
	if (e->status == 200)
		put_answer(&w, &why, &choices);
	/* Only a damaged release asks what it does not list. */
	if (e->status == 200 && why.strange) {
		e->status = 410;
		e->text.n = 0;
	}
	if (e->status != 200)
		put_failed(&w, e->status == 410);
	e->type = w.json ? TSR_LIT("application/json")
			 : TSR_LIT("text/html; charset=utf-8");
}
