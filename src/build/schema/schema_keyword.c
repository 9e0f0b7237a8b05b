/*
 * schema_keyword - the keywords of JSON Schema and what their values must be.
 *
 * One row of the table a keyword: how its value is read and where it goes.
 * References are only noted here; schema_link.c follows them.
 */
#include <stddef.h>

#include "build/schema/schema_build.h"
#include "build/schema/schema_pattern.h"

struct keyword {
	const char *name;
	/* Reads m's value into the field. */
	void (*read)(
	    struct tsr_schema_here *h, const struct tsr_member *m, void *field);
	size_t field; /* offset in struct tsr_schema */
	unsigned group;
};

void
tsr_schema_bad(
    struct tsr_schema_here *h, const struct tsr_member *m, const char *expected)
{
	h->all->failed = true;
	tsr_diag_add(h->all->diag, TSR_ERROR, "S102", tsr_json_where(&m->value),
	    "\"%.*s\" must be %s", TSR_ARG(m->name), expected);
}

static void
read_nothing(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	(void)h;
	(void)m;
	(void)field;
}

static void
read_schema(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	const struct tsr_schema **out = field;

	*out = tsr_schema_compile(h->all, &m->value, h->resource);
}

static void
read_schemas(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_schema_list *out = field;
	uint32_t i;

	if (m->value.type != TSR_JSON_ARRAY || m->value.count == 0) {
		tsr_schema_bad(h, m, "an array of at least one schema");
		if (tsr_span_eq(m->name, TSR_LIT("items")))
			tsr_diag_hint(h->all->diag, "use \"prefixItems\"");
		return;
	}
	out->at = TSR_NEW_ARRAY(
	    h->all->arena, const struct tsr_schema *, m->value.count);
	for (i = 0; i < m->value.count; i++)
		out->at[i] = tsr_schema_compile(
		    h->all, &m->value.u.items[i], h->resource);
	out->count = m->value.count;
}

static void
read_items(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	if (m->value.type == TSR_JSON_ARRAY) {
		tsr_schema_bad(h, m, "one schema");
		tsr_diag_hint(h->all->diag,
		    "2020-12 calls a list of schemas \"prefixItems\"");
		return;
	}
	read_schema(h, m, field);
}

static void
read_map(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_schema_properties *out = field;
	const struct tsr_member *list = m->value.u.members;
	uint32_t i;

	if (m->value.type != TSR_JSON_OBJECT) {
		tsr_schema_bad(h, m, "an object of schemas");
		return;
	}
	out->at = TSR_NEW_ARRAY(
	    h->all->arena, struct tsr_schema_property, m->value.count);
	for (i = 0; i < m->value.count; i++) {
		out->at[i].name = list[i].name;
		out->at[i].schema =
		    tsr_schema_compile(h->all, &list[i].value, h->resource);
	}
	out->count = m->value.count;
}

static void
read_properties(
    struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_schema_properties *out = field;

	read_map(h, m, field);
	out->sorted = tsr_schema_sort(h->all->arena, out);
}

static bool
compile_pattern(struct tsr_schema_here *h, struct tsr_span *out,
    struct tsr_span text, struct tsr_where where)
{
	if (tsr_schema_pattern(out, text, where, h->all->arena, h->all->diag))
		return true;
	h->all->failed = true;
	return false;
}

static void
read_patterns(
    struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_schema_properties *out = field;
	uint32_t i;

	read_map(h, m, field);
	for (i = 0; i < out->count; i++)
		compile_pattern(h, &out->at[i].pattern, out->at[i].name,
		    tsr_json_name_where(&m->value.u.members[i]));
}

static void
read_pattern(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	(void)field;
	if (m->value.type != TSR_JSON_STRING) {
		tsr_schema_bad(h, m, "a regular expression");
		return;
	}
	h->s->pattern_text = m->value.u.string;
	compile_pattern(
	    h, &h->s->pattern, m->value.u.string, tsr_json_where(&m->value));
}

static void
read_names(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_schema_names *out = field;
	struct tsr_span *names;
	uint32_t i, j;

	if (m->value.type != TSR_JSON_ARRAY) {
		tsr_schema_bad(h, m, "an array of names");
		return;
	}
	names = TSR_NEW_ARRAY(h->all->arena, struct tsr_span, m->value.count);
	out->at = names;
	for (i = 0; i < m->value.count; i++) {
		const struct tsr_json *name = &m->value.u.items[i];
		struct tsr_member item = {.name = m->name, .value = *name};

		if (name->type != TSR_JSON_STRING) {
			tsr_schema_bad(h, &item, "an array of names");
			return;
		}
		for (j = 0; j < i; j++)
			if (tsr_span_eq(names[j], name->u.string)) {
				tsr_schema_bad(
				    h, &item, "an array without doubles");
				return;
			}
		names[i] = name->u.string;
		out->count = i + 1;
	}
}

