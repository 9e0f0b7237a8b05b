/*
 * shape - what a schema says about the value at a path.
 */
#include "build/model/shape.h"

#include "build/schema/schema_node.h"
#include "build/schema/schema_pattern.h"

#define ALL_TYPES ((1u << TSR_JSON_TYPE_COUNT) - 1)

/* A step down: what one schema says, as alternatives. */
typedef const struct tsr_schema *
step(const struct tsr_schema *s, struct tsr_span name);

static void
add_node(struct tsr_shape *shape, const struct tsr_schema *s, uint8_t group)
{
	if (shape->count == TSR_SHAPE_NODES)
		return;
	shape->nodes[shape->count] = s;
	shape->group[shape->count++] = group;
	if (group >= shape->groups)
		shape->groups = (uint8_t)(group + 1);
}

/* Alternatives of a and of b: either. */
static void
either(struct tsr_shape *a, const struct tsr_shape *b)
{
	uint8_t i, first = a->groups;

	for (i = 0; i < b->count; i++)
		add_node(a, b->nodes[i], (uint8_t)(first + b->group[i]));
}

/*
 * Both a and b hold: each alternative of a with each of b. When that is too
 * much, a alone: it says less, but nothing wrong.
 */
static void
both(struct tsr_shape *a, const struct tsr_shape *b)
{
	struct tsr_shape out = {.count = 0};
	uint8_t x, y, i;
	size_t need =
	    (size_t)a->count * b->groups + (size_t)b->count * a->groups;

	if (b->count == 0)
		return;
	if (a->count == 0) {
		*a = *b;
		return;
	}
	if (need > TSR_SHAPE_NODES)
		return;
	for (x = 0; x < a->groups; x++)
		for (y = 0; y < b->groups; y++) {
			uint8_t group = (uint8_t)(x * b->groups + y);

			for (i = 0; i < a->count; i++)
				if (a->group[i] == x)
					add_node(&out, a->nodes[i], group);
			for (i = 0; i < b->count; i++)
				if (b->group[i] == y)
					add_node(&out, b->nodes[i], group);
		}
	*a = out;
}

static struct tsr_shape
take(const struct tsr_schema *s, step *down, struct tsr_span name);

static void
take_any(struct tsr_shape *out, const struct tsr_schema_list *list, step *down,
    struct tsr_span name)
{
	struct tsr_shape any = {.count = 0}, one;
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		one = take(list->at[i], down, name);
		either(&any, &one);
	}
	both(out, &any);
}

static void
take_all(struct tsr_shape *out, const struct tsr_schema *s, step *down,
    struct tsr_span name)
{
	struct tsr_shape one;

	if (s == NULL)
		return;
	one = take(s, down, name);
	both(out, &one);
}

/* Recursion: at most TSR_SCHEMA_STEPS deep, as references have no loops. */
static struct tsr_shape
take(const struct tsr_schema *s, step *down, struct tsr_span name)
{
	struct tsr_shape out = {.count = 0}, branch = {.count = 0}, one;
	const struct tsr_schema *own = down(s, name);
	uint32_t i;

	if (own != NULL)
		add_node(&out, own, 0);
	take_all(&out, s->ref, down, name);
	take_all(&out, s->dynamic_ref, down, name);
	for (i = 0; i < s->all_of.count; i++)
		take_all(&out, s->all_of.at[i], down, name);
	take_any(&out, &s->any_of, down, name);
	take_any(&out, &s->one_of, down, name);
	if (s->then != NULL) {
		one = take(s->then, down, name);
		either(&branch, &one);
	}
	if (s->otherwise != NULL) {
		one = take(s->otherwise, down, name);
		either(&branch, &one);
	}
	/* What only one branch says holds only sometimes. */
	if (out.count == 0)
		out = branch;
	for (i = 0; i < s->dependents.count && out.count == 0; i++)
		take_all(&out, s->dependents.at[i].schema, down, name);
	return out;
}

static const struct tsr_schema *
step_member(const struct tsr_schema *s, struct tsr_span name)
{
	const struct tsr_schema_property *p =
	    tsr_schema_property(s, name, UINT32_MAX);
	const struct tsr_schema *found = NULL;
	uint32_t i;

	if (p != NULL)
		found = p->schema;
	for (i = 0; i < s->patterns.count && found == NULL; i++)
		if (tsr_schema_pattern_match(s->patterns.at[i].pattern, name))
			found = s->patterns.at[i].schema;
	if (found == NULL)
		found = s->additional;
	if (found == NULL)
		found = s->others;
	if (found == NULL || found->never ||
	    (p == NULL && found->json->type == TSR_JSON_BOOLEAN))
		return NULL;
	return found;
}

