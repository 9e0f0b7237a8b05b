/*
 * rules_write - the decision table's sections of the index.
 *
 * Only what decisions ask is written. Nodes are turned round: here targets
 * were made before what leads to them, there they come after it.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/score.h"

#include "build/rules/group_pack.h"
#include "core/expression.h"
#include "core/value.h"

struct writer {
	const struct tsr_rules *rules;
	struct tsr_buf *sections;
	const struct tsr_strings *strings;
	uint32_t *test_number;	/* by test, + 1; 0: not written */
	uint32_t test_count;
	struct tsr_intern automata;
	uint32_t automaton_count;
	struct tsr_intern groups; /* by their bytes; no arena: not looked up */
};

static void
add_text(struct writer *w, enum tsr_section s, struct tsr_span text)
{
	tsr_buf_le32(&w->sections[s], w->strings->add(w->strings->ctx, text));
	tsr_buf_le32(&w->sections[s], (uint32_t)text.n);
}

/* The name of a header among CGI's parameters (RFC 3875 section 4.1.18). */
static struct tsr_span
cgi_name(struct tsr_span header, struct tsr_arena *arena)
{
	struct tsr_span out = tsr_arena_dup(arena,
	    tsr_span_of(tsr_arena_printf(arena, "HTTP_%.*s", TSR_ARG(header)),
		header.n + 5));
	uint8_t *p = tsr_arena_alloc(arena, out.n);
	size_t i;

	for (i = 0; i < out.n; i++)
		p[i] = out.p[i] == '-' ? '_'
		    : tsr_lower(out.p[i]) != out.p[i] || !tsr_is_alpha(out.p[i])
		    ? out.p[i] : (uint8_t)(out.p[i] - 32);
	out.p = p;
	if (tsr_span_eq(out, TSR_LIT("HTTP_CONTENT_TYPE")) ||
	    tsr_span_eq(out, TSR_LIT("HTTP_CONTENT_LENGTH")))
		return tsr_span_from(out, 5);
	return out;
}

static void
write_attribute(struct writer *w, const struct tsr_rules_attribute *a,
    struct tsr_arena *arena)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_ATTR];

	add_text(w, TSR_SECTION_ATTR, a->name);
	add_text(w, TSR_SECTION_ATTR, a->source == TSR_SOURCE_HEADER ||
		a->source == TSR_SOURCE_HINT ? cgi_name(a->key, arena) : a->key);
	tsr_buf_byte(out, (uint8_t)a->type);
	tsr_buf_byte(out, (uint8_t)a->source);
	tsr_buf_byte(out, (uint8_t)a->purpose);
	tsr_buf_byte(out, (uint8_t)a->tier);
	tsr_buf_le32(out, a->proxy ? TSR_ATTRIBUTE_PROXY : 0);
	tsr_buf_le32(out, a->text_max);
	add_text(w, TSR_SECTION_ATTR, a->fallback);
	tsr_buf_le32(out, a->number);
	tsr_buf_fill(out, 0, 8);
}

static void
write_number(struct tsr_buf *out, double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	tsr_buf_byte(out, TSR_OPERAND_NUMBER);
	tsr_buf_fill(out, 0, 7);
	tsr_buf_le64(out, bits);
}

static int
cmp_ids(const void *a, const void *b)
{
	const struct tsr_span *x = a, *y = b;

	return tsr_span_cmp(*x, *y);
}

static uint32_t
write_group(struct writer *w, const struct tsr_span *ids, size_t n)
{
	struct tsr_buf *record = &w->sections[TSR_SECTION_GRPS];
	struct tsr_buf *bytes = &w->sections[TSR_SECTION_GRPB];
	size_t records = record->n, from = bytes->n;
	uint32_t *number, at = (uint32_t)(records / TSR_GROUP_SIZE);

	tsr_group_pack(record, bytes, ids, n);
	if (w->groups.arena == NULL)
		return at;
	if (tsr_intern_add(&number, &w->groups,
		tsr_span_from(tsr_buf_view(bytes), from))) {
		record->n = records;
		bytes->n = from;
	} else
		*number = at;
	return *number;
}