static void
read_dependent_names(
    struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_schema_properties *out = field;
	uint32_t i;

	if (m->value.type != TSR_JSON_OBJECT) {
		tsr_schema_bad(h, m, "an object of arrays of names");
		return;
	}
	out->at = TSR_NEW_ARRAY(
	    h->all->arena, struct tsr_schema_property, m->value.count);
	out->count = m->value.count;
	for (i = 0; i < m->value.count; i++) {
		out->at[i].name = m->value.u.members[i].name;
		read_names(h, &m->value.u.members[i], &out->at[i].names);
	}
}

/* A whole number, written as 2 or 2.0, not below 0. */
static void
read_count(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	uint32_t *out = field;
	double d = tsr_json_number(&m->value);

	if (!tsr_json_is_number(&m->value) || d < 0 ||
	    (d < 4e9 && d != (double)(uint32_t)d)) {
		tsr_schema_bad(h, m, "a whole number, not below 0");
		return;
	}
	*out = d < 4e9 ? (uint32_t)d : UINT32_MAX;
}

static void
read_number(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	const struct tsr_json **out = field;

	if (!tsr_json_is_number(&m->value)) {
		tsr_schema_bad(h, m, "a number");
		return;
	}
	*out = &m->value;
}

static void
read_multiple(
    struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	if (!tsr_json_is_number(&m->value) || tsr_json_number(&m->value) <= 0) {
		tsr_schema_bad(h, m, "a number above 0");
		return;
	}
	read_number(h, m, field);
}

static void
read_boolean(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	bool *out = field;

	if (m->value.type != TSR_JSON_BOOLEAN)
		tsr_schema_bad(h, m, "true or false");
	else
		*out = m->value.u.boolean;
}

static void
check_text(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	(void)field;
	if (m->value.type != TSR_JSON_STRING)
		tsr_schema_bad(h, m, "a string");
}

static void
add_type(struct tsr_schema_here *h, const struct tsr_json *name, bool *number)
{
	static const char *names[] = {"null", "boolean", "integer", "number",
	    "string", "array", "object"};
	struct tsr_span known[TSR_COUNT_OF(names)], near;
	struct tsr_span text = tsr_json_text(name);
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		known[i] = tsr_span_of(names[i], strlen(names[i]));
		if (!tsr_span_eq(text, known[i]))
			continue;
		h->s->types |= 1u << i;
		if (i == TSR_JSON_REAL)
			*number = true;
		if (i == TSR_JSON_REAL || i == TSR_JSON_INTEGER)
			h->s->types |=
			    1u << TSR_JSON_INTEGER | 1u << TSR_JSON_REAL;
		return;
	}
	h->all->failed = true;
	h->s->types = (1u << TSR_JSON_TYPE_COUNT) - 1;
	*number = true;
	tsr_diag_add(h->all->diag, TSR_ERROR, "S103", tsr_json_where(name),
	    "unknown type \"%.*s\"", TSR_ARG(text));
	near = tsr_nearest(text, known, TSR_COUNT_OF(names));
	if (near.n > 0)
		tsr_diag_hint(
		    h->all->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	else
		tsr_diag_hint(h->all->diag,
		    "types are null, boolean, integer, number, string, array "
		    "and object");
}

static void
read_type(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	const struct tsr_json *v = &m->value;
	bool number = false;
	uint32_t i;

	(void)field;
	if (v->type != TSR_JSON_STRING &&
	    (v->type != TSR_JSON_ARRAY || v->count == 0)) {
		tsr_schema_bad(h, m, "the name of a type or an array of them");
		return;
	}
	h->s->types = 0;
	if (v->type == TSR_JSON_STRING)
		add_type(h, v, &number);
	else
		for (i = 0; i < v->count; i++)
			add_type(h, &v->u.items[i], &number);
	h->s->integers = !number && (h->s->types & 1u << TSR_JSON_INTEGER) != 0;
}

static void
read_enum(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	const struct tsr_json **out = field;

	if (m->value.type != TSR_JSON_ARRAY)
		tsr_schema_bad(h, m, "an array of values");
	else
		*out = &m->value;
}

static void
read_const(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	const struct tsr_json **out = field;

	(void)h;
	*out = &m->value;
}

