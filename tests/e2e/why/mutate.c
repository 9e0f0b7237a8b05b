/*
 * mutate - changing a signal that why did not name never changes that slot.
 *
 * usage: mutate RELEASE MUTATIONS SEED
 *
 * Visitors are drawn at random, and a page is answered; its text is read again
 * and must give the same choices. Then for each of its slots every attribute
 * that was not named gets another visitor's value: the slot must show the
 * same. Now and then the named ones change instead, which must show. The
 * answer of /_tessera/why names exactly these signals.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/decide.h"
#include "core/jsonread.h"
#include "core/why.h"
#include "lib/sender.h"
#include "serve/release.h"

/* Slots of one page that are looked at. */
#define SLOTS_MAX 64

/* A place in a page: a slot and those around it. */
struct place {
	struct tsr_chosen chain[TSR_SLOT_DEPTH];
	size_t count;
};

static struct tsr_release release;
static struct tsr_sender sender, other;
static struct tsr_answer answer, asked;
static struct tsr_visit mutant;
static struct tsr_span pieces[TSR_PARTS_MAX], more[TSR_PARTS_MAX];
static struct tsr_value overrides[TSR_ATTRIBUTES_MAX];
static uint64_t mutations, failed, named_changed, named, asked_count;

/* A seal that is none: what it signs need not be secret here. */
static void
sum(uint8_t signature[TSR_SEAL_SIZE], struct tsr_span bytes)
{
	uint64_t h = 88172645463325252u;
	size_t i;

	for (i = 0; i < bytes.n; i++)
		h = tsr_mix(h, bytes.p[i]);
	tsr_put64(signature, h);
	tsr_put64(signature + 8, tsr_mix(h, 1));
}

static bool
sign(uint8_t signature[TSR_SEAL_SIZE], uint8_t *key, void *ctx,
    enum tsr_seal_purpose purpose, struct tsr_span bytes)
{
	(void)ctx;
	*key = 3;
	sum(signature, bytes);
	return purpose == TSR_SEAL_WHY;
}

static bool
check(void *ctx, enum tsr_seal_purpose purpose, uint8_t key,
    struct tsr_span bytes, const uint8_t signature[TSR_SEAL_SIZE])
{
	uint8_t own[TSR_SEAL_SIZE];

	(void)ctx;
	sum(own, bytes);
	return purpose == TSR_SEAL_WHY && key == 3 &&
	    memcmp(own, signature, sizeof(own)) == 0;
}

static const struct tsr_seal seal = {NULL, sign, check};

static void
fail(const char *what)
{
	if (failed++ < 10)
		printf("FAILED: %s: page %u, %llu mutations\n", what,
		    answer.page, (unsigned long long)mutations);
}

/* The places of a page, as something answers its predicates. */
static size_t
places(struct place *out, const struct tsr_ask *ask, const uint8_t *page)
{
	struct tsr_choices choices;
	struct tsr_chosen chain[TSR_SLOT_DEPTH], chosen;
	size_t n = 0;

	if (!tsr_choices_init(&choices, &release.store.table, ask, page))
		abort();
	while (n < SLOTS_MAX && tsr_choices_next(&choices, &chosen)) {
		chain[chosen.depth] = chosen;
		out[n].count = chosen.depth + 1;
		memcpy(out[n++].chain, chain, sizeof(chain));
	}
	return n;
}

static bool
same(const struct place *a, const struct place *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->chain[i].slot != b->chain[i].slot ||
		    a->chain[i].program != b->chain[i].program)
			return false;
	return true;
}

static bool
stands_in(const struct place *place, const struct place *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (same(place, &list[i]))
			return true;
	return false;
}

