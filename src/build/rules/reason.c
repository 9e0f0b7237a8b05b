/*
 * reason - why a rule of a chain holds for a visitor or does not, for people.
 */
#include "build/rules/reason.h"

#include "build/read/moment.h"
#include "build/rules/rules_inner.h"

/* Conditions nest as deep as rules_condition.c lets them; this is beyond. */
#define DEPTH_MAX 64

/* A text of a line is cut here: a list may have a million ids. */
#define TEXT_MAX 400

struct teller {
	struct tsr_reason *out;
	const struct tsr_rules *rules;
	const struct tsr_decision *decision;
	const struct tsr_json *values; /* with arms and holdouts */
	const struct tsr_json *known;
	bool browser;
	struct tsr_span locale;
	struct tsr_arena *arena;
};

/* The answer for all that the browser may say. */
static enum tsr_reason_answer
answer(const struct teller *t, const struct tsr_json *condition)
{
	struct tsr_condition_world world = tsr_rules_world(t->rules);
	size_t i, yes = 0, n = t->browser ? 0 : t->decision->sample_count;

	if (n == 0) {
		world.known = t->known;
		return tsr_condition_eval(&world, condition, t->values)
		    ? TSR_REASON_YES : TSR_REASON_NO;
	}
	for (i = 0; i < n; i++) {
		world.known = &t->decision->samples[i];
		yes += tsr_condition_eval(&world, condition, t->values);
	}
	return yes == 0 ? TSR_REASON_NO : yes == n ? TSR_REASON_YES : TSR_REASON_OPEN;
}

static struct tsr_reason_line *
add_line(struct teller *t, unsigned depth, enum tsr_reason_answer told)
{
	struct tsr_reason *out = t->out;
	struct tsr_reason_line *line;

	out->lines = tsr_arena_grow(t->arena, out->lines, out->count,
	    &out->cap, sizeof(*out->lines));
	line = &out->lines[out->count++];
	memset(line, 0, sizeof(*line));
	line->depth = depth;
	line->told = told;
	line->attribute = UINT32_MAX;
	return line;
}

/* The buffer's text, cut; the buffer is empty again. */
static struct tsr_span
take(struct teller *t, struct tsr_buf *text)
{
	size_t n = text->n;
	struct tsr_span out;

	if (n > TEXT_MAX) {
		/* Not within a character. */
		for (n = TEXT_MAX; n > 0 && (text->p[n] & 0xc0) == 0x80; n--)
			;
		text->n = n;
		tsr_buf_text(text, "...");
	}
	out = tsr_arena_dup(t->arena, tsr_buf_view(text));
	tsr_buf_free(text);
	return out;
}

static struct tsr_span
json_text(struct teller *t, const struct tsr_json *v)
{
	struct tsr_buf text;

	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_json_write(&text, v);
	return take(t, &text);
}

/* ---- one field ---- */

static const struct {
	char name[16], word[20];
} words[] = {
    {"$eq", "="}, {"$ne", "is not"}, {"$lt", "<"}, {"$lte", "<="},
    {"$gt", ">"}, {"$gte", ">="}, {"$in", "in"}, {"$nin", "not in"},
    {"$regex", "matches"}, {"$startsWith", "starts with"},
    {"$endsWith", "ends with"}, {"$contains", "contains"},
    {"$before", "before"}, {"$after", "after"}, {"$cidr", "in network"},
    {"$inGroup", "in group"}, {"$notInGroup", "not in group"},
};

static void
put_operator(struct tsr_buf *out, struct tsr_span name,
    const struct tsr_json *operand)
{
	size_t i;

	if (tsr_span_eq(name, TSR_LIT("$exists"))) {
		tsr_buf_text(
		    out, tsr_json_true(operand) ? " is there" : " is missing");
		return;
	}
	tsr_buf_byte(out, ' ');
	for (i = 0; i < TSR_COUNT_OF(words); i++)
		if (tsr_span_eq(name, tsr_span_of(words[i].name,
				    strlen(words[i].name))))
			break;
	if (i < TSR_COUNT_OF(words))
		tsr_buf_text(out, words[i].word);
	else
		tsr_buf_add(out, name);
	tsr_buf_byte(out, ' ');
	tsr_json_write(out, operand);
}

/* What was found for a field as it is written. */
static void
find(struct tsr_reason_line *line, struct teller *t, struct tsr_span written)
{
	struct tsr_condition_world world = tsr_rules_world(t->rules);
	struct tsr_span name = written, path = {NULL, 0};
	const struct tsr_json *v;
	struct tsr_json room;

	if (world.cut != NULL &&
	    !world.cut(world.ctx, &name, &path, written))
		return;
	line->attribute = tsr_rules_attribute_find(t->rules, name);
	if (line->attribute != UINT32_MAX && !t->browser &&
	    t->rules->attributes[line->attribute].tier == TSR_TIER_BROWSER)
		return;
	v = tsr_json_find(t->known, name);
	if (v == NULL)
		v = tsr_json_find(t->values, name);
	if (path.p != NULL)
		v = tsr_condition_walk(&room, v, path);
	if (v != NULL && v->type != TSR_JSON_NULL)
		line->found = json_text(t, v);
}