static void
read_format(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	enum tsr_format *out = field;

	if (m->value.type != TSR_JSON_STRING)
		tsr_schema_bad(h, m, "the name of a format");
	else
		*out = tsr_format_find(m->value.u.string);
}

static void
read_ref(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	if (m->value.type != TSR_JSON_STRING)
		tsr_schema_bad(h, m, "a reference to a schema");
	else
		read_const(h, m, field);
}

static void
read_anchor(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_span name = tsr_json_text(&m->value);
	struct tsr_schema_anchor *a;
	size_t i;
	bool ok = name.n > 0 && (tsr_is_alpha(name.p[0]) || name.p[0] == '_');

	(void)field;
	for (i = 1; i < name.n; i++)
		if (!tsr_is_alnum(name.p[i]) && name.p[i] != '-' &&
		    name.p[i] != '_' && name.p[i] != '.')
			ok = false;
	if (!ok) {
		tsr_schema_bad(
		    h, m, "a name: a letter, then letters, digits and -_.");
		return;
	}
	a = TSR_NEW(h->all->arena, struct tsr_schema_anchor);
	a->name = name;
	a->schema = h->s;
	a->dynamic = tsr_span_eq(m->name, TSR_LIT("$dynamicAnchor"));
	a->next = h->resource->anchors;
	h->resource->anchors = a;
}

static void
read_dialect(struct tsr_schema_here *h, const struct tsr_member *m, void *field)
{
	struct tsr_span text = tsr_json_text(&m->value);

	(void)field;
	if (!tsr_span_starts(text, TSR_LIT("http://json-schema.org/")) &&
	    !tsr_span_starts(
		text, TSR_LIT("https://json-schema.org/draft/2019")))
		return;
	tsr_diag_add(h->all->diag, TSR_WARNING, "S109",
	    tsr_json_where(&m->value),
	    "an older draft of JSON Schema is read as 2020-12");
	tsr_diag_hint(
	    h->all->diag, "https://json-schema.org/draft/2020-12/schema");
}

#define AT(field) offsetof(struct tsr_schema, field)
#define NOWHERE 0

static const struct keyword keywords[] = {
    {"$schema", read_dialect, NOWHERE, 0},
    {"$id", read_nothing, NOWHERE, 0},
    {"$ref", read_ref, AT(ref_json), TSR_SCHEMA_LOGIC},
    {"$anchor", read_anchor, NOWHERE, 0},
    {"$dynamicRef", read_ref, AT(dynamic_json), TSR_SCHEMA_LOGIC},
    {"$dynamicAnchor", read_anchor, NOWHERE, 0},
    {"$vocabulary", read_nothing, NOWHERE, 0},
    {"$comment", check_text, NOWHERE, 0},
    {"$defs", NULL, NOWHERE, 0},
    {"definitions", NULL, NOWHERE, 0},
    {"type", read_type, NOWHERE, TSR_SCHEMA_TYPE},
    {"const", read_const, AT(constant), TSR_SCHEMA_VALUE},
    {"enum", read_enum, AT(choices), TSR_SCHEMA_VALUE},
    {"multipleOf", read_multiple, AT(multiple), TSR_SCHEMA_NUMBER},
    {"maximum", read_number, AT(maximum), TSR_SCHEMA_NUMBER},
    {"exclusiveMaximum", read_number, AT(below), TSR_SCHEMA_NUMBER},
    {"minimum", read_number, AT(minimum), TSR_SCHEMA_NUMBER},
    {"exclusiveMinimum", read_number, AT(above), TSR_SCHEMA_NUMBER},
    {"maxLength", read_count, AT(max_length), TSR_SCHEMA_STRING},
    {"minLength", read_count, AT(min_length), TSR_SCHEMA_STRING},
    {"pattern", read_pattern, NOWHERE, TSR_SCHEMA_STRING},
    {"format", read_format, AT(format), TSR_SCHEMA_STRING},
    {"prefixItems", read_schemas, AT(prefix), TSR_SCHEMA_ARRAY},
    {"items", read_items, AT(items), TSR_SCHEMA_ARRAY},
    {"contains", read_schema, AT(contains), TSR_SCHEMA_ARRAY},
    {"unevaluatedItems", read_schema, AT(rest), TSR_SCHEMA_ARRAY},
    {"maxItems", read_count, AT(max_items), TSR_SCHEMA_ARRAY},
    {"minItems", read_count, AT(min_items), TSR_SCHEMA_ARRAY},
    {"uniqueItems", read_boolean, AT(unique), TSR_SCHEMA_ARRAY},
    {"maxContains", read_count, AT(max_contains), TSR_SCHEMA_ARRAY},
    {"minContains", read_count, AT(min_contains), TSR_SCHEMA_ARRAY},
    {"properties", read_properties, AT(properties), TSR_SCHEMA_OBJECT},
    {"patternProperties", read_patterns, AT(patterns), TSR_SCHEMA_OBJECT},
    {"additionalProperties", read_schema, AT(additional), TSR_SCHEMA_OBJECT},
    {"propertyNames", read_schema, AT(member_names), TSR_SCHEMA_OBJECT},
    {"unevaluatedProperties", read_schema, AT(others), TSR_SCHEMA_OBJECT},
    {"maxProperties", read_count, AT(max_members), TSR_SCHEMA_OBJECT},
    {"minProperties", read_count, AT(min_members), TSR_SCHEMA_OBJECT},
    {"required", read_names, AT(required), TSR_SCHEMA_OBJECT},
    {"dependentRequired", read_dependent_names, AT(dependent_names),
	TSR_SCHEMA_OBJECT},
    {"dependentSchemas", read_map, AT(dependents), TSR_SCHEMA_OBJECT},
    {"allOf", read_schemas, AT(all_of), TSR_SCHEMA_LOGIC},
    {"anyOf", read_schemas, AT(any_of), TSR_SCHEMA_LOGIC},
    {"oneOf", read_schemas, AT(one_of), TSR_SCHEMA_LOGIC},
    {"not", read_schema, AT(excluded), TSR_SCHEMA_LOGIC},
    {"if", read_schema, AT(condition), TSR_SCHEMA_LOGIC},
    {"then", read_schema, AT(then), TSR_SCHEMA_LOGIC},
    {"else", read_schema, AT(otherwise), TSR_SCHEMA_LOGIC},
    {"title", check_text, NOWHERE, 0},
    {"description", check_text, NOWHERE, 0},
    {"default", read_nothing, NOWHERE, 0},
    {"examples", read_nothing, NOWHERE, 0},
    {"deprecated", read_nothing, NOWHERE, 0},
    {"readOnly", read_nothing, NOWHERE, 0},
    {"writeOnly", read_nothing, NOWHERE, 0},
    {"contentEncoding", read_nothing, NOWHERE, 0},
    {"contentMediaType", read_nothing, NOWHERE, 0},
    {"contentSchema", read_nothing, NOWHERE, 0},
};

