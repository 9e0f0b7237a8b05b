/*
 * Decisions: for random rules and random visitors the compiled table, reading
 * what a browser would send, gives what the interpreter gives.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/decision.h"
#include "lib/decisions.h"

#define NOW 1772323200000

static const char attribute_text[] =
    "{\"h\": {\"type\": \"string\", \"source\": \"header:X-H\"},"
    " \"cs\": {\"type\": \"string\", \"source\": \"cookie:cs\"},"
    " \"cn\": {\"type\": \"number\", \"source\": \"cookie:cn\"},"
    " \"cb\": {\"type\": \"boolean\", \"source\": \"cookie:cb\","
    "         \"purpose\": \"analytics\"},"
    " \"qs\": {\"type\": \"string\", \"source\": \"query:qs\"},"
    " \"qn\": {\"type\": \"number\", \"source\": \"query:qn\"},"
    " \"qb\": {\"type\": \"boolean\", \"source\": \"query:qb\"},"
    " \"page\": {\"type\": \"string\", \"source\": \"page\"},"
    " \"now\": {\"type\": \"number\", \"source\": \"time\"}}";

static const char *const names[] = {
    "h", "cs", "cn", "cb", "qs", "qn", "qb", "page", "now"};

static const char *const strings[] = {"", "a", "b", "ab", "null", "true", "10",
    "9", "0x10", " 10 ", "1e1", "-0", "p", "A", "\xc3\xa9", "\xef\xbf\xbd",
    "\xf0\x9f\x98\x80", "50%", "%41", "a b", "a+b", "a;b&c=d"};
static const char *const numbers[] = {"0", "-0", "1", "2", "2.5", "10", "-1",
    "16", "1e21", "1e-7", "1772323200", "1772323200.001", "100"};
static const char *const patterns[] = {
    "^a", "b$", "n", ".", "^.$", "", "(a|b)+", "\\\\d", "[^a]", "^$", "\\\\+"};

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	uint64_t seed;
};

static uint32_t
pick(struct world *w, uint32_t n)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return (uint32_t)(w->seed >> 32) % n;
}

static struct tsr_json *
read_json(struct world *w, struct tsr_span text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(&w->sources, "x", text);

	if (!tsr_json_read(v, &w->arena, &w->diag, &w->sources, src))
		fail_msg("bad JSON %.*s", (int)text.n, (const char *)text.p);
	return v;
}

static void
add_scalar(struct world *w, struct tsr_buf *out)
{
	const char *s;

	switch (pick(w, 10)) {
	case 0:
		tsr_buf_text(out, "null");
		break;
	case 1:
		tsr_buf_text(out, pick(w, 2) ? "true" : "false");
		break;
	case 2: case 3: case 4:
		tsr_buf_text(out, numbers[pick(w, TSR_COUNT_OF(numbers))]);
		break;
	default:
		s = strings[pick(w, TSR_COUNT_OF(strings))];
		tsr_buf_json(out, tsr_span_of(s, strlen(s)));
	}
}

static void
add_operators(struct world *w, struct tsr_buf *out, unsigned depth)
{
	static const char *const words[] = {"$eq", "$ne", "$gt", "$gte", "$lt",
	    "$lte", "$exists", "$in", "$nin", "$not"};
	uint32_t n = 1 + pick(w, 2), i, k, used = 99;

	tsr_buf_byte(out, '{');
	for (i = 0; i < n; i++) {
		k = pick(w, depth > 2 ? 9 : 10);
		if (k == used)
			continue;
		used = k;
		tsr_buf_printf(out, "%s\"%s\":", i > 0 ? "," : "", words[k]);
		if (k == 9)
			add_operators(w, out, depth + 1);
		else if (k >= 7) {
			tsr_buf_byte(out, '[');
			for (k = pick(w, 5); k > 0; k--) {
				add_scalar(w, out);
				if (k > 1)
					tsr_buf_byte(out, ',');
			}
			tsr_buf_byte(out, ']');
		} else
			add_scalar(w, out);
	}
	tsr_buf_byte(out, '}');
}

static void
add_condition(struct world *w, struct tsr_buf *out, unsigned depth)
{
	static const char *const words[] = {"$and", "$or", "$nor"};
	uint32_t k = pick(w, depth > 3 ? 6 : 10), n;

	tsr_buf_byte(out, '{');
	if (k == 9) {
		tsr_buf_text(out, "\"$not\":");
		add_condition(w, out, depth + 1);
	} else if (k >= 6) {
		tsr_buf_printf(out, "\"%s\":[", words[k - 6]);
		for (n = pick(w, 4); n > 0; n--) {
			add_condition(w, out, depth + 1);
			if (n > 1)
				tsr_buf_byte(out, ',');
		}
		tsr_buf_byte(out, ']');
	} else if (k == 5 && depth > 0)
		tsr_buf_printf(out, "\"$segment\":\"s%u\"", pick(w, 2));
	else if (k == 4)
		tsr_buf_printf(out, "\"%s\":{\"$regex\":\"%s\"}",
		    pick(w, 2) ? "h" : "cs",
		    patterns[pick(w, TSR_COUNT_OF(patterns))]);
	else {
		tsr_buf_printf(
		    out, "\"%s\":", names[pick(w, TSR_COUNT_OF(names))]);
		if (k == 0)
			add_scalar(w, out);
		else
			add_operators(w, out, 0);
	}
	tsr_buf_byte(out, '}');
}

static struct tsr_json *
random_condition(struct world *w, unsigned depth)
{
	struct tsr_buf text;
	struct tsr_json *v;

	tsr_buf_init(&text, 1 << 20);
	add_condition(w, &text, depth);
	v = read_json(w, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return v;
}

/* Send a value so that it arrives as it is. */
static void
encode(struct world *w, struct tsr_buf *out, const char *s, bool all)
{
	for (; *s != 0; s++)
		if ((tsr_is_alnum((uint8_t)*s) && pick(w, 4) != 0) ||
		    (!all && *s != '%' && *s != ';' && *s != ' ' &&
			*s != '"'))
			tsr_buf_byte(out, (uint8_t)*s);
		else if (*s == ' ' && all && pick(w, 2))
			tsr_buf_byte(out, '+');
		else
			tsr_buf_printf(out, "%%%02X", (uint8_t)*s);
}