/* {name: {operator: operand}}, or a bare value where operator has no name. */
static void
tell_test(struct teller *t, unsigned depth, const struct tsr_member *field,
    const struct tsr_member *operator)
{
	struct tsr_member *whole = TSR_NEW(t->arena, struct tsr_member);
	struct tsr_member *inner = TSR_NEW(t->arena, struct tsr_member);
	struct tsr_json condition = field->value, *part = &whole->value;
	struct tsr_reason_line *line;
	uint32_t attribute;
	struct tsr_buf text;

	whole->name = field->name;
	*part = field->value;
	if (operator != NULL) {
		*inner = *operator;
		part->type = TSR_JSON_OBJECT;
		part->count = 1;
		part->u.members = inner;
	}
	condition.type = TSR_JSON_OBJECT;
	condition.count = 1;
	condition.u.members = whole;
	line = add_line(t, depth, answer(t, &condition));
	attribute = tsr_rules_attribute_find(t->rules, field->name);
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_buf_add(&text, attribute == UINT32_MAX ? field->name
		: tsr_rules_written(t->rules, attribute));
	put_operator(&text,
	    operator != NULL ? operator->name : TSR_LIT("$eq"),
	    operator != NULL ? &operator->value : &field->value);
	line->text = take(t, &text);
	find(line, t, field->name);
	/* A rule that the server has decided has no samples. */
	if (attribute != UINT32_MAX && !t->browser &&
	    t->decision->sample_count == 0 &&
	    t->rules->attributes[attribute].tier == TSR_TIER_BROWSER)
		line->told = TSR_REASON_OPEN;
}

static void
tell_field(struct teller *t, unsigned depth, const struct tsr_member *field)
{
	uint32_t i;

	if (!tsr_condition_is_operators(&field->value)) {
		tell_test(t, depth, field, NULL);
		return;
	}
	for (i = 0; i < field->value.count; i++)
		tell_test(t, depth, field, &field->value.u.members[i]);
}

/* ---- whole conditions ---- */

static void tell_condition(
    struct teller *t, unsigned depth, const struct tsr_json *condition);

static void
tell_segment(struct teller *t, unsigned depth, const struct tsr_json *name)
{
	const struct tsr_json *segment =
	    tsr_json_find(t->rules->segment_file, tsr_json_text(name));
	struct tsr_span title = tsr_rules_title(
	    t->rules, tsr_json_get(segment, "title"), t->locale);
	struct tsr_reason_line *line = add_line(t, depth, answer(t, name));
	struct tsr_buf text;

	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_buf_text(&text, "segment ");
	tsr_buf_add(&text, tsr_json_text(name));
	if (title.n > 0) {
		tsr_buf_text(&text, ": ");
		tsr_buf_add(&text, title);
	}
	line->text = take(t, &text);
	if (tsr_json_get(segment, "audience") != NULL)
		tell_condition(
		    t, depth + 1, tsr_json_get(segment, "audience"));
}

/* $or and the like: a heading, and its parts. */
static void
tell_many(struct teller *t, unsigned depth, const struct tsr_member *m,
    const char *heading)
{
	struct tsr_member *copy = TSR_NEW(t->arena, struct tsr_member);
	struct tsr_json whole = m->value;
	struct tsr_reason_line *line;
	uint32_t i;

	*copy = *m;
	whole.type = TSR_JSON_OBJECT;
	whole.count = 1;
	whole.u.members = copy;
	line = add_line(t, depth, answer(t, &whole));
	line->text = tsr_span_of(heading, strlen(heading));
	if (m->value.type != TSR_JSON_ARRAY) {
		tell_condition(t, depth + 1, &m->value);
		return;
	}
	for (i = 0; i < m->value.count; i++)
		tell_condition(t, depth + 1, &m->value.u.items[i]);
}

/* A saved group: a condition of its own, or a list that a value is in. */
static void
tell_group(struct teller *t, unsigned depth, const struct tsr_json *reference,
    const struct tsr_json *whole)
{
	struct tsr_span id = tsr_json_text(tsr_json_get(reference, "id"));
	const struct tsr_json *group = tsr_json_find(t->rules->groups, id);
	struct tsr_reason_line *line = add_line(t, depth, answer(t, whole));
	struct tsr_span key =
	    tsr_json_text(tsr_json_get(reference, "attributeKey"));
	struct tsr_buf text;

	if (key.n == 0)
		key = tsr_json_text(tsr_json_get(group, "attributeKey"));
	tsr_buf_init(&text, SIZE_MAX / 2);
	if (key.n > 0)
		tsr_buf_printf(&text, "%.*s in ", TSR_ARG(key));
	tsr_buf_printf(&text, "saved group %.*s", TSR_ARG(id));
	line->text = take(t, &text);
	if (key.n > 0)
		find(line, t, key);
	else if (tsr_json_get(group, "condition") != NULL)
		tell_condition(t, depth + 1, tsr_json_get(group, "condition"));
}