/* All texts, or all numbers, of a list; in order. */
static void
write_packed(struct writer *w, const struct tsr_json *v)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_VALU];
	bool numbers = v->u.items[0].type != TSR_JSON_STRING;
	struct tsr_arena arena;
	struct tsr_span *ids;
	uint32_t i;
	char *digits;

	tsr_arena_init(&arena);
	ids = TSR_NEW_ARRAY(&arena, struct tsr_span, v->count);
	for (i = 0; i < v->count; i++) {
		ids[i] = v->u.items[i].u.string;
		if (!numbers)
			continue;
		digits = tsr_arena_printf(&arena, "%llu", (unsigned long long)
		    tsr_json_number(&v->u.items[i]));
		ids[i] = tsr_span_of(digits, strlen(digits));
	}
	if (numbers)
		qsort(ids, v->count, sizeof(*ids), cmp_ids);
	tsr_buf_byte(out, TSR_OPERAND_GROUP);
	tsr_buf_byte(out, numbers);
	tsr_buf_fill(out, 0, 6);
	tsr_buf_le32(out, write_group(w, ids, v->count));
	tsr_buf_le32(out, 0);
	tsr_arena_free(&arena);
}

static void
write_operand(struct writer *w, const struct tsr_json *v)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_VALU];

	if (v->type == TSR_JSON_ARRAY) {
		write_packed(w, v);
	} else if (v->type == TSR_JSON_STRING) {
		tsr_buf_byte(out, TSR_OPERAND_STRING);
		tsr_buf_fill(out, 0, 7);
		add_text(w, TSR_SECTION_VALU, v->u.string);
	} else if (tsr_json_is_number(v))
		write_number(out, tsr_json_number(v));
	else {
		tsr_buf_byte(out, v->type == TSR_JSON_BOOLEAN
			? TSR_OPERAND_BOOLEAN : TSR_OPERAND_NULL);
		tsr_buf_byte(out, tsr_json_true(v));
		tsr_buf_fill(out, 0, 14);
	}
}

/* The number a string is, or is the text of; null where there is none. */
static void
write_numeric(struct writer *w, const struct tsr_test *t)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_VALU], text;
	struct tsr_json number = {.type = TSR_JSON_REAL};
	bool is = tsr_condition_number(&number.u.real, &t->operand);

	tsr_buf_init(&text, SIZE_MAX / 2);
	if (is && t->operator == TSR_OPERATOR_BARE) {
		if (number.u.real - number.u.real == 0)
			tsr_json_number_text(&text, &number);
		is = tsr_span_eq(tsr_buf_view(&text), t->operand.u.string);
	}
	tsr_buf_free(&text);
	if (is)
		write_number(out, number.u.real);
	else
		tsr_buf_fill(out, 0, TSR_OPERAND_SIZE);
}

static uint32_t
write_operands(struct writer *w, const struct tsr_test *t)
{
	const struct tsr_json *list;
	struct tsr_arena arena;
	struct tsr_json code;
	uint32_t i, n;

	if (t->operator == TSR_OPERATOR_EXISTS ||
	    t->operator == TSR_OPERATOR_REGEX ||
	    t->operator == TSR_OPERATOR_FRAGMENT)
		return 0;
	if (t->operator == TSR_OPERATOR_IN) {
		tsr_arena_init(&arena);
		list = tsr_rules_packed(
		    &n, t->operand.u.items, t->operand.count, &arena);
		for (i = 0; i < n; i++)
			write_operand(w, &list[i]);
		tsr_arena_free(&arena);
		return n;
	}
	if (t->operator == TSR_OPERATOR_EXPRESSION) {
		code = tsr_json_string(t->code);
		write_operand(w, &code);
		for (i = 0; i < t->operand.count; i++)
			write_operand(w, &t->operand.u.items[i]);
		return 1 + t->operand.count;
	}
	write_operand(w, &t->operand);
	if (t->operator == TSR_OPERATOR_EQ ||
	    t->operand.type != TSR_JSON_STRING)
		return 1;
	write_numeric(w, t);
	return 2;
}

static uint32_t
automaton_number(struct writer *w, const struct tsr_test *t)
{
	struct tsr_span automaton =
	    tsr_rules_pattern(w->rules, t->operand.u.string, false);
	uint32_t *number;

	if (!tsr_intern_add(&number, &w->automata, automaton)) {
		*number = w->automaton_count++;
		add_text(w, TSR_SECTION_AUTO, automaton);
	}
	return *number;
}

static void
write_test(struct writer *w, uint32_t i)
{
	const struct tsr_test *t = &w->rules->tests[i];
	struct tsr_buf *out = &w->sections[TSR_SECTION_PRED];
	size_t first =
	    w->sections[TSR_SECTION_VALU].n / TSR_OPERAND_SIZE;

	if (w->test_number[i] != 0)
		return;
	w->test_number[i] = ++w->test_count;
	tsr_buf_byte(out, (uint8_t)t->operator);
	tsr_buf_byte(out, (uint8_t)t->tier);
	tsr_buf_le16(out, 0);
	tsr_buf_le32(out, t->attribute);
	tsr_buf_le32(out, (uint32_t)first);
	tsr_buf_le32(out, write_operands(w, t));
	tsr_buf_le32(out, t->operator == TSR_OPERATOR_REGEX
		? automaton_number(w, t) : t->number);
	tsr_buf_le32(out, 0);
}