/* Give the attributes that are (not) named the other visitor's values. */
static void
mutate(const struct tsr_signal *signals, bool those_named, const uint8_t *page)
{
	const struct tsr_table *t = &release.store.table;
	uint32_t count = tsr_table_count(t, TSR_SECTION_ATTR), i;
	static struct tsr_visit from;

	tsr_sender_draw(&other);
	tsr_visit_init(&from, t, &other.request, page);
	for (i = 0; i < count; i++) {
		bool is = signals[i].kind != TSR_SIGNAL_NONE;
		const uint8_t *attribute = tsr_table_record(
		    t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);

		/* Arms follow from the other attributes. */
		overrides[i].kind = TSR_VALUE_UNREAD;
		if (attribute[17] == TSR_SOURCE_EXPERIMENT ||
		    attribute[17] == TSR_SOURCE_HOLDOUT)
			continue;
		overrides[i] = *tsr_decide_value(
		    is == those_named ? &from : &answer.visit, i);
		if (is == those_named && tsr_dice_below(&other.dice, 5) == 0)
			overrides[i].kind = TSR_VALUE_MISSING;
	}
	tsr_visit_init(&mutant, t, &sender.request, page);
	mutant.overrides = overrides;
}

static void
try_slots(const struct place *list, size_t n, const struct tsr_ask *ask,
    const uint8_t *page)
{
	static struct place now[SLOTS_MAX];
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	const struct tsr_ask mutated = tsr_ask_visit(&mutant);
	size_t i, m;

	for (i = 0; i < n; i++) {
		tsr_why_signals(signals, &release.store.table, ask, page,
		    list[i].chain, list[i].count);
		mutate(signals, false, page);
		m = places(now, &mutated, page);
		mutations++;
		if (!stands_in(&list[i], now, m))
			fail("a signal that was not named changed a slot");
		mutate(signals, true, page);
		m = places(now, &mutated, page);
		named++;
		named_changed += !stands_in(&list[i], now, m);
	}
}

/* The answer's slots in their order, each with the signals that it names. */
static void
compare(struct tsr_span json, const struct place *list, size_t n,
    const struct tsr_ask *ask, const uint8_t *page)
{
	const struct tsr_table *t = &release.store.table;
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	struct tsr_span value, slots, slot, names, signal, name;
	uint32_t i, known;
	size_t at = 0;

	if (!tsr_jsonread_check(&value, json) ||
	    !tsr_jsonread_find(&slots, value, TSR_LIT("slots"))) {
		fail("the answer is no JSON");
		return;
	}
	slots = tsr_jsonread_parts(slots);
	for (; tsr_jsonread_item(&slot, &slots) && at < n; at++) {
		/* The page itself may come first. */
		if (tsr_jsonread_find(&name, slot, TSR_LIT("slot")) &&
		    tsr_span_starts(name, TSR_LIT("\"/")) &&
		    !tsr_jsonread_item(&slot, &slots))
			break;
		tsr_why_signals(signals, t, ask, page, list[at].chain,
		    list[at].count);
		if (!tsr_jsonread_find(&names, slot, TSR_LIT("signals"))) {
			fail("a slot without signals");
			return;
		}
		names = tsr_jsonread_parts(names);
		known = tsr_table_count(t, TSR_SECTION_ATTR);
		for (i = 0; i < known; i++) {
			if (signals[i].kind == TSR_SIGNAL_NONE)
				continue;
			if (!tsr_jsonread_item(&signal, &names) ||
			    !tsr_jsonread_find(
				&name, signal, TSR_LIT("name")) ||
			    !tsr_jsonread_is(name,
				tsr_table_text(t,
				    tsr_table_record(t, TSR_SECTION_ATTR, i,
					TSR_ATTRIBUTE_SIZE))))
				fail("the answer names other signals");
		}
		if (tsr_jsonread_item(&signal, &names))
			fail("the answer names more signals");
	}
	if (at != n && n < SLOTS_MAX)
		fail("the answer has other slots");
}