static void
tell_groups(struct teller *t, unsigned depth, const struct tsr_member *m)
{
	struct tsr_member *copy = TSR_NEW(t->arena, struct tsr_member);
	struct tsr_json whole = m->value;
	uint32_t i;

	*copy = *m;
	whole.type = TSR_JSON_OBJECT;
	whole.count = 1;
	whole.u.members = copy;
	if (m->value.type != TSR_JSON_ARRAY)
		tell_group(t, depth, &m->value, &whole);
	for (i = 0; m->value.type == TSR_JSON_ARRAY && i < m->value.count; i++) {
		copy = TSR_NEW(t->arena, struct tsr_member);
		*copy = *m;
		copy->value.count = 1;
		copy->value.u.items = &m->value.u.items[i];
		whole.u.members = copy;
		tell_group(t, depth, &m->value.u.items[i], &whole);
	}
}

static void
tell_condition(
    struct teller *t, unsigned depth, const struct tsr_json *condition)
{
	static const struct {
		char name[8];
		const char *heading;
	} many[] = {{"$or", "any of"}, {"$and", "all of"},
	    {"$nor", "none of"}, {"$not", "not"}};
	const struct tsr_member *m;
	uint32_t i;
	size_t k;

	if (depth > DEPTH_MAX)
		return;
	if (condition->type == TSR_JSON_STRING)
		tell_segment(t, depth, condition);
	for (i = 0; condition->type == TSR_JSON_OBJECT && i < condition->count;
	     i++) {
		m = &condition->u.members[i];
		for (k = 0; k < TSR_COUNT_OF(many); k++)
			if (tsr_span_eq(m->name, tsr_span_of(many[k].name,
						     strlen(many[k].name))))
				break;
		if (k < TSR_COUNT_OF(many))
			tell_many(t, depth, m, many[k].heading);
		else if (tsr_span_starts(m->name, TSR_LIT("$savedGroup")))
			tell_groups(t, depth, m);
		else if (tsr_span_eq(m->name, TSR_LIT("$segment")))
			tell_segment(t, depth, &m->value);
		else
			tell_field(t, depth, m);
	}
}

/* ---- a rule ---- */

static bool
tell_moment(struct teller *t, int64_t at, bool holds, bool from)
{
	struct tsr_reason_line *line =
	    add_line(t, 0, holds ? TSR_REASON_YES : TSR_REASON_NO);
	struct tsr_buf text;

	tsr_buf_init(&text, 100);
	tsr_buf_text(&text, from ? "from " : "until ");
	tsr_moment_write(&text, at);
	line->text = take(t, &text);
	return holds;
}

/* The fragment that would be shown is there. */
static bool
tell_key(struct teller *t, const struct tsr_rule *rule)
{
	const struct tsr_rules_attribute *a =
	    &t->rules->attributes[rule->key_attribute];
	bool holds = tsr_rules_key_is_in(t->rules, rule, t->values);
	struct tsr_reason_line *line =
	    add_line(t, 0, holds ? TSR_REASON_YES : TSR_REASON_NO);
	struct tsr_buf text;

	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_buf_add(&text, a->name);
	tsr_buf_text(&text, " names a record");
	line->text = take(t, &text);
	find(line, t, a->name);
	return holds;
}

void
tsr_reason_rule(struct tsr_reason *out,
    const struct tsr_reason_visitor *visitor, uint32_t decision,
    const struct tsr_rule_list *chain, size_t i, struct tsr_arena *arena)
{
	const struct tsr_rule *rule = &chain->list[i];
	struct teller t = {.out = out, .rules = visitor->rules,
	    .decision = &visitor->rules->decisions[decision],
	    .known = visitor->known, .browser = visitor->browser,
	    .locale = visitor->locale, .arena = arena};
	bool sure = true;

	memset(out, 0, sizeof(*out));
	t.values = tsr_rules_assigned(visitor->rules, visitor->values,
	    visitor->known, visitor->now, arena);
	out->name = rule->name;
	out->outcome = tsr_rule_outcome(chain->list, i);
	if (rule->starts != INT64_MIN)
		sure &= tell_moment(
		    &t, rule->starts, visitor->now >= rule->starts, true);
	if (rule->ends != INT64_MAX)
		sure &= tell_moment(
		    &t, rule->ends, visitor->now < rule->ends, false);
	if (rule->fragment_set != 0)
		sure &= tell_key(&t, rule);
	out->told = !sure ? TSR_REASON_NO
	    : rule->audience == NULL ? TSR_REASON_YES : answer(&t, rule->audience);
	if (rule->audience != NULL)
		tell_condition(&t, 0, rule->audience);
}