struct visitor {
	struct tsr_json object;
	struct tsr_member list[16];
	struct tsr_buf cookie, query, header;
	struct tsr_param params[4];
	struct tsr_request request;
};

static void
know(struct visitor *v, const char *name, struct tsr_json value)
{
	v->list[v->object.count].name = tsr_span_of(name, strlen(name));
	v->list[v->object.count++].value = value;
}

static void
send_cookie(struct world *w, struct visitor *v, const char *name,
    const char *value)
{
	tsr_buf_printf(&v->cookie, "%s%s=", pick(w, 2) ? "; " : ";", name);
	if (pick(w, 5) == 0) {
		tsr_buf_byte(&v->cookie, '"');
		encode(w, &v->cookie, value, false);
		tsr_buf_byte(&v->cookie, '"');
	} else
		encode(w, &v->cookie, value, false);
}

static void
send_query(struct world *w, struct visitor *v, const char *name,
    const char *value)
{
	tsr_buf_printf(&v->query, "%s%s=", v->query.n > 0 ? "&" : "", name);
	encode(w, &v->query, value, true);
}

static const char *
some(struct world *w, const char *const *list, size_t n)
{
	return list[pick(w, (uint32_t)n)];
}

static void
random_visitor(struct visitor *v, struct world *w)
{
	static const char *const yes[] = {"1", "true", "?1", "yes"};
	static const char *const no[] = {"0", "false", "?0", "no"};
	const char *s;
	bool b, consent = pick(w, 2);

	memset(v, 0, sizeof(*v));
	v->object.type = TSR_JSON_OBJECT;
	v->object.u.members = v->list;
	tsr_buf_init(&v->cookie, 10000);
	tsr_buf_init(&v->query, 10000);
	tsr_buf_init(&v->header, 10000);
	v->request.now = pick(w, 3) == 0 ? NOW : NOW - 2 + pick(w, 5);
	know(v, "now", (struct tsr_json){.type = TSR_JSON_REAL,
	    .u.real = (double)v->request.now / 1000.0});
	know(v, "page", tsr_json_string(TSR_LIT("p")));
	tsr_buf_text(&v->cookie, consent ? "consent=functional+analytics"
					 : "consent=functional; x=y");
	s = some(w, strings, TSR_COUNT_OF(strings));
	if (pick(w, 3) != 0 && *s != 0) {
		tsr_buf_text(&v->header, s);
		know(v, "h", tsr_json_string(tsr_span_of(s, strlen(s))));
	}
	s = some(w, strings, TSR_COUNT_OF(strings));
	if (pick(w, 3) != 0) {
		send_cookie(w, v, "cs", s);
		know(v, "cs", tsr_json_string(tsr_span_of(s, strlen(s))));
		send_cookie(w, v, "cs", "second");
	}
	s = some(w, strings, TSR_COUNT_OF(strings));
	if (pick(w, 3) != 0) {
		send_query(w, v, "qs", s);
		know(v, "qs", tsr_json_string(tsr_span_of(s, strlen(s))));
		send_query(w, v, "qs", "second");
	}
	s = some(w, numbers, TSR_COUNT_OF(numbers));
	if (pick(w, 3) != 0) {
		send_cookie(w, v, "cn", s);
		know(v, "cn", (struct tsr_json){.type = TSR_JSON_REAL,
		    .u.real = strtod(s, NULL)});
	}
	s = some(w, numbers, TSR_COUNT_OF(numbers));
	if (pick(w, 3) != 0) {
		send_query(w, v, "qn", s);
		know(v, "qn", (struct tsr_json){.type = TSR_JSON_REAL,
		    .u.real = strtod(s, NULL)});
	} else if (pick(w, 2))
		send_query(w, v, "qn", "12px");
	b = pick(w, 2);
	if (pick(w, 3) != 0) {
		send_cookie(w, v, "cb", b ? some(w, yes, 4) : some(w, no, 4));
		if (consent)
			know(v, "cb", tsr_json_boolean(b));
	}
	b = pick(w, 2);
	if (pick(w, 3) != 0) {
		send_query(w, v, "qb", b ? some(w, yes, 4) : some(w, no, 4));
		know(v, "qb", tsr_json_boolean(b));
	} else if (pick(w, 2))
		send_query(w, v, "qb", "maybe");
	v->params[0] = (struct tsr_param){
	    TSR_LIT("HTTP_COOKIE"), tsr_buf_view(&v->cookie)};
	v->params[1] = (struct tsr_param){
	    TSR_LIT("QUERY_STRING"), tsr_buf_view(&v->query)};
	v->params[2] = (struct tsr_param){
	    TSR_LIT("HTTP_X_H"), tsr_buf_view(&v->header)};
	v->request.params = v->params;
	v->request.count = 3;
}

