/*
 * rules_test - tests and the conditions made of them: equal tests are one.
 */
#include "build/rules/rules_inner.h"

static void
add_needs(struct tsr_attribute_set *set, const struct tsr_attribute_set *more,
    bool both)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(set->bits); i++)
		set->bits[i] = both ? set->bits[i] | more->bits[i]
				    : set->bits[i] & more->bits[i];
}

/* What a condition needs to hold, and not to hold, follows from its parts. */
static void
find_needs(struct tsr_cond *c)
{
	uint32_t i;

	switch (c->kind) {
	case TSR_COND_AND:
	case TSR_COND_OR:
		memset(&c->needs[c->kind == TSR_COND_AND ? 1 : 0], 0,
		    sizeof(c->needs[0]));
		memset(&c->needs[c->kind == TSR_COND_AND ? 0 : 1], 0xff,
		    sizeof(c->needs[0]));
		for (i = 0; i < c->count; i++) {
			add_needs(&c->needs[1], &c->items[i]->needs[1],
			    c->kind == TSR_COND_AND);
			add_needs(&c->needs[0], &c->items[i]->needs[0],
			    c->kind == TSR_COND_OR);
		}
		break;
	case TSR_COND_NOT:
		c->needs[0] = c->items[0]->needs[1];
		c->needs[1] = c->items[0]->needs[0];
		break;
	case TSR_COND_TRUE:
		memset(&c->needs[0], 0xff, sizeof(c->needs[0]));
		break;
	case TSR_COND_FALSE:
		memset(&c->needs[1], 0xff, sizeof(c->needs[1]));
		break;
	default:
		break;
	}
}

const struct tsr_cond *
tsr_cond_make(struct tsr_rules *rules, enum tsr_cond_kind kind,
    const struct tsr_cond **items, uint32_t count, struct tsr_where where)
{
	struct tsr_cond *c = TSR_NEW(rules->arena, struct tsr_cond);
	uint32_t i;

	c->kind = kind;
	c->id = rules->cond_count++;
	c->items = items;
	c->count = count;
	c->where = where;
	for (i = 0; i < count; i++) {
		c->asked = c->asked || items[i]->asked;
		add_needs(&c->reads, &items[i]->reads, true);
	}
	find_needs(c);
	return c;
}

const struct tsr_cond *
tsr_cond_negate(struct tsr_rules *rules, const struct tsr_cond *c)
{
	const struct tsr_cond **items;

	if (c == NULL)
		return NULL;
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, 1);
	items[0] = c;
	return tsr_cond_make(rules, TSR_COND_NOT, items, 1, c->where);
}

static struct tsr_span
automaton_of(void *ctx, struct tsr_span pattern, bool caseless)
{
	return tsr_rules_pattern(ctx, pattern, caseless);
}

/*
 * A name is an attribute's; or what stands before a dot of it is one's, of
 * those the longest, and the rest is a path.
 */
static bool
cut(void *ctx, struct tsr_span *name, struct tsr_span *path,
    struct tsr_span written)
{
	const struct tsr_rules *rules = ctx;
	uint32_t a = tsr_rules_attribute_find(rules, written);
	size_t end;

	*name = written;
	*path = tsr_span_of(NULL, 0);
	for (end = written.n; a == UINT32_MAX && end > 0; end--) {
		if (written.p[end - 1] != '.')
			continue;
		*name = tsr_span_part(written, 0, end - 1);
		*path = tsr_span_from(written, end);
		a = tsr_rules_attribute_find(rules, *name);
		if (a != UINT32_MAX && !rules->relaxed &&
		    rules->attributes[a].type != TSR_TYPE_JSON)
			a = UINT32_MAX;
	}
	return a != UINT32_MAX;
}

struct tsr_condition_world
tsr_rules_world(const struct tsr_rules *rules)
{
	struct tsr_condition_world world = {.segments = rules->segment_file,
	    .groups = rules->groups, .cut = cut, .automaton = automaton_of};

	/* Only read through these two. */
	memcpy(&world.ctx, &rules, sizeof(world.ctx));
	return world;
}

