/*
 * schema_branch - which of several alternatives was meant.
 *
 * When none of anyOf or oneOf holds, "no alternative holds" helps nobody. The
 * alternative whose type, fixed values and member names fit the value best is
 * taken as the one that was meant, and its mistakes are reported.
 */
#include "build/schema/schema_check.h"
#include "build/model/shape.h"

#define WRONG_TYPE (-1000000)

static long score(const struct tsr_schema *s, const struct tsr_json *v);

static bool
has_fixed_value(const struct tsr_schema *s)
{
	return s->constant != NULL || s->choices != NULL;
}

static long
score_members(const struct tsr_schema *s, const struct tsr_json *v)
{
	const struct tsr_check quiet = {NULL, NULL, NULL};
	const struct tsr_schema_property *p;
	const struct tsr_member *m;
	long n = 0;
	uint32_t i;

	for (i = 0; i < v->count; i++) {
		m = &v->u.members[i];
		p = tsr_schema_property(s, m->name, i);
		if (p == NULL) {
			if (s->additional != NULL && s->additional->never)
				n -= 4;
			continue;
		}
		n += p->schema->never ? -8 : 3;
		/* A member that tells the alternatives apart. */
		if (has_fixed_value(p->schema))
			n += tsr_check_value(&quiet, p->schema, &m->value) ? 50
									   : 0;
	}
	for (i = 0; i < s->required.count; i++)
		n += tsr_json_find(v, s->required.at[i]) != NULL ? 6 : -5;
	return n;
}

static long
score_best(const struct tsr_schema_list *list, const struct tsr_json *v)
{
	long best = list->count == 0 ? 0 : 2 * WRONG_TYPE, n;
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		n = score(list->at[i], v);
		if (n > best)
			best = n;
	}
	return best;
}

/* Recursion: at most TSR_SCHEMA_STEPS deep, as references have no loops. */
static long
score(const struct tsr_schema *s, const struct tsr_json *v)
{
	const struct tsr_check quiet = {NULL, NULL, NULL};
	long n = 0;
	uint32_t i;

	if (s->never || ((s->groups & TSR_SCHEMA_TYPE) != 0 &&
			    !tsr_check_type(&quiet, s, v)))
		n += WRONG_TYPE;
	if (has_fixed_value(s))
		n += tsr_check_value(&quiet, s, v) ? 50 : 0;
	if (v->type == TSR_JSON_OBJECT)
		n += score_members(s, v);
	if (s->ref != NULL)
		n += score(s->ref, v);
	if (s->dynamic_ref != NULL)
		n += score(s->dynamic_ref, v);
	for (i = 0; i < s->all_of.count; i++)
		n += score(s->all_of.at[i], v);
	return n + score_best(&s->any_of, v) + score_best(&s->one_of, v);
}

/* What the alternatives would take, when the value's type fits none. */
static bool
report_types(const struct tsr_check *c, const struct tsr_schema_list *list,
    const struct tsr_json *v)
{
	struct tsr_shape shape;
	char found[120], expected[120];
	unsigned types = 0;
	bool integers = true;
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		shape = tsr_shape_root(list->at[i]);
		types |= tsr_shape_types(&shape);
		if ((tsr_shape_types(&shape) >> TSR_JSON_REAL & 1) != 0)
			integers = false;
	}
	if (types == 0 || (types >> v->type & 1) != 0)
		return false;
	tsr_diag_add(c->diag, TSR_ERROR, "S001", tsr_json_where(v),
	    "found %s, expected %s",
	    tsr_type_words(found, 1u << v->type, v->type == TSR_JSON_INTEGER),
	    tsr_type_words(expected, types, integers));
	return true;
}

/* Alternatives that are nothing but fixed values read best as one list. */
static bool
report_choices(const struct tsr_check *c, const struct tsr_schema_list *list,
    const struct tsr_json *v)
{
	struct tsr_buf expected;
	uint32_t i, j;

	for (i = 0; i < list->count; i++)
		if (!has_fixed_value(list->at[i]))
			return false;
	tsr_buf_init(&expected, 400);
	for (i = 0; i < list->count; i++) {
		const struct tsr_schema *s = list->at[i];

		if (s->constant != NULL) {
			tsr_buf_text(&expected, expected.n > 0 ? ", " : "");
			tsr_json_write(&expected, s->constant);
			continue;
		}
		for (j = 0; j < s->choices->count; j++) {
			tsr_buf_text(&expected, expected.n > 0 ? ", " : "");
			tsr_json_write(&expected, &s->choices->u.items[j]);
		}
	}
	tsr_diag_add(c->diag, TSR_ERROR, "S002", tsr_json_where(v),
	    "expected one of %.*s", (int)expected.n, (const char *)expected.p);
	tsr_buf_free(&expected);
	return true;
}

void
tsr_check_explain(const struct tsr_check *c, const struct tsr_schema_list *list,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	const struct tsr_schema *best = list->at[0];
	long top = score(best, v), n;
	size_t before = c->diag->count;
	uint32_t i;

	if ((list->count > 1 && report_types(c, list, v)) ||
	    (list->count > 1 && report_choices(c, list, v)))
		return;
	for (i = 1; i < list->count; i++) {
		n = score(list->at[i], v);
		if (n > top) {
			top = n;
			best = list->at[i];
		}
	}
	tsr_check_schema(c, best, v, scope, seen);
	if (c->diag->count == before)
		tsr_diag_add(c->diag, TSR_ERROR, "S013", tsr_json_where(v),
		    "none of the %u alternatives holds", list->count);
}