static const struct tsr_schema *
step_item(const struct tsr_schema *s, struct tsr_span name)
{
	const struct tsr_schema *found = s->items != NULL ? s->items : s->rest;

	(void)name;
	if (found == NULL && s->prefix.count > 0)
		found = s->prefix.at[0];
	return found == NULL || found->never ? NULL : found;
}

static struct tsr_shape
take_shape(const struct tsr_shape *shape, step *down, struct tsr_span name)
{
	struct tsr_shape out = {.count = 0}, group, one;
	uint8_t g, i;

	for (g = 0; g < shape->groups; g++) {
		group = (struct tsr_shape){.count = 0};
		for (i = 0; i < shape->count; i++) {
			if (shape->group[i] != g)
				continue;
			one = take(shape->nodes[i], down, name);
			both(&group, &one);
		}
		either(&out, &group);
	}
	return out;
}

struct tsr_shape
tsr_shape_root(const struct tsr_schema *schema)
{
	struct tsr_shape shape = {.count = 0};

	add_node(&shape, schema, 0);
	return shape;
}

struct tsr_shape
tsr_shape_member(const struct tsr_shape *shape, struct tsr_span name)
{
	return take_shape(shape, step_member, name);
}

struct tsr_shape
tsr_shape_item(const struct tsr_shape *shape)
{
	return take_shape(shape, step_item, tsr_span_of(NULL, 0));
}

bool
tsr_shape_known(const struct tsr_shape *shape)
{
	return shape->count > 0;
}

static unsigned types_of(const struct tsr_schema *s);

static unsigned
types_of_any(const struct tsr_schema_list *list)
{
	unsigned types = 0;
	uint32_t i;

	for (i = 0; i < list->count; i++)
		types |= types_of(list->at[i]);
	return list->count == 0 ? ALL_TYPES : types;
}

static unsigned
types_of_values(const struct tsr_schema *s)
{
	unsigned types = 0;
	uint32_t i;

	if (s->constant != NULL)
		return 1u << s->constant->type;
	if (s->choices == NULL)
		return ALL_TYPES;
	for (i = 0; i < s->choices->count; i++)
		types |= 1u << s->choices->u.items[i].type;
	return types;
}

static unsigned
types_of(const struct tsr_schema *s)
{
	unsigned types = s->never ? 0 : s->types & types_of_values(s);
	uint32_t i;

	if (s->ref != NULL)
		types &= types_of(s->ref);
	if (s->dynamic_ref != NULL)
		types &= types_of(s->dynamic_ref);
	for (i = 0; i < s->all_of.count; i++)
		types &= types_of(s->all_of.at[i]);
	return types & types_of_any(&s->any_of) & types_of_any(&s->one_of);
}

static unsigned
types_of_group(const struct tsr_shape *shape, uint8_t group)
{
	unsigned types = ALL_TYPES;
	uint8_t i;

	for (i = 0; i < shape->count; i++)
		if (shape->group[i] == group)
			types &= types_of(shape->nodes[i]);
	return types;
}

unsigned
tsr_shape_types(const struct tsr_shape *shape)
{
	unsigned types = 0;
	uint8_t g;

	for (g = 0; g < shape->groups; g++)
		types |= types_of_group(shape, g);
	return shape->groups == 0 ? ALL_TYPES : types;
}

static enum tsr_format format_of(const struct tsr_schema *s);

/* The one format of all alternatives that may be strings. */
static enum tsr_format
format_of_any(const struct tsr_schema_list *list)
{
	enum tsr_format common = TSR_FORMAT_NONE, one;
	bool first = true;
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		if ((types_of(list->at[i]) >> TSR_JSON_STRING & 1) == 0)
			continue;
		one = format_of(list->at[i]);
		if (!first && one != common)
			return TSR_FORMAT_NONE;
		common = one;
		first = false;
	}
	return common;
}

static enum tsr_format
format_of(const struct tsr_schema *s)
{
	enum tsr_format f = s->format;
	uint32_t i;

	if (f == TSR_FORMAT_NONE && s->ref != NULL)
		f = format_of(s->ref);
	if (f == TSR_FORMAT_NONE && s->dynamic_ref != NULL)
		f = format_of(s->dynamic_ref);
	for (i = 0; i < s->all_of.count && f == TSR_FORMAT_NONE; i++)
		f = format_of(s->all_of.at[i]);
	if (f == TSR_FORMAT_NONE)
		f = format_of_any(&s->any_of);
	return f == TSR_FORMAT_NONE ? format_of_any(&s->one_of) : f;
}