static const char *const operator_words[TSR_OPERATOR_COUNT] = {"$exists",
    "$eq", "$in", "", "$lt", "$lte", "$gt", "$gte", "$regex", "", ""};

bool
tsr_test_holds(const struct tsr_rules *rules, uint32_t test,
    const struct tsr_json *value)
{
	const struct tsr_test *t = &rules->tests[test];
	const char *word = operator_words[t->operator];
	struct tsr_condition_world world = tsr_rules_world(rules);

	if (t->operator == TSR_OPERATOR_EXISTS)
		return value != NULL;
	if (t->operator == TSR_OPERATOR_EXPRESSION)
		return tsr_rules_run(rules, t, value);
	return tsr_condition_apply(
	    &world, tsr_span_of(word, strlen(word)), value, &t->operand);
}

/* Equal tests have equal ones. */
static void
test_key(struct tsr_buf *key, const struct tsr_test *test)
{
	const struct tsr_json *v;
	uint64_t bits;
	double d;
	uint32_t i;

	tsr_buf_byte(key, (uint8_t)test->operator);
	tsr_buf_le32(key, test->attribute);
	tsr_buf_le32(key, test->number);
	if (test->operator != TSR_OPERATOR_EXPRESSION) {
		tsr_json_write(key, &test->operand);
		return;
	}
	tsr_buf_add(key, test->code);
	for (i = 0; i < test->operand.count; i++) {
		v = &test->operand.u.items[i];
		tsr_buf_byte(key, (uint8_t)v->type);
		if (v->type == TSR_JSON_STRING) {
			tsr_buf_le32(key, (uint32_t)v->u.string.n);
			tsr_buf_add(key, v->u.string);
		} else if (v->type == TSR_JSON_ARRAY) {
			tsr_json_write(key, v);
		} else {
			d = tsr_json_is_number(v) ? tsr_json_number(v)
						  : tsr_json_true(v);
			memcpy(&bits, &d, sizeof(bits));
			tsr_buf_le64(key, bits);
		}
	}
}

const struct tsr_cond *
tsr_cond_test(struct tsr_rules *rules, struct tsr_test *test,
    struct tsr_where where)
{
	struct tsr_cond *c = TSR_NEW(rules->arena, struct tsr_cond);
	struct tsr_buf key;
	uint32_t *number;

	tsr_buf_init(&key, SIZE_MAX / 2);
	test_key(&key, test);
	if (!tsr_intern_add(
		&number, &rules->test_index, tsr_buf_view(&key))) {
		*number = (uint32_t)rules->test_count;
		test->tier = rules->attributes[test->attribute].tier;
		rules->tests = tsr_arena_grow(rules->arena, rules->tests,
		    rules->test_count, &rules->test_cap, sizeof(*rules->tests));
		rules->tests[rules->test_count++] = *test;
		if (test->operator != TSR_OPERATOR_FRAGMENT)
			rules->tests[*number].missing =
			    tsr_test_holds(rules, *number, NULL);
		if (test->tier == TSR_TIER_SEGMENT &&
		    rules->attributes[test->attribute].source !=
			TSR_SOURCE_TIME &&
		    (!tsr_segment_can(rules, &rules->tests[*number]) ||
			rules->key_count++ >= TSR_SEGMENT_KEY_MAX))
			rules->tests[*number].tier = TSR_TIER_REQUEST;
		if (rules->test_count == TSR_PREDICATES_MAX + 1)
			tsr_diag_add(rules->diag, TSR_ERROR, "R016", where,
			    "the site has too many different tests");
	}
	tsr_buf_free(&key);
	c->kind = TSR_COND_TEST;
	c->id = rules->cond_count++;
	c->test = *number;
	c->asked = true;
	c->reads.bits[test->attribute / 64] |=
	    (uint64_t)1 << test->attribute % 64;
	c->where = where;
	c->needs[rules->tests[c->test].missing ? 0 : 1]
	    .bits[test->attribute / 64] |= (uint64_t)1 << test->attribute % 64;
	return c;
}
