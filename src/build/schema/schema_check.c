/*
 * schema_check - one value against one schema.
 *
 * First a quiet pass that allocates nothing; only a value that is wrong is
 * gone over again to report every mistake in it.
 */
#include "build/schema/schema_check.h"

static bool
quiet(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	struct tsr_check q = *c;

	q.diag = NULL;
	return tsr_check_schema(&q, s, v, scope, seen);
}

static bool
check_all_of(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < s->all_of.count && (ok || c->diag != NULL); i++)
		if (!tsr_check_schema(c, s->all_of.at[i], v, scope, seen))
			ok = false;
	return ok;
}

static bool
check_any_of(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = s->any_of.count == 0;
	uint32_t i;

	/* All of them when somebody asks what they looked at. */
	for (i = 0; i < s->any_of.count && (!ok || seen != NULL); i++)
		if (quiet(c, s->any_of.at[i], v, scope, seen))
			ok = true;
	if (!ok && c->diag != NULL)
		tsr_check_explain(c, &s->any_of, v, scope, seen);
	return ok;
}

static bool
check_one_of(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	uint32_t i, first = 0, second = 0, held = 0;

	if (s->one_of.count == 0)
		return true;
	for (i = 0; i < s->one_of.count && held < 2; i++) {
		if (!quiet(c, s->one_of.at[i], v, scope, seen))
			continue;
		if (held++ == 0)
			first = i;
		else
			second = i;
	}
	if (held == 1)
		return true;
	if (c->diag == NULL)
		return false;
	if (held == 0) {
		tsr_check_explain(c, &s->one_of, v, scope, seen);
		return false;
	}
	tsr_diag_add(c->diag, TSR_ERROR, "S013", tsr_json_where(v),
	    "alternatives %u and %u both hold, exactly one must", first + 1,
	    second + 1);
	return false;
}

static bool
check_condition(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	const struct tsr_schema *next;

	if (s->condition == NULL ||
	    (s->then == NULL && s->otherwise == NULL && seen == NULL))
		return true;
	next = quiet(c, s->condition, v, scope, seen) ? s->then : s->otherwise;
	return next == NULL || tsr_check_schema(c, next, v, scope, seen);
}

static bool
check_not(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope)
{
	struct tsr_span title;

	if (s->excluded == NULL || !quiet(c, s->excluded, v, scope, NULL))
		return true;
	if (c->diag == NULL)
		return false;
	title = tsr_json_text(tsr_json_get(s->excluded->json, "title"));
	if (title.n > 0)
		tsr_diag_add(c->diag, TSR_ERROR, "S012", tsr_json_where(v),
		    "this may not be %.*s", TSR_ARG(title));
	else
		tsr_diag_add(c->diag, TSR_ERROR, "S012", tsr_json_where(v),
		    "this is just what the schema excludes (\"not\")");
	return false;
}

/* The outermost resource that was entered and has the anchor wins. */
static const struct tsr_schema *
dynamic_target(const struct tsr_schema *s, const struct tsr_scope *scope)
{
	const struct tsr_schema *target = s->dynamic_ref;
	const struct tsr_schema_anchor *a;

	if (s->dynamic_name.n == 0)
		return target;
	for (; scope != NULL; scope = scope->above) {
		a = tsr_schema_anchor(scope->resource, s->dynamic_name);
		if (a != NULL && a->dynamic)
			target = a->schema;
	}
	return target;
}

static bool
check_logic(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = true, all = c->diag != NULL;

	if (s->ref != NULL)
		ok = tsr_check_schema(c, s->ref, v, scope, seen);
	if ((ok || all) && s->dynamic_ref != NULL)
		ok &= tsr_check_schema(
		    c, dynamic_target(s, scope), v, scope, seen);
	if (ok || all)
		ok &= check_all_of(c, s, v, scope, seen);
	if (ok || all)
		ok &= check_any_of(c, s, v, scope, seen);
	if (ok || all)
		ok &= check_one_of(c, s, v, scope, seen);
	if (ok || all)
		ok &= check_condition(c, s, v, scope, seen);
	if (ok || all)
		ok &= check_not(c, s, v, scope);
	return ok;
}