static void
free_visitor(struct visitor *v)
{
	tsr_buf_free(&v->cookie);
	tsr_buf_free(&v->query);
	tsr_buf_free(&v->header);
}

#define CHAINS 4
#define VISITORS 100

static void
show(const struct tsr_rule *list, size_t n, const struct visitor *v)
{
	struct tsr_buf out;
	size_t i;

	tsr_buf_init(&out, 1 << 20);
	for (i = 0; i < n; i++) {
		tsr_json_write(&out, list[i].audience);
		tsr_buf_byte(&out, '\n');
	}
	tsr_json_write(&out, &v->object);
	print_message("%.*s\ncookie %.*s\nquery %.*s\n", (int)out.n,
	    (const char *)out.p, (int)v->cookie.n, (const char *)v->cookie.p,
	    (int)v->query.n, (const char *)v->query.p);
	tsr_buf_free(&out);
}

static const struct tsr_rules_known known_page = {
    .page = {(const uint8_t *)"p", 1},
    .locale = {(const uint8_t *)"en", 2},
    .path = {(const uint8_t *)"/p", 2}};

static void
check_world(struct world *w, unsigned round)
{
	static struct tsr_visit visit;
	struct tsr_rules *rules = tsr_rules_new(&w->arena, &w->diag);
	struct tsr_rule lists[CHAINS][3];
	uint32_t decision[CHAINS + 1], *tuples, outcomes, got, want, i, j;
	struct decisions table;
	struct visitor v;
	struct tsr_buf segments;

	tsr_rules_relax(rules);
	tsr_buf_init(&segments, 1 << 20);
	tsr_buf_text(&segments, "{\"s0\":{\"audience\":{\"cs\":\"a\"}},"
		"\"s1\":{\"audience\":{\"$or\":[{\"$segment\":\"s0\"},"
		"{\"cn\":{\"$gt\":2}}]}}}");
	tsr_rules_declare(rules, read_json(w,
	    tsr_span_of(attribute_text, sizeof(attribute_text) - 1)),
	    read_json(w, tsr_buf_view(&segments)));
	tsr_buf_free(&segments);
	if (round % 2 == 0)
		tsr_rules_page(rules, &known_page);
	memset(lists, 0, sizeof(lists));
	for (i = 0; i < CHAINS; i++) {
		for (j = 0; j < 3; j++) {
			lists[i][j].audience = random_condition(w, 0);
			lists[i][j].starts = pick(w, 4) == 0 ? NOW : INT64_MIN;
			lists[i][j].ends = pick(w, 4) == 0 ? NOW + 1
							   : INT64_MAX;
		}
		if (!tsr_rules_chain(&decision[i], rules, lists[i], 3)) {
			show(lists[i], 3, &(struct visitor){0});
			fail_msg("%s", w->diag.list[w->diag.count - 1].text);
		}
	}
	decision[CHAINS] = 0;
	(void)tsr_rules_product(&decision[CHAINS], &tuples, &outcomes, rules,
	    decision, 3, 64, &w->arena);
	decisions_open(&table, rules, &w->arena);
	assert_int_equal(tsr_decision_verify(&table.table), TSR_OK);
	for (j = 0; j < VISITORS; j++) {
		random_visitor(&v, w);
		tsr_visit_init(&visit, &table.table, &v.request, table.page);
		for (i = 0; i <= CHAINS; i++) {
			got = tsr_decide_outcome(&visit, decision[i]);
			want = decision[i] == 0 ? got : tsr_rules_interpret(
			    rules, decision[i], &v.object, v.request.now);
			if (got != want) {
				show(lists[i % CHAINS], 3, &v);
				fail_msg("round %u: chain %u gives %u, not %u",
				    round, i, got, want);
			}
		}
		free_visitor(&v);
	}
	decisions_close(&table);
}

static void
test_decide_random_rules_give_what_the_interpreter_gives(void **state)
{
	static struct world w;
	unsigned round, rounds = getenv("ROUNDS") != NULL
	    ? (unsigned)strtoul(getenv("ROUNDS"), NULL, 10) : 200;

	(void)state;
	for (round = 0; round < rounds; round++) {
		memset(&w, 0, sizeof(w));
		w.seed = 0x9e3779b97f4a7c15u * (round + 1);
		tsr_sources_init(&w.sources, &w.arena);
		tsr_diag_init(&w.diag, &w.arena);
		check_world(&w, round);
		tsr_arena_free(&w.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_decide_random_rules_give_what_the_interpreter_gives),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