static uint32_t
add_string(void *ctx, struct tsr_span s)
{
	struct tsr_buf *out = ctx;
	uint32_t off = (uint32_t)out->n;

	tsr_buf_add(out, s);
	return off;
}

/* A value of the build as core has it; arrays and objects in text. */
static void
make_value(
    struct tsr_value *out, struct tsr_buf *text, const struct tsr_json *v)
{
	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (v == NULL || v->type == TSR_JSON_NULL)
		return;
	if (v->type == TSR_JSON_STRING) {
		out->kind = TSR_VALUE_STRING;
		out->string = v->u.string;
		return;
	}
	tsr_json_write(text, v);
	tsr_value_json(out, tsr_buf_view(text), NULL, 0);
}

bool
tsr_rules_run(const struct tsr_rules *rules, const struct tsr_test *test,
    const struct tsr_json *value)
{
	struct tsr_buf sections[TSR_SECTION_COUNT], text;
	struct tsr_strings strings = {
	    &sections[TSR_SECTION_STRS], add_string};
	struct writer w = {
	    .rules = rules, .sections = sections, .strings = &strings};
	struct tsr_table table;
	struct tsr_value v;
	uint32_t count;
	size_t i;
	bool holds;

	memset(&table, 0, sizeof(table));
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&sections[i], SIZE_MAX / 2);
	tsr_buf_init(&text, SIZE_MAX / 2);
	count = write_operands(&w, test);
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		table.sections[i].p = sections[i].p;
		table.sections[i].n = sections[i].n;
	}
	table.sections[TSR_SECTION_VALU].count = count;
	table.sections[TSR_SECTION_GRPS].count =
	    (uint32_t)(sections[TSR_SECTION_GRPS].n / TSR_GROUP_SIZE);
	make_value(&v, &text, value);
	holds = tsr_expression_holds(&table, 0, count, &v);
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&sections[i]);
	tsr_buf_free(&text);
	return holds;
}

static void
write_nodes(struct writer *w, struct tsr_arena *scratch)
{
	const struct tsr_rules *rules = w->rules;
	struct tsr_buf *out = &w->sections[TSR_SECTION_NODE];
	uint32_t *roots, *nodes, *number, target;
	const struct tsr_node *node;
	size_t i, n;

	roots = TSR_NEW_ARRAY(scratch, uint32_t, rules->decision_count);
	for (i = 0; i < rules->decision_count; i++)
		roots[i] = rules->decisions[i].root;
	n = tsr_reach_nodes(
	    &nodes, rules, roots, rules->decision_count, scratch);
	number = TSR_NEW_ARRAY(scratch, uint32_t, rules->node_count + 1);
	for (i = 0; i < n; i++)
		number[nodes[n - 1 - i]] = (uint32_t)i;
	for (i = n; i > 0; i--) {
		node = &rules->nodes[nodes[i - 1]];
		write_test(w, node->test);
		tsr_buf_le32(out, w->test_number[node->test] - 1);
		target = node->yes;
		tsr_buf_le32(out, (target & TSR_TARGET_OUTCOME) != 0
			? target : number[target]);
		target = node->no;
		tsr_buf_le32(out, (target & TSR_TARGET_OUTCOME) != 0
			? target : number[target]);
		tsr_buf_le16(out, (uint16_t)node->height);
		tsr_buf_le16(out, (uint16_t)node->outcomes);
	}
	out = &w->sections[TSR_SECTION_DECN];
	for (i = 0; i < rules->decision_count; i++) {
		target = roots[i];
		tsr_buf_le32(out, (target & TSR_TARGET_OUTCOME) != 0
			? target : number[target]);
		tsr_buf_le32(out, rules->decisions[i].outcomes);
		tsr_buf_byte(out, (uint8_t)rules->decisions[i].tier);
		tsr_buf_fill(out, 0, 3);
		tsr_buf_le32(out, tsr_target_height(rules, target));
		tsr_buf_le64(out, 0);
	}
}

