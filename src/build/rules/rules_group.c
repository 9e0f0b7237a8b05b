/*
 * rules_group - saved groups: lists and conditions that have an id.
 */
#include "build/rules/rules_inner.h"

static const struct tsr_json *
find(const struct tsr_rules *rules, struct tsr_span id)
{
	return tsr_json_is(rules->groups, TSR_JSON_OBJECT)
	    ? tsr_json_find(rules->groups, id) : NULL;
}

const struct tsr_json *
tsr_rules_group_list(const struct tsr_rules *rules, const struct tsr_json *id)
{
	static const struct tsr_json none = {.type = TSR_JSON_ARRAY};
	const struct tsr_json *entry, *values;
	struct tsr_buf text;

	/* A name of a member is a text, whatever it was written as. */
	tsr_buf_init(&text, SIZE_MAX / 2);
	if (id->type == TSR_JSON_STRING)
		tsr_buf_add(&text, id->u.string);
	else
		tsr_json_write(&text, id);
	entry = find(rules, tsr_buf_view(&text));
	tsr_buf_free(&text);
	if (entry == NULL)
		return &none;
	if (entry->type == TSR_JSON_ARRAY)
		return entry;
	values = tsr_json_get(entry, "values");
	if (!tsr_span_eq(tsr_json_text(tsr_json_get(entry, "type")),
		TSR_LIT("list")) || !tsr_json_is(values, TSR_JSON_ARRAY))
		return NULL;
	return values;
}

bool
tsr_rules_has_group(const struct tsr_rules *rules, const struct tsr_json *id)
{
	return find(rules, tsr_json_text(id)) != NULL;
}

bool
tsr_rules_group(struct tsr_group *out, const struct tsr_rules *rules,
    const struct tsr_json *reference)
{
	const struct tsr_json *id = tsr_json_get(reference, "id"), *entry;
	const struct tsr_json *key = tsr_json_get(reference, "attributeKey");
	const struct tsr_seen_group *seen;
	struct tsr_span type;

	if (!tsr_json_is(id, TSR_JSON_STRING) ||
	    (key != NULL && key->type != TSR_JSON_STRING))
		return false;
	for (seen = rules->seen; seen != NULL; seen = seen->outer)
		if (tsr_span_eq(seen->id, id->u.string))
			return false;
	entry = find(rules, id->u.string);
	if (!tsr_json_is(entry, TSR_JSON_OBJECT))
		return false;
	memset(out, 0, sizeof(*out));
	out->id = id->u.string;
	type = tsr_json_text(tsr_json_get(entry, "type"));
	if (tsr_span_eq(type, TSR_LIT("list"))) {
		if (key == NULL)
			key = tsr_json_get(entry, "attributeKey");
		out->list = tsr_json_get(entry, "values");
		out->path = tsr_json_text(key);
		return tsr_json_is(key, TSR_JSON_STRING) &&
		    tsr_json_is(out->list, TSR_JSON_ARRAY);
	}
	out->condition = tsr_json_get(entry, "condition");
	return tsr_span_eq(type, TSR_LIT("condition")) &&
	    (tsr_json_is(out->condition, TSR_JSON_OBJECT) ||
		tsr_json_is(out->condition, TSR_JSON_ARRAY));
}

static bool
is_packable(const struct tsr_json *v, enum tsr_json_type type)
{
	double d;

	if (type == TSR_JSON_STRING)
		return v->type == type && v->u.string.n <= TSR_GROUP_ID_MAX;
	if (!tsr_json_is_number(v))
		return false;
	d = tsr_json_number(v);
	return d >= 0 && d <= TSR_GROUP_NUMBER_MAX && (double)(uint64_t)d >= d;
}

const struct tsr_json *
tsr_rules_packed(uint32_t *count, const struct tsr_json *list, uint32_t n,
    struct tsr_arena *arena)
{
	static const enum tsr_json_type types[] = {
	    TSR_JSON_STRING, TSR_JSON_REAL};
	struct tsr_json *out, *packed, *group;
	uint32_t i, k, kept, packed_count;
	size_t type;

	*count = n;
	if (n < TSR_GROUP_LEAST)
		return list;
	out = TSR_NEW_ARRAY(arena, struct tsr_json, n + 2);
	group = out + n;
	memcpy(out, list, n * sizeof(*out));
	for (type = 0; type < TSR_COUNT_OF(types); type++) {
		for (i = 0, k = 0; i < n; i++)
			k += is_packable(&out[i], types[type]);
		if (k < TSR_GROUP_LEAST)
			continue;
		packed = TSR_NEW_ARRAY(arena, struct tsr_json, k);
		for (i = 0, kept = 0, packed_count = 0; i < n; i++)
			if (is_packable(&out[i], types[type]))
				packed[packed_count++] = out[i];
			else
				out[kept++] = out[i];
		n = kept;
		group->type = TSR_JSON_ARRAY;
		group->count = k;
		group->u.items = packed;
		group++;
	}
	k = (uint32_t)(group - (out + *count));
	memmove(out + n, out + *count, k * sizeof(*out));
	*count = n + k;
	return out;
}