enum tsr_format
tsr_shape_format(const struct tsr_shape *shape)
{
	enum tsr_format common = TSR_FORMAT_NONE, one;
	bool first = true;
	uint8_t g, i;

	for (g = 0; g < shape->groups; g++) {
		if ((types_of_group(shape, g) >> TSR_JSON_STRING & 1) == 0)
			continue;
		one = TSR_FORMAT_NONE;
		for (i = 0; i < shape->count && one == TSR_FORMAT_NONE; i++)
			if (shape->group[i] == g)
				one = format_of(shape->nodes[i]);
		if (!first && one != common)
			return TSR_FORMAT_NONE;
		common = one;
		first = false;
	}
	return common;
}

static bool requires(const struct tsr_schema *s, struct tsr_span name);

static bool
all_require(const struct tsr_schema_list *list, struct tsr_span name)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		if (!requires(list->at[i], name))
			return false;
	return list->count > 0;
}

static bool requires(const struct tsr_schema *s, struct tsr_span name)
{
	uint32_t i;

	for (i = 0; i < s->required.count; i++)
		if (tsr_span_eq(s->required.at[i], name))
			return true;
	if ((s->ref != NULL && requires(s->ref, name)) ||
	    (s->dynamic_ref != NULL && requires(s->dynamic_ref, name)))
		return true;
	for (i = 0; i < s->all_of.count; i++)
		if (requires(s->all_of.at[i], name))
			return true;
	return all_require(&s->any_of, name) || all_require(&s->one_of, name);
}

bool
tsr_shape_required(const struct tsr_shape *parent, struct tsr_span name)
{
	uint8_t g, i;

	for (g = 0; g < parent->groups; g++) {
		bool found = false;

		for (i = 0; i < parent->count && !found; i++)
		found =
		    parent->group[i] == g && requires(parent->nodes[i], name);
		if (!found)
			return false;
	}
	return parent->groups > 0;
}

struct names {
	struct tsr_span *out;
	size_t n, max;
};

static void
add_name(struct names *names, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		if (tsr_span_eq(names->out[i], name))
			return;
	if (names->n < names->max)
		names->out[names->n++] = name;
}

static void names_of(struct names *names, const struct tsr_schema *s);

static void
names_of_list(struct names *names, const struct tsr_schema_list *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		names_of(names, list->at[i]);
}

static void
names_of(struct names *names, const struct tsr_schema *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->properties.count; i++)
		if (!s->properties.at[i].schema->never)
			add_name(names, s->properties.at[i].name);
	names_of(names, s->ref);
	names_of(names, s->dynamic_ref);
	names_of_list(names, &s->all_of);
	names_of_list(names, &s->any_of);
	names_of_list(names, &s->one_of);
	names_of(names, s->then);
	names_of(names, s->otherwise);
	for (i = 0; i < s->dependents.count; i++)
		names_of(names, s->dependents.at[i].schema);
}

size_t
tsr_shape_names(struct tsr_span *out, size_t max, const struct tsr_shape *shape)
{
	struct names names = {out, 0, max};
	uint8_t i;

	for (i = 0; i < shape->count; i++)
		names_of(&names, shape->nodes[i]);
	return names.n;
}

static const struct tsr_json *
keyword_of(const struct tsr_schema *s, const char *keyword)
{
	const struct tsr_json *v = tsr_json_get(s->json, keyword);
	uint32_t i;

	if (v == NULL && s->ref != NULL)
		v = keyword_of(s->ref, keyword);
	for (i = 0; i < s->all_of.count && v == NULL; i++)
		v = keyword_of(s->all_of.at[i], keyword);
	return v;
}

const struct tsr_json *
tsr_shape_keyword(const struct tsr_shape *shape, const char *keyword)
{
	const struct tsr_json *v = NULL;
	uint8_t i;

	for (i = 0; i < shape->count && v == NULL; i++)
		v = keyword_of(shape->nodes[i], keyword);
	return v;
}

struct tsr_span
tsr_shape_title(const struct tsr_shape *shape)
{
	return tsr_json_text(tsr_shape_keyword(shape, "title"));
}

struct tsr_where
tsr_shape_where(const struct tsr_shape *shape)
{
	if (shape->count == 0)
		return TSR_NOWHERE;
	return tsr_json_where(shape->nodes[0]->json);
}
