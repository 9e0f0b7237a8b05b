/*
 * agree - build and server decide the same for visitors drawn at random.
 *
 * usage: agree SITE OUT VISITORS SEED [print]
 *
 * Builds the site into the folder OUT. Each visitor is spelled as a request;
 * core reads it and walks every decision of the release, and the build's
 * interpreter works each chain out again from the JSON of its conditions. What
 * core read must be what was spelled. Prints the differences, then "N passed,
 * M failed"; with `print`, instead a line for each visitor:
 *
 *	{"visitor":{NAME:VALUE,...},"now":MS,"choices":[OUTCOME,...]}
 *
 * with the values that core read, and what it chose in each decision.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "build/build.h"
#include "cli/setup.h"
#include "core/visit.h"
#include "lib/spell.h"

#define INDEX_MAX ((size_t)1 << 30)
#define START 1772323200000ll /* 2026-03-01 */
#define SHOWN_MAX 10

struct agree {
	struct tsr_site_output site;
	struct tsr_arena arena, scratch; /* scratch: of one visitor */
	struct tsr_table table;
	struct tsr_speller speller;
	struct tsr_visit visit;
	uint32_t decisions;
	bool print;
	uint64_t passed, failed;
};

/* ---- the request ---- */

/* Text of a JSON string of which each character is a byte. */
static struct tsr_span
bytes_of(struct agree *a, struct tsr_span s)
{
	uint8_t *out = tsr_arena_alloc(&a->scratch, s.n + 1);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 0xc2 && i + 1 < s.n) {
			out[n++] = (uint8_t)((s.p[i] & 3) << 6 |
			    (s.p[i + 1] & 0x3f));
			i++;
		} else
			out[n++] = s.p[i];
	return tsr_span_of(out, n);
}

static struct tsr_span
cgi_name(struct agree *a, struct tsr_span header)
{
	uint8_t *out = tsr_arena_alloc(&a->scratch, header.n + 5);
	size_t i;

	memcpy(out, "HTTP_", 5);
	for (i = 0; i < header.n; i++)
		out[5 + i] = header.p[i] == '-' ? '_'
		    : header.p[i] >= 'a' && header.p[i] <= 'z'
		    ? (uint8_t)(header.p[i] - 32) : header.p[i];
	return tsr_span_of(out, header.n + 5);
}

static struct tsr_json
read_json(struct agree *a, struct tsr_span text)
{
	struct tsr_json v = {.type = TSR_JSON_NULL};
	struct tsr_sources sources;
	struct tsr_diag diag;
	uint32_t src;

	tsr_sources_init(&sources, &a->scratch);
	tsr_diag_init(&diag, &a->scratch);
	src = tsr_sources_add(
	    &sources, "value", tsr_arena_dup(&a->scratch, text));
	if (!tsr_json_read(&v, &a->scratch, &diag, &sources, src))
		abort();
	return v;
}

static struct tsr_param *
make_params(size_t *count, struct agree *a, const struct tsr_spelled *said)
{
	struct tsr_buf text;
	struct tsr_json list;
	struct tsr_param *out;
	uint32_t i;

	tsr_buf_init(&text, INDEX_MAX);
	tsr_buf_byte(&text, '[');
	tsr_buf_add(&text, tsr_buf_view(&said->headers));
	tsr_buf_byte(&text, ']');
	list = read_json(a, tsr_buf_view(&text));
	tsr_buf_free(&text);
	out = TSR_NEW_ARRAY(&a->scratch, struct tsr_param, list.count + 4);
	out[0].name = TSR_LIT("REQUEST_METHOD");
	out[0].value = TSR_LIT("GET");
	out[1].name = TSR_LIT("QUERY_STRING");
	out[1].value = tsr_buf_view(&said->query);
	out[2].name = TSR_LIT("HTTP_COOKIE");
	out[2].value = tsr_buf_view(&said->cookie);
	/* The example site believes what its own machine passes on. */
	out[3].name = TSR_LIT("REMOTE_ADDR");
	out[3].value = TSR_LIT("127.0.0.1");
	for (i = 0; i < list.count; i++) {
		const struct tsr_json *pair = list.u.items[i].u.items;

		out[i + 4].name = cgi_name(a, pair[0].u.string);
		out[i + 4].value = bytes_of(a, pair[1].u.string);
	}
	*count = list.count + 4;
	return out;
}