static void
ask_endpoint(struct tsr_span text, const char *accept, uint32_t status)
{
	static struct tsr_param params[3];
	struct tsr_request request = {.params = params, .count = 3,
	    .now = sender.request.now, .seal = &seal};
	static uint8_t target[2048];

	memcpy(target, "/_tessera/why?page=", 19);
	memcpy(target + 19, text.p, text.n);
	params[0].name = TSR_LIT("REQUEST_METHOD");
	params[0].value = TSR_LIT("GET");
	params[1].name = TSR_LIT("REQUEST_URI");
	params[1].value = tsr_span_of(target, 19 + text.n);
	params[2].name = TSR_LIT("HTTP_ACCEPT");
	params[2].value = tsr_span_of(accept, strlen(accept));
	tsr_answer_make(
	    &asked, more, &release.store, &request, NULL);
	asked_count++;
	if (asked.status != status)
		fail("the answer has another status");
}

/* A text of which one character is another; that it is forged must show. */
static void
forge(struct tsr_span text)
{
	static uint8_t forged[TSR_BASE64_TEXT(TSR_WHY_BYTES)];

	memcpy(forged, text.p, text.n);
	forged[tsr_dice_below(&other.dice, (uint32_t)text.n - 3)] ^= 1;
	ask_endpoint(tsr_span_of(forged, text.n), "text/html", 400);
	ask_endpoint(tsr_span_part(text, 0, text.n / 2), "text/html", 400);
}

static void
try_visitor(bool ask)
{
	static struct place list[SLOTS_MAX], again[SLOTS_MAX];
	static uint8_t text[TSR_BASE64_TEXT(TSR_WHY_BYTES)];
	const struct tsr_ask visited = tsr_ask_visit(&answer.visit);
	const struct tsr_table *t = &release.store.table;
	static struct tsr_why why;
	const uint8_t *page;
	struct tsr_ask kept;
	size_t n, m, i, length;

	tsr_sender_draw(&sender);
	sender.request.seal = &seal;
	tsr_answer_make(
	    &answer, pieces, &release.store, &sender.request, NULL);
	page = tsr_table_record(
	    t, TSR_SECTION_PAGE, answer.page, TSR_PAGE_SIZE);
	length = tsr_why_length(tsr_le32(page + 68));
	tsr_why_write(text, length, &answer.visit, answer.page);
	if (tsr_why_read(&why, tsr_span_of(text, length), &seal) != TSR_OK ||
	    tsr_why_open(&why, t) != TSR_OK || why.page != answer.page) {
		fail("a text that cannot be read again");
		return;
	}
	kept = tsr_why_ask(&why);
	n = places(list, &visited, page);
	m = places(again, &kept, page);
	if (n != m || why.strange)
		fail("the text has other slots");
	for (i = 0; i < n && i < m; i++)
		if (!same(&list[i], &again[i]))
			fail("the text has other choices");
	if (ask) {
		ask_endpoint(tsr_span_of(text, length), "text/html", 200);
		ask_endpoint(
		    tsr_span_of(text, length), "application/json", 200);
		compare(tsr_span_of(asked.text, asked.length), list, n, &kept,
		    page);
		forge(tsr_span_of(text, length));
	}
	try_slots(list, n, &kept, page);
}

static uint64_t
number(const char *text)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}

int
main(int argc, char **argv)
{
	uint64_t visitors = 0;

	if (argc != 4 || tsr_release_open(&release, argv[1],
			     TSR_RELEASE_DEEP, NULL) != TSR_OK) {
		fprintf(stderr, "usage: mutate RELEASE MUTATIONS SEED\n");
		return 2;
	}
	tsr_sender_init(&sender, &release.store.table, number(argv[3]));
	tsr_sender_init(&other, &release.store.table, number(argv[3]) + 99);
	while (mutations < number(argv[2]))
		try_visitor(visitors++ % 4 == 0);
	/* The test itself: named signals must matter. */
	if (named_changed < named / 100)
		fail("named signals change nothing");
	printf("why: %llu mutations of %llu visitors change no slot, named "
	       "signals change %llu; %llu questions, %llu failed\n",
	    (unsigned long long)mutations, (unsigned long long)visitors,
	    (unsigned long long)named_changed,
	    (unsigned long long)asked_count, (unsigned long long)failed);
	tsr_release_close(&release);
	return failed > 0;
}