size_t
tsr_rules_key(uint32_t **out, const struct tsr_rules *rules,
    struct tsr_arena *arena)
{
	uint8_t *seen = TSR_NEW_ARRAY(arena, uint8_t, rules->test_count + 1);
	const struct tsr_decision *d;
	const struct tsr_test *t;
	size_t i, j, n = 0;

	for (i = 0; i < rules->decision_count; i++) {
		d = &rules->decisions[i];
		if (d->tier == TSR_TIER_SEGMENT)
			for (j = 0; j < d->test_count; j++)
				seen[d->tests[j]] = 1;
	}
	*out = TSR_NEW_ARRAY(arena, uint32_t, rules->test_count);
	for (i = 0; i < rules->test_count; i++) {
		t = &rules->tests[i];
		if (seen[i] && t->tier == TSR_TIER_SEGMENT &&
		    rules->attributes[t->attribute].source != TSR_SOURCE_TIME)
			(*out)[n++] = (uint32_t)i;
	}
	return n;
}

static void
write_meta(struct writer *w, struct tsr_span key, struct tsr_span value)
{
	if (value.n == 0)
		return;
	add_text(w, TSR_SECTION_META, key);
	add_text(w, TSR_SECTION_META, value);
}

/* Browsers send these three unasked. */
static bool
is_sent_unasked(struct tsr_span hint)
{
	static const char *const names[] = {
	    "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform"};
	size_t i, j;

	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		if (hint.n != strlen(names[i]))
			continue;
		for (j = 0; j < hint.n; j++)
			if ((char)tsr_lower(hint.p[j]) != names[i][j])
				break;
		if (j == hint.n)
			return true;
	}
	return false;
}

/* The client hints that browsers only send to who asks. */
static void
write_hints(struct writer *w, struct tsr_arena *scratch)
{
	const struct tsr_rules_attribute *a;
	struct tsr_intern seen;
	struct tsr_span name;
	struct tsr_buf out;
	uint32_t *ignored;
	size_t i;

	tsr_intern_init(&seen, scratch);
	tsr_buf_init(&out, SIZE_MAX / 2);
	for (i = 0; i < w->rules->attribute_count; i++) {
		a = &w->rules->attributes[i];
		name = a->source == TSR_SOURCE_DEVICE
		    ? TSR_LIT("Sec-CH-UA-Form-Factors") : a->key;
		if ((a->source != TSR_SOURCE_HINT &&
			a->source != TSR_SOURCE_DEVICE) ||
		    is_sent_unasked(name) ||
		    tsr_intern_add(&ignored, &seen, name))
			continue;
		*ignored = 1;
		if (out.n > 0)
			tsr_buf_text(&out, ", ");
		tsr_buf_add(&out, name);
	}
	write_meta(w, TSR_LIT("accept-ch"), tsr_buf_view(&out));
	tsr_buf_free(&out);
}

static void
write_site(struct writer *w, struct tsr_arena *scratch)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_PRXY];
	const struct tsr_rules *rules = w->rules;
	size_t i;

	for (i = 0; i < rules->proxy_count; i++) {
		tsr_buf_add(out, tsr_span_of(rules->proxies[i].bytes, 16));
		tsr_buf_byte(out, rules->proxies[i].bits);
		tsr_buf_fill(out, 0, 7);
	}
	if (rules->clocks)
		tsr_buf_add(&w->sections[TSR_SECTION_ZONE], rules->zone);
	write_meta(w, TSR_LIT("proxies"), rules->proxy_words);
	write_hints(w, scratch);
}

void
tsr_rules_write(struct tsr_buf *sections, const struct tsr_rules *rules,
    const struct tsr_strings *strings)
{
	struct writer w = {
	    .rules = rules, .sections = sections, .strings = strings};
	struct tsr_arena scratch;
	uint32_t *key;
	size_t i, n;

	tsr_arena_init(&scratch);
	tsr_intern_init(&w.automata, &scratch);
	tsr_intern_init(&w.groups, &scratch);
	w.test_number =
	    TSR_NEW_ARRAY(&scratch, uint32_t, rules->test_count + 1);
	for (i = 0; i < rules->attribute_count; i++)
		write_attribute(&w, &rules->attributes[i], &scratch);
	tsr_experiments_write(sections, rules, strings);
	tsr_scores_write(sections, rules, strings);
	write_nodes(&w, &scratch);
	write_site(&w, &scratch);
	n = tsr_rules_key(&key, rules, &scratch);
	for (i = 0; i < n; i++)
		tsr_buf_le32(&sections[TSR_SECTION_SKEY],
		    w.test_number[key[i]] - 1);
	tsr_arena_free(&scratch);
}