/* ---- what core read ---- */

static bool
value_of(struct tsr_json *out, struct agree *a, uint32_t attribute)
{
	const struct tsr_value *v = tsr_visit_value(&a->visit, attribute);

	memset(out, 0, sizeof(*out));
	switch (v->kind) {
	case TSR_VALUE_BOOLEAN:
		*out = tsr_json_boolean(v->boolean);
		return true;
	case TSR_VALUE_NUMBER:
		out->type = TSR_JSON_REAL;
		out->u.real = v->number;
		return true;
	case TSR_VALUE_STRING:
		*out = tsr_json_string(v->string);
		return true;
	case TSR_VALUE_JSON:
		*out = read_json(a, v->string);
		return true;
	default:
		return false;
	}
}

static void
fault(struct agree *a, const char *what, struct tsr_span name, uint32_t n)
{
	if (a->failed++ < SHOWN_MAX)
		fprintf(stderr, "%s %.*s %u\n", what, TSR_ARG(name), n);
}

/*
 * All values core read; those that were spelled must be as they were. Arms and
 * holdouts are left out: the interpreter finds its own.
 */
static struct tsr_json
values(struct agree *a, const struct tsr_json *spelled)
{
	size_t i, n = tsr_rules_attribute_count(a->site.rules);
	struct tsr_member *list =
	    TSR_NEW_ARRAY(&a->scratch, struct tsr_member, n);
	struct tsr_json out = {.type = TSR_JSON_OBJECT};

	for (i = 0; i < n; i++) {
		const struct tsr_rules_attribute *at =
		    tsr_rules_attribute_at(a->site.rules, (uint32_t)i);
		const struct tsr_json *want = tsr_json_find(spelled, at->name);
		struct tsr_member *m = &list[out.count];
		bool found = value_of(&m->value, a, (uint32_t)i);

		m->name = at->name;
		out.count += found && at->source != TSR_SOURCE_EXPERIMENT &&
		    at->source != TSR_SOURCE_HOLDOUT;
		if (at->source < TSR_SOURCE_PATH &&
		    (found != (want != NULL) ||
			(found && !tsr_json_eq(&m->value, want))))
			fault(a, "read otherwise than it was sent:", at->name,
			    (uint32_t)i);
	}
	out.u.members = list;
	return out;
}

/* ---- decisions ---- */

static void
decide(struct agree *a, const struct tsr_json *visitor)
{
	uint32_t i, core, build;

	for (i = 0; i < a->decisions; i++) {
		core = tsr_visit_decide(&a->visit, i);
		build = tsr_rules_interpret(a->site.rules, i, visitor,
		    a->speller.now);
		if (core == build)
			a->passed++;
		else
			fault(a, "core and the interpreter differ in decision",
			    TSR_LIT("number"), i);
	}
}

