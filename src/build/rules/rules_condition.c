/*
 * rules_condition - JSON becomes conditions over shared tests.
 *
 * What a field is asked becomes tests in rules_operator.c. Mistakes are
 * reported at their place and reading goes on.
 */
#include "build/rules/rules_inner.h"

static const struct tsr_cond *read_condition(
    struct tsr_rules *rules, const struct tsr_json *v);

struct tsr_message *
tsr_rules_mistake(struct tsr_rules *rules, const char *rule,
    struct tsr_where where, const char *text)
{
	return tsr_diag_add(
	    rules->diag, TSR_ERROR, rule, where, "%s", text);
}

static const struct tsr_cond *
read_list(struct tsr_rules *rules, enum tsr_cond_kind kind,
    const struct tsr_member *m)
{
	const struct tsr_json *v = &m->value;
	const struct tsr_cond **items;
	bool ok = true;
	uint32_t i;

	if (v->type != TSR_JSON_ARRAY) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R005", tsr_json_where(v),
		    "%.*s takes a list of conditions", TSR_ARG(m->name));
		return NULL;
	}
	/* An empty $or holds; so an empty $nor does not. */
	if (v->count == 0)
		kind = TSR_COND_AND;
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, v->count);
	for (i = 0; i < v->count; i++) {
		items[i] = read_condition(rules, &v->u.items[i]);
		ok = ok && items[i] != NULL;
	}
	return ok ? tsr_cond_make(
	    rules, kind, items, v->count, tsr_json_name_where(m)) : NULL;
}

static const struct tsr_cond *
read_segment(struct tsr_rules *rules, const struct tsr_json *v)
{
	struct tsr_span name = tsr_json_text(v), *names, near;
	struct tsr_segment *s = NULL;
	size_t i;

	for (i = 0; i < rules->segment_count && s == NULL; i++)
		if (tsr_span_eq(rules->segments[i].name, name))
			s = &rules->segments[i];
	if (s == NULL) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R002", tsr_json_where(v),
		    "unknown segment \"%.*s\"", TSR_ARG(name));
		names = TSR_NEW_ARRAY(
		    rules->arena, struct tsr_span, rules->segment_count);
		for (i = 0; i < rules->segment_count; i++)
			names[i] = rules->segments[i].name;
		near = tsr_nearest(name, names, rules->segment_count);
		if (near.n > 0)
			tsr_diag_hint(rules->diag, "did you mean \"%.*s\"?",
			    TSR_ARG(near));
		return NULL;
	}
	if (s->state == TSR_SEGMENT_OPEN) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R003", tsr_json_where(v),
		    "segment \"%.*s\" is defined by itself",
		    TSR_ARG(name))->also = s->where;
		return NULL;
	}
	if (s->state == TSR_SEGMENT_NEW) {
		s->state = TSR_SEGMENT_OPEN;
		if (s->audience != NULL)
			s->cond = read_condition(rules, s->audience);
		s->state = TSR_SEGMENT_DONE;
		if (s->cond != NULL) {
			tsr_rules_lint(rules, s->cond);
			tsr_rules_judge(rules, s->cond, s->where);
		}
	}
	return s->cond;
}

/*
 * The attribute that a path begins with, and the rest of the path. With the
 * lint off a name that is not declared is an attribute nobody sends.
 */
static bool
find_path(struct tsr_atom *a, struct tsr_span name)
{
	struct tsr_rules *rules = a->rules;
	struct tsr_rules_attribute *at;
	size_t end;

	for (end = name.n; end > 0; end--) {
		if (name.p[end - 1] != '.')
			continue;
		a->attribute = tsr_rules_attribute_find(
		    rules, tsr_span_part(name, 0, end - 1));
		if (a->attribute == UINT32_MAX || (!rules->relaxed &&
			rules->attributes[a->attribute].type != TSR_TYPE_JSON))
			continue;
		a->type = rules->attributes[a->attribute].type;
		a->path = tsr_span_from(name, end);
		return true;
	}
	if (!rules->relaxed || rules->attribute_count >= TSR_ATTRIBUTES_MAX - 1)
		return false;
	a->attribute = (uint32_t)rules->attribute_count++;
	at = &rules->attributes[a->attribute];
	memset(at, 0, sizeof(*at));
	at->name = name;
	at->key = name;
	at->source = TSR_SOURCE_QUERY;
	at->tier = TSR_TIER_REQUEST;
	a->type = TSR_TYPE_STRING;
	return true;
}