/* Keywords for the value's own type. */
static bool
check_kind(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	switch (v->type) {
	case TSR_JSON_INTEGER:
	case TSR_JSON_REAL:
		return (s->groups & TSR_SCHEMA_NUMBER) == 0 ||
		       tsr_check_number(c, s, v);
	case TSR_JSON_STRING:
		return (s->groups & TSR_SCHEMA_STRING) == 0 ||
		       tsr_check_string(c, s, v);
	case TSR_JSON_ARRAY:
		return (s->groups & TSR_SCHEMA_ARRAY) == 0 ||
		       tsr_check_array(c, s, v, scope, seen);
	case TSR_JSON_OBJECT:
		return (s->groups & TSR_SCHEMA_OBJECT) == 0 ||
		       tsr_check_object(c, s, v, scope, seen);
	default:
		return true;
	}
}

static bool
check_keywords(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = true, all = c->diag != NULL;

	/* Of the wrong type: what else could be said would not help. */
	if ((s->groups & TSR_SCHEMA_TYPE) != 0 && !tsr_check_type(c, s, v))
		return false;
	if ((s->groups & TSR_SCHEMA_VALUE) != 0)
		ok = tsr_check_value(c, s, v);
	if (ok || all)
		ok &= check_kind(c, s, v, scope, seen);
	if ((ok || all) && (s->groups & TSR_SCHEMA_LOGIC) != 0)
		ok &= check_logic(c, s, v, scope, seen);
	if (!s->unevaluated || (!ok && !all))
		return ok;
	if (v->type == TSR_JSON_OBJECT)
		ok &= tsr_check_others(c, s, v, scope, seen);
	if (v->type == TSR_JSON_ARRAY)
		ok &= tsr_check_rest(c, s, v, scope, seen);
	return ok;
}

static void
open_seen(struct tsr_seen *seen, const struct tsr_check *c, uint32_t count)
{
	memset(seen, 0, sizeof(*seen));
	seen->words = count / 64 + 1;
	seen->bits = seen->words <= TSR_COUNT_OF(seen->few)
			 ? seen->few
			 : TSR_NEW_ARRAY(c->scratch, uint64_t, seen->words);
}

bool
tsr_check_schema(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	struct tsr_scope here = {s->resource, scope};
	struct tsr_seen mine;
	uint32_t i;
	bool ok;

	if (s->never) {
		if (c->diag != NULL)
			tsr_diag_add(c->diag, TSR_ERROR, "S014",
			    tsr_json_where(v), "nothing may stand here");
		return false;
	}
	if (scope == NULL || scope->resource != s->resource)
		scope = &here;
	if ((seen == NULL && !s->unevaluated) ||
	    (v->type != TSR_JSON_OBJECT && v->type != TSR_JSON_ARRAY))
		return check_keywords(c, s, v, scope, NULL);
	open_seen(&mine, c, v->count);
	ok = check_keywords(c, s, v, scope, &mine);
	/*
	 * What does not hold has looked at nothing; but a member that was
	 * reported already is not reported again as unknown.
	 */
	if (!ok && c->diag == NULL)
		return false;
	for (i = 0; seen != NULL && i < seen->words; i++)
		seen->bits[i] |= mine.bits[i];
	return ok;
}

bool
tsr_schema_valid(const struct tsr_schema *schema, const struct tsr_json *value,
    const struct tsr_schema_options *options)
{
	struct tsr_arena scratch = {0};
	struct tsr_check c = {NULL, options, &scratch};
	bool ok = tsr_check_schema(&c, schema, value, NULL, NULL);

	tsr_arena_free(&scratch);
	return ok;
}

bool
tsr_schema_check(struct tsr_diag *diag, const struct tsr_schema *schema,
    const struct tsr_json *value, const struct tsr_schema_options *options)
{
	struct tsr_arena scratch = {0};
	struct tsr_check c = {diag, options, &scratch};

	if (tsr_schema_valid(schema, value, options))
		return true;
	tsr_check_schema(&c, schema, value, NULL, NULL);
	tsr_arena_free(&scratch);
	return false;
}
