/*
 * rules - the time of conditions, decisions, hashes, and of compiling rules.
 *
 * usage: rules DATA CASE COUNT [KEYS]
 * DATA is what rules.mjs made. Prints the case's name and nanoseconds each:
 *	clauses    ten clauses; what is known of the visitor is read already
 *	decisions  100 decisions of three rules, likewise
 *	slots      30 of them from the parsed request on, attributes read
 *	hash       assignment hash 2 of a UUID, the experiment's seed known
 *	cookie     the visitor state read and written again, signatures apart
 *	signatures the two of them: KEYS (a file of tessera keys) is needed
 * or "compile": seconds and bytes of 10,000 rules over 1,000 segments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "core/hash.h"
#include "core/state_text.h"
#include "lib/decisions.h"
#include "serve/keys.h"

#define ROUNDS 7
#define DECISIONS 100

struct bench {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json data;
	struct tsr_rules *rules;
	struct decisions table;
	uint32_t clauses, chains[DECISIONS];
	struct tsr_visit visit;
	struct tsr_request request;
	uint32_t state; /* after an experiment's seed */
	struct tsr_keys keys;
	uint8_t cookie[TSR_STATE_TEXT];
	size_t cookie_n;
};

#define P(n, v) {TSR_LIT(n), TSR_LIT(v)}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint32_t
compile(struct bench *b, const struct tsr_json *conditions, size_t count)
{
	struct tsr_rule *list =
	    TSR_NEW_ARRAY(&b->arena, struct tsr_rule, count);
	uint32_t decision;
	size_t i;

	for (i = 0; i < count; i++) {
		list[i].audience = &conditions[i];
		list[i].starts = INT64_MIN;
		list[i].ends = INT64_MAX;
		list[i].name = TSR_LIT("rule");
	}
	if (!tsr_rules_chain(&decision, b->rules, list, count)) {
		tsr_diag_print(stderr, &b->diag, &b->sources, false);
		exit(1);
	}
	return decision;
}

static void
new_rules(struct bench *b, const char *segments)
{
	b->rules = tsr_rules_new(&b->arena, &b->diag);
	tsr_rules_declare(b->rules, tsr_json_get(&b->data, "attributes"),
	    tsr_json_get(&b->data, segments));
}

static void
prepare(struct bench *b)
{
	const struct tsr_json *chains = tsr_json_get(&b->data, "chains");
	uint32_t i;

	/* What is measured is the reference's meaning, not the lint. */
	b->rules = tsr_rules_new(&b->arena, &b->diag);
	tsr_rules_relax(b->rules);
	tsr_rules_declare(
	    b->rules, tsr_json_get(&b->data, "attributes"), NULL);
	b->clauses = compile(b, tsr_json_get(&b->data, "clauses"), 1);
	for (i = 0; i < DECISIONS; i++)
		b->chains[i] = compile(
		    b, chains->u.items[i].u.items, chains->u.items[i].count);
	decisions_open(&b->table, b->rules, &b->arena);
	tsr_visit_init(
	    &b->visit, &b->table.table, &b->request, b->table.page);
	/* All ten hold, or not all are asked. */
	if (tsr_decide_outcome(&b->visit, b->clauses) != 0)
		abort();
}

/* Forget the answers, keep the attributes. */
static void
forget(struct bench *b)
{
	memset(b->visit.predicates, 0, (tsr_table_count(
	    &b->table.table, TSR_SECTION_PRED) + 3) / 4);
}

static bool
sign_nothing(uint8_t signature[TSR_SEAL_SIZE], uint8_t *key, void *ctx,
    enum tsr_seal_purpose purpose, struct tsr_span bytes)
{
	(void)ctx;
	(void)purpose;
	(void)bytes;
	*key = 0;
	memset(signature, 0, TSR_SEAL_SIZE);
	return true;
}

static bool
check_nothing(void *ctx, enum tsr_seal_purpose purpose, uint8_t key,
    struct tsr_span bytes, const uint8_t signature[TSR_SEAL_SIZE])
{
	(void)ctx;
	(void)purpose;
	(void)key;
	(void)bytes;
	(void)signature;
	return true;
}

static const struct tsr_seal without = {NULL, sign_nothing, check_nothing};

/* A journey of some visits, in three experiments, with what was counted. */
static void
make_cookie(struct bench *b)
{
	struct tsr_state state = {.purposes = 0xe, .issued = 1781524000,
	    .expires = 1789524000, .session_start = 1781523000,
	    .session_pages = 4, .first_seen = 1771524000, .visits = 7,
	    .pages = 31, .campaign_n = 11};
	uint32_t i;

	memcpy(state.campaign, "spring-sale", 11);
	for (i = 0; i < 3; i++) {
		tsr_state_bucket_put(&state, (struct tsr_bucket){
		    .experiment = 1000 + i, .version = 1, .day = 20000});
		(void)tsr_state_counter_put(&state, 77 + i, 3 + i);
	}
	b->cookie_n = tsr_state_write(b->cookie, &state, &without);
}