static const struct tsr_cond *
read_attribute(struct tsr_rules *rules, const struct tsr_member *m)
{
	struct tsr_atom a = {.rules = rules, .where = tsr_json_name_where(m)};
	struct tsr_span *names, near;
	size_t i;

	a.attribute = tsr_rules_attribute_find(rules, m->name);
	if (a.attribute != UINT32_MAX) {
		a.type = rules->attributes[a.attribute].type;
		return tsr_rules_field(&a, &m->value);
	}
	if (find_path(&a, m->name))
		return tsr_rules_field(&a, &m->value);
	tsr_diag_add(rules->diag, TSR_ERROR,
	    tsr_span_starts(m->name, TSR_LIT("$")) ? "R004" : "R001", a.where,
	    tsr_span_starts(m->name, TSR_LIT("$")) ? "unknown operator \"%.*s\""
						   : "unknown attribute "
						     "\"%.*s\"",
	    TSR_ARG(m->name));
	names = TSR_NEW_ARRAY(
	    rules->arena, struct tsr_span, rules->attribute_count + 5);
	for (i = 0; i < rules->attribute_count; i++)
		names[i] = rules->attributes[i].name;
	names[i++] = TSR_LIT("$and");
	names[i++] = TSR_LIT("$or");
	names[i++] = TSR_LIT("$nor");
	names[i++] = TSR_LIT("$not");
	names[i++] = TSR_LIT("$segment");
	near = tsr_nearest(m->name, names, i);
	if (near.n > 0)
		tsr_diag_hint(
		    rules->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	else if (!tsr_span_starts(m->name, TSR_LIT("$")))
		tsr_diag_hint(
		    rules->diag, "variants/attributes.json declares them");
	return NULL;
}

/* A list: its path among values; a condition: itself, but not within itself. */
static const struct tsr_cond *
read_group(struct tsr_rules *rules, const struct tsr_member *m)
{
	struct tsr_member *in, member = *m;
	struct tsr_seen_group seen;
	struct tsr_group group;
	const struct tsr_cond *c;

	if (!tsr_rules_group(&group, rules, &m->value)) {
		if (rules->relaxed)
			return tsr_cond_make(rules, TSR_COND_FALSE, NULL, 0,
			    tsr_json_name_where(m));
		tsr_rules_mistake(rules, "R002", tsr_json_where(&m->value),
		    "no such saved group, or one that names itself");
		return NULL;
	}
	if (group.list != NULL) {
		in = TSR_NEW(rules->arena, struct tsr_member);
		*in = *m;
		in->name = TSR_LIT("$in");
		in->value = *group.list;
		member.name = group.path;
		member.value.type = TSR_JSON_OBJECT;
		member.value.count = 1;
		member.value.u.members = in;
		return read_attribute(rules, &member);
	}
	seen.id = group.id;
	seen.outer = rules->seen;
	rules->seen = &seen;
	c = read_condition(rules, group.condition);
	rules->seen = seen.outer;
	return c;
}

static const struct tsr_cond *
read_member(struct tsr_rules *rules, const struct tsr_member *m)
{
	if (tsr_span_eq(m->name, TSR_LIT("$and")))
		return read_list(rules, TSR_COND_AND, m);
	if (tsr_span_eq(m->name, TSR_LIT("$or")))
		return read_list(rules, TSR_COND_OR, m);
	if (tsr_span_eq(m->name, TSR_LIT("$nor")))
		return tsr_cond_negate(rules, read_list(rules, TSR_COND_OR, m));
	if (tsr_span_eq(m->name, TSR_LIT("$not")))
		return tsr_cond_negate(rules, read_condition(rules, &m->value));
	if (tsr_span_eq(m->name, TSR_LIT("$segment")))
		return read_segment(rules, &m->value);
	if (tsr_span_eq(m->name, TSR_LIT("$savedGroup")))
		return read_group(rules, m);
	return read_attribute(rules, m);
}

static const struct tsr_cond *
read_condition(struct tsr_rules *rules, const struct tsr_json *v)
{
	const struct tsr_cond **items;
	const struct tsr_cond *c = NULL;
	bool ok = true;
	uint32_t i;

	if (v->type != TSR_JSON_STRING && v->type != TSR_JSON_OBJECT) {
		tsr_rules_mistake(rules, "R005", tsr_json_where(v),
		    "a condition is an object or the name of a segment");
		return NULL;
	}
	if (++rules->depth > TSR_CONDITION_DEPTH) {
		tsr_rules_mistake(rules, "R016", tsr_json_where(v),
		    "conditions nest too deeply");
		rules->depth--;
		return NULL;
	}
	if (v->type == TSR_JSON_STRING)
		c = read_segment(rules, v);
	else {
		items = TSR_NEW_ARRAY(
		    rules->arena, const struct tsr_cond *, v->count);
		for (i = 0; i < v->count; i++) {
			items[i] = read_member(rules, &v->u.members[i]);
			ok = ok && items[i] != NULL;
		}
		if (ok)
			c = v->count == 1 ? items[0] : tsr_cond_make(rules,
			    TSR_COND_AND, items, v->count, tsr_json_where(v));
	}
	rules->depth--;
	return c;
}

const struct tsr_cond *
tsr_rules_condition(struct tsr_rules *rules, const struct tsr_json *condition)
{
	const struct tsr_cond *c;
	struct tsr_buf key;
	uint32_t *number;
	bool known;

	/* Merged values share places, copies share neither: both make the key. */
	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_le32(&key, condition->src);
	tsr_buf_le32(&key, condition->off);
	tsr_json_write(&key, condition);
	known = tsr_intern_add(&number, &rules->conditions, tsr_buf_view(&key));
	tsr_buf_free(&key);
	if (known)
		return rules->condition_list[*number];
	*number = (uint32_t)rules->condition_count;
	rules->condition_list = tsr_arena_grow(rules->arena,
	    rules->condition_list, rules->condition_count,
	    &rules->condition_cap, sizeof(*rules->condition_list));
	rules->condition_count++;
	c = read_condition(rules, condition);
	if (c != NULL && condition->type != TSR_JSON_STRING) {
		tsr_rules_lint(rules, c);
		tsr_rules_judge(rules, c, tsr_json_where(condition));
	}
	rules->condition_list[rules->condition_count - 1] = c;
	return c;
}