/* Keywords of other drafts, which would silently do nothing. */
static const struct {
	const char *name, *instead;
} gone[] = {
    {"additionalItems", "\"items\" beside \"prefixItems\""},
    {"dependencies", "\"dependentRequired\" or \"dependentSchemas\""},
    {"id", "\"$id\""},
    {"$recursiveRef", "\"$dynamicRef\""},
    {"$recursiveAnchor", "\"$dynamicAnchor\""},
};

static void
unknown_keyword(struct tsr_schema_here *h, const struct tsr_member *m)
{
	struct tsr_span known[TSR_COUNT_OF(keywords)], near;
	const char *hint = NULL;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(gone); i++)
		if (tsr_span_eq(m->name,
			tsr_span_of(gone[i].name, strlen(gone[i].name))))
			hint = gone[i].instead;
	for (i = 0; i < TSR_COUNT_OF(keywords); i++)
		known[i] =
		    tsr_span_of(keywords[i].name, strlen(keywords[i].name));
	near = m->name.n < 5 ? tsr_span_of(NULL, 0)
			     : tsr_nearest(m->name, known, i);
	if (hint == NULL &&
	    (near.n == 0 || tsr_span_starts(m->name, TSR_LIT("x-"))))
		return;
	tsr_diag_add(h->all->diag, TSR_WARNING, "S110", tsr_json_name_where(m),
	    "JSON Schema 2020-12 has no keyword \"%.*s\"", TSR_ARG(m->name));
	if (hint != NULL)
		tsr_diag_hint(h->all->diag, "use %s", hint);
	else
		tsr_diag_hint(
		    h->all->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
}

static const struct keyword *
find_keyword(struct tsr_span name)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(keywords); i++)
		if (strlen(keywords[i].name) == name.n &&
		    memcmp(keywords[i].name, name.p, name.n) == 0)
			return &keywords[i];
	return NULL;
}

void
tsr_schema_keyword(struct tsr_schema_here *h, const struct tsr_member *m)
{
	const struct keyword *k = find_keyword(m->name);
	struct tsr_schema_properties unused = {0};

	if (k == NULL) {
		unknown_keyword(h, m);
		return;
	}
	h->s->groups |= k->group;
	if (k->read == NULL)
		read_map(h, m, &unused);
	else
		k->read(h, m, (uint8_t *)h->s + k->field);
}