static void
print(struct agree *a, const struct tsr_json *visitor)
{
	struct tsr_buf out;
	uint32_t i;

	tsr_buf_init(&out, INDEX_MAX);
	tsr_buf_text(&out, "{\"visitor\":");
	tsr_json_write(&out, visitor);
	tsr_buf_printf(&out, ",\"now\":%lld,\"choices\":[",
	    (long long)a->speller.now);
	for (i = 0; i < a->decisions; i++)
		tsr_buf_printf(&out, "%s%u", i > 0 ? "," : "",
		    tsr_visit_decide(&a->visit, i));
	tsr_buf_text(&out, "]}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

static void
try_visitor(struct agree *a)
{
	uint32_t pages = tsr_table_count(&a->table, TSR_SECTION_PAGE);
	struct tsr_request request = {.params = NULL};
	struct tsr_spelled said;
	struct tsr_json spelled, visitor;

	/* A year, to the minute. */
	a->speller.now = START + (int64_t)tsr_dice_below(
	    &a->speller.dice, 366 * 1440) * 60000;
	tsr_spelled_init(&said);
	spelled = tsr_spell_random(&said, &a->speller, &a->scratch);
	request.params = make_params(&request.count, a, &said);
	request.now = a->speller.now;
	tsr_visit_init(&a->visit, &a->table, &request,
	    tsr_table_record(&a->table, TSR_SECTION_PAGE,
		tsr_dice_below(&a->speller.dice, pages), TSR_PAGE_SIZE));
	visitor = values(a, &spelled);
	decide(a, &visitor);
	if (a->print)
		print(a, &visitor);
	tsr_spelled_free(&said);
}

/* ---- the site ---- */

static void
name_fragments(struct agree *a)
{
	struct tsr_span *ids;
	uint32_t i, j;

	for (i = 0; i < a->site.set_count; i++) {
		const struct tsr_fragment_set *set = &a->site.sets[i];

		ids = TSR_NEW_ARRAY(&a->arena, struct tsr_span, set->count);
		for (j = 0; j < set->count; j++)
			ids[j] = set->list[j].id;
		tsr_rules_fragments(a->site.rules, i, ids, set->count);
		a->speller.ids = ids;
		a->speller.id_count = set->count;
	}
}

static bool
open_site(struct agree *a, const char *site, const char *out)
{
	struct tsr_build build = {.site = site, .out = out, .level = 1};
	struct tsr_build_result result;
	struct tsr_diag diag;
	struct tsr_span index;
	bool ok;

	tsr_diag_init(&diag, &a->arena);
	ok = tsr_build_run(&result, &a->site, &build, &a->arena, &diag) ==
	    TSR_OK;
	tsr_diag_print(stderr, &diag, &a->site.sources, false);
	if (ok)
		a->decisions = tsr_rules_decision_count(a->site.rules);
	ok = ok && tsr_file_read(&index, &a->arena,
	    tsr_arena_printf(&a->arena, "%s/current/site.tsr", out),
	    INDEX_MAX) == TSR_OK &&
	    tsr_table_open(&a->table, index) == TSR_OK;
	return ok && tsr_table_count(&a->table, TSR_SECTION_DECN) ==
	    a->decisions;
}

static uint64_t
number(const char *text)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < 1000000000000u; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}

int
main(int argc, char **argv)
{
	static struct agree a;
	uint64_t i, n;
	bool ok;

	if (argc < 5) {
		fprintf(stderr,
		    "usage: agree SITE OUT VISITORS SEED [print]\n");
		return 2;
	}
	tsr_setup();
	n = number(argv[3]);
	a.print = argc > 5;
	ok = open_site(&a, argv[1], argv[2]);
	if (ok) {
		a.speller.rules = a.site.rules;
		a.speller.consent_cookie = a.site.consent_cookie;
		a.speller.dice.state = number(argv[4]);
		name_fragments(&a);
	} else
		fprintf(stderr, "the site was not built\n");
	for (i = 0; ok && i < n; i++) {
		struct tsr_arena_mark mark = tsr_arena_mark(&a.scratch);

		try_visitor(&a);
		tsr_arena_rewind(&a.scratch, mark);
	}
	ok = ok && a.failed == 0 && a.passed > 0;
	if (!a.print)
		printf("%llu passed, %llu failed\n",
		    (unsigned long long)a.passed,
		    (unsigned long long)(a.failed + (a.passed == 0)));
	tsr_site_output_free(&a.site);
	tsr_arena_free(&a.scratch);
	tsr_arena_free(&a.arena);
	return ok ? 0 : 1;
}
