/*
 * keys - the segment key of a fixed set of rules, three ways.
 *
 *	keys nginx	print the maps
 *	keys varnish	print the VCL
 *	keys		read requests, a line each: query, cookie, and the
 *			headers X-S, X-B and X-U in hexadecimal ("-": absent);
 *			print the key that core computes for each
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/decisions.h"

static const char attributes[] =
    "{\"s\": {\"type\": \"string\", \"source\": \"header:X-S\", \"tier\": "
    "\"segment\"}, \"b\": {\"type\": \"boolean\", \"source\": \"header:X-B\", "
    "\"tier\": \"segment\"}, \"u\": {\"type\": \"string\", \"source\": "
    "\"header:X-U\", \"trusted\": true, \"tier\": \"segment\"}, \"cs\": {\"type\": \"string\", "
    "\"source\": \"cookie:c-s\", \"tier\": \"segment\"}, \"cb\": {\"type\": "
    "\"boolean\", \"source\": \"cookie:cb\", \"tier\": \"segment\"}, \"qs\": "
    "{\"type\": \"string\", \"source\": \"query:q.s\", \"tier\": \"segment\"}, "
    "\"qb\": {\"type\": \"boolean\", \"source\": \"query:qb\", \"tier\": "
    "\"segment\"}}";

static const char *const texts[] = {"a", "A", "ab", "a b", " a", "a ", "50%",
    "%41", "\xc3\xa9", "\\\"q\\\"", "\\\"", "a+b", "", ";", "a;b", "x&y=z",
    "$host", "\\\\", "{x}", "'", "null", "a,b", "=", "~^a"};
static const char *const names[] = {"s", "cs", "qs"};

static struct tsr_arena arena;
static struct tsr_sources sources;
static struct tsr_diag diag;
static struct tsr_rules *rules;

static struct tsr_json *
read_json(const char *text)
{
	struct tsr_json *v = TSR_NEW(&arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    &sources, "rules", tsr_span_of(text, strlen(text)));

	if (!tsr_json_read(v, &arena, &diag, &sources, src))
		abort();
	return v;
}

static void
add_rule(const char *condition)
{
	struct tsr_rule rule = {.starts = INT64_MIN, .ends = INT64_MAX};
	uint32_t decision;

	rule.audience = read_json(condition);
	if (!tsr_rules_chain(&decision, rules, &rule, 1) ||
	    tsr_rules_tier(rules, decision) != TSR_TIER_SEGMENT) {
		fprintf(stderr, "not of the segment tier: %s\n", condition);
		exit(1);
	}
}

static void
add_rules(void)
{
	size_t i, j;
	struct tsr_buf list;

	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		tsr_buf_init(&list, 100000);
		tsr_buf_printf(&list, "{\"%s\": {\"$in\": [\"zzz\"", names[i]);
		for (j = 0; j < TSR_COUNT_OF(texts); j++) {
			add_rule(tsr_arena_printf(&arena,
			    "{\"%s\": {\"$eq\": \"%s\"}}", names[i], texts[j]));
			if (j % 3 == 0)
				tsr_buf_printf(&list, ", \"%s\"", texts[j]);
		}
		for (j = 0; j < 400; j++)
			tsr_buf_printf(&list, ", \"value-%zu\"", j);
		tsr_buf_text(&list, "]}}");
		tsr_buf_byte(&list, 0);
		add_rule((const char *)list.p);
		tsr_buf_free(&list);
		add_rule(tsr_arena_printf(
		    &arena, "{\"%s\": {\"$exists\": true}}", names[i]));
	}
	add_rule("{\"b\": true, \"cb\": true, \"qb\": true}");
	add_rule("{\"b\": false, \"cb\": false, \"qb\": false}");
	add_rule("{\"b\": null}");
	add_rule("{\"cb\": null}");
	add_rule("{\"qb\": null}");
	add_rule("{\"u\": {\"$regex\": \"(Mobile|Tablet)\"}}");
	add_rule("{\"u\": {\"$regex\": \"^ping$|-12-25$\"}}");
	add_rule("{\"u\": {\"$regex\": \"a+b?c\\\\.d\"}}");
}

/* A field of a line, decoded into the arena; p NULL for "-". */
static struct tsr_span
field(struct tsr_span *line)
{
	size_t end = tsr_span_find(*line, ' ', 0), i;
	struct tsr_span hex = tsr_span_part(*line, 0, end);
	uint8_t *p = tsr_arena_alloc(&arena, hex.n / 2 + 1);

	*line = tsr_span_from(*line, end + 1);
	if (tsr_span_eq(hex, TSR_LIT("-")))
		return tsr_span_of(NULL, 0);
	for (i = 0; i + 1 < hex.n; i += 2)
		p[i / 2] = (uint8_t)(tsr_hex(hex.p[i]) * 16 +
		    tsr_hex(hex.p[i + 1]));
	return tsr_span_of(p, hex.n / 2);
}

static void
answer(struct decisions *table, struct tsr_span line)
{
	static const char *const params[] = {"QUERY_STRING", "HTTP_COOKIE",
	    "HTTP_X_S", "HTTP_X_B", "HTTP_X_U"};
	static struct tsr_visit visit;
	struct tsr_param list[6] = {
	    {TSR_LIT("REMOTE_ADDR"), TSR_LIT("127.0.0.1")}};
	struct tsr_request request = {.params = list, .count = 1};
	struct tsr_span value;
	uint8_t key[TSR_SEGMENT_KEY_MAX + 1];
	size_t i, n;

	for (i = 0; i < 5; i++) {
		value = field(&line);
		if (value.p == NULL)
			continue;
		list[request.count].name =
		    tsr_span_of(params[i], strlen(params[i]));
		list[request.count++].value = value;
	}
	tsr_visit_init(&visit, &table->table, &request, table->page);
	n = tsr_decide_segment_key(key, sizeof(key), &visit);
	printf("%.*s\n", (int)n, (const char *)key);
}

int
main(int argc, char **argv)
{
	static char line[1 << 20];
	struct tsr_arena_mark mark;
	struct decisions table;
	struct tsr_buf out;
	size_t n;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	rules = tsr_rules_new(&arena, &diag);
	/* The clients' address, or another. */
	tsr_rules_site(rules, read_json(getenv("TESSERA_STRANGER") != NULL
		? "{\"proxies\": [\"10.0.0.0/8\", \"2001:db8::/32\"]}"
		: "{\"proxies\": [\"127.0.0.0/8\", \"::/0\", \"unix\"]}"));
	tsr_rules_declare(rules, read_json(attributes), NULL);
	add_rules();
	if (argc > 1) {
		tsr_buf_init(&out, 1 << 26);
		if (strcmp(argv[1], "nginx") == 0)
			tsr_rules_nginx(&out, rules);
		else
			tsr_rules_varnish(&out, rules);
		fwrite(out.p, 1, out.n, stdout);
		tsr_buf_free(&out);
		return 0;
	}
	decisions_open(&table, rules, &arena);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		n = strlen(line);
		if (n > 0 && line[n - 1] == '\n')
			n--;
		mark = tsr_arena_mark(&arena);
		answer(&table, tsr_span_of(line, n));
		tsr_arena_rewind(&arena, mark);
	}
	decisions_close(&table);
	tsr_arena_free(&arena);
	return 0;
}