static uint32_t
cookie(struct bench *b, const struct tsr_seal *seal)
{
	uint8_t text[TSR_STATE_TEXT];
	struct tsr_state state;

	if (tsr_state_read(&state, tsr_span_of(b->cookie, b->cookie_n), seal,
		1781524800000) != TSR_OK)
		abort();
	state.pages++;
	return (uint32_t)tsr_state_write(text, &state, seal);
}

/* As many bytes as that cookie has, checked and signed. */
static uint32_t
signatures(struct bench *b)
{
	const struct tsr_seal *seal = &b->keys.seal;
	struct tsr_span bytes =
	    tsr_span_of(b->cookie, b->cookie_n * 3 / 4 - TSR_SEAL_SIZE);
	uint8_t signature[TSR_SEAL_SIZE], key;

	if (!seal->sign(signature, &key, seal->ctx, TSR_SEAL_STATE, bytes) ||
	    !seal->check(seal->ctx, TSR_SEAL_STATE, key, bytes, signature))
		abort();
	return signature[0];
}

static uint32_t
run(struct bench *b, const char *what)
{
	static const struct tsr_span id = {
	    (const uint8_t *)"6f1b7b0e-9d0a-4d7e-8a43-2f6f2c1d9b10", 36};
	uint32_t i, sum = 0, count = DECISIONS;

	switch (what[0] == 'c' && what[1] == 'o' ? 'k'
	    : what[0] == 's' && what[1] == 'i' ? 'g' : what[0]) {
	case 'c':
		forget(b);
		return tsr_decide_outcome(&b->visit, b->clauses);
	case 'h':
		return tsr_hash_bucket(b->state, id);
	case 'k':
		return cookie(b, &without);
	case 'g':
		return signatures(b);
	case 's':
		count = 30;
		tsr_visit_init(
		    &b->visit, &b->table.table, &b->request, b->table.page);
		break;
	default:
		forget(b);
	}
	for (i = 0; i < count; i++)
		sum += tsr_decide_outcome(&b->visit, b->chains[i]);
	return sum;
}

static void
measure(struct bench *b, const char *what, size_t count)
{
	double best = 1e30, start, took;
	uint32_t sum = 0;
	size_t i, round;

	prepare(b);
	b->state = tsr_fnv32a(TSR_FNV32A_START, TSR_LIT("checkout-button"));
	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < count; i++)
			sum += run(b, what);
		took = (now() - start) / (double)count;
		if (took < best)
			best = took;
	}
	/* The sum keeps the work from being left out. */
	printf("%s %.1f %u\n", what, best, sum & 1);
	decisions_close(&b->table);
}

static void
measure_compile(struct bench *b)
{
	const struct tsr_json *many = tsr_json_get(&b->data, "many");
	double start = now();
	size_t bytes = 0, i;

	new_rules(b, "segments");
	for (i = 0; i < many->count; i++)
		(void)compile(
		    b, many->u.items[i].u.items, many->u.items[i].count);
	decisions_open(&b->table, b->rules, &b->arena);
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		bytes += b->table.sections[i].n;
	printf("compile %.2f %zu\n", (now() - start) / 1e9, bytes);
	decisions_close(&b->table);
}

int
main(int argc, char **argv)
{
	/* The visitor of rules.mjs, as a web server sends him. */
	const struct tsr_param params[] = {
	    P("REQUEST_METHOD", "GET"), P("REQUEST_URI", "/p?utm_campaign=spring-sale"),
	    P("QUERY_STRING", "utm_campaign=spring-sale"),
	    P("HTTP_HOST", "www.fellwander.example"),
	    P("HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64) Chrome/126"),
	    P("HTTP_ACCEPT_ENCODING", "gzip, deflate, br, zstd"),
	    P("HTTP_ACCEPT_LANGUAGE", "de-DE"), P("HTTP_X_LAND", "DE"),
	    P("HTTP_SEC_CH_UA_MOBILE", "?0"),
	    P("HTTP_COOKIE", "consent=functional+analytics+personalization; tier=gold; "
	"activity=climbing; visits=7; cart=189.5; returning=1; version=4.12.0"),
	};
	static struct bench b;
	struct tsr_span text;
	struct tsr_log log;
	const char *c;
	size_t count = 0;

	if (argc != 4 && argc != 5)
		return 2;
	tsr_log_init(&log, "bench", false);
	if (argc == 5 && (!tsr_keys_start() ||
		!tsr_keys_read(&b.keys, &log, argv[4])))
		return 3;
	b.keys.seal.ctx = &b.keys;
	make_cookie(&b);
	b.request = (struct tsr_request){.params = params,
	    .count = TSR_COUNT_OF(params), .now = 1781524800000};
	for (c = argv[3]; *c != '\0'; c++)
		count = count * 10 + (size_t)(*c - '0');
	tsr_sources_init(&b.sources, &b.arena);
	tsr_diag_init(&b.diag, &b.arena);
	if (tsr_file_read(&text, &b.arena, argv[1], (size_t)1 << 28) !=
		TSR_OK ||
	    !tsr_json_read(&b.data, &b.arena, &b.diag, &b.sources,
		tsr_sources_add(&b.sources, argv[1], text)))
		return 3;
	if (strcmp(argv[2], "compile") == 0)
		measure_compile(&b);
	else
		measure(&b, argv[2], count);
	tsr_arena_free(&b.arena);
	return 0;
}
