/*
 * schema_object - the members of an object.
 */
#include "build/schema/schema_check.h"
#include "build/schema/schema_pattern.h"
#include "build/model/shape.h"

#define NAMES_MAX 128

/* The opening brace: the place of what is missing in an object. */
static struct tsr_where
brace(const struct tsr_json *v)
{
	struct tsr_where w = tsr_json_where(v);

	w.len = 1;
	return w;
}

static bool
missing(
    const struct tsr_check *c, const struct tsr_json *v, struct tsr_span name)
{
	if (c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S007", brace(v),
		    "member \"%.*s\" is missing", TSR_ARG(name));
	return false;
}

/* All required names; listed is how many were met among the properties. */
static bool
check_required(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, uint32_t listed)
{
	const struct tsr_schema_property *p;
	bool ok = true;
	uint32_t i;

	if (listed == s->required.count)
		return true;
	for (i = 0; i < s->required.count; i++) {
		p = tsr_schema_property(s, s->required.at[i], UINT32_MAX);
		if (p != NULL && listed == s->required_listed)
			continue;
		if (tsr_json_find(v, s->required.at[i]) == NULL)
			ok = missing(c, v, s->required.at[i]);
	}
	return ok;
}

/* Nobody expects this member: name the one that was probably meant. */
static bool
unknown(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_member *m)
{
	struct tsr_span names[NAMES_MAX], near;
	struct tsr_shape shape;
	struct tsr_buf list;
	size_t n, i;

	if (c->diag == NULL)
		return false;
	shape = tsr_shape_root(s);
	n = tsr_shape_names(names, NAMES_MAX, &shape);
	near = tsr_nearest(m->name, names, n);
	tsr_diag_add(c->diag, TSR_ERROR, "S008", tsr_json_name_where(m),
	    "unknown member \"%.*s\"", TSR_ARG(m->name));
	if (near.n > 0) {
		tsr_diag_hint(c->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
		return false;
	}
	/* "$schema" alone is no help where names are free but for their form. */
	if (s->patterns.count == 1) {
		tsr_diag_hint(c->diag, "names are like this: %.*s",
		    TSR_ARG(s->patterns.at[0].name));
		return false;
	}
	tsr_buf_init(&list, 160);
	for (i = 0; i < n; i++)
		tsr_buf_printf(
		    &list, "%s%.*s", i > 0 ? ", " : "", TSR_ARG(names[i]));
	if (n > 0)
		tsr_diag_hint(c->diag, "known are: %.*s%s", (int)list.n,
		    (const char *)list.p, list.full ? ", ..." : "");
	tsr_buf_free(&list);
	return false;
}

static bool
check_extra(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_schema *extra, const struct tsr_member *m,
    const struct tsr_scope *scope)
{
	if (extra->never)
		return unknown(c, s, m);
	return tsr_check_schema(c, extra, &m->value, scope, NULL);
}

/* The name itself, as a string that stands where the name stands. */
static bool
check_name(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_member *m, const struct tsr_scope *scope)
{
	struct tsr_json name = tsr_json_string(m->name);

	name.src = m->src;
	name.off = m->off;
	return tsr_check_schema(c, s->member_names, &name, scope, NULL);
}

/* The number-th member; *listed counts the required that are properties. */
static bool
check_member(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_member *m, const struct tsr_scope *scope,
    const struct tsr_schema_property *p)
{
	bool ok = true, known = p != NULL, all = c->diag != NULL;
	uint32_t i;

	if (p != NULL)
		ok = tsr_check_schema(c, p->schema, &m->value, scope, NULL);
	for (i = 0; i < s->patterns.count && (ok || all); i++) {
		p = &s->patterns.at[i];
		if (!tsr_schema_pattern_match(p->pattern, m->name))
			continue;
		known = true;
		ok &= tsr_check_schema(c, p->schema, &m->value, scope, NULL);
	}
	if (!known && s->additional != NULL && (ok || all))
		ok &= check_extra(c, s, s->additional, m, scope);
	if (s->member_names != NULL && (ok || all))
		ok &= check_name(c, s, m, scope);
	return ok;
}

/* Did this schema, itself, look at the member? */
static bool
looked_at(const struct tsr_schema *s, const struct tsr_member *m,
    const struct tsr_schema_property *p)
{
	uint32_t i;

	if (p != NULL || s->additional != NULL)
		return true;
	for (i = 0; i < s->patterns.count; i++)
		if (tsr_schema_pattern_match(
			s->patterns.at[i].pattern, m->name))
			return true;
	return false;
}

static bool
check_members(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	const struct tsr_schema_property *p;
	const struct tsr_member *m = v->u.members;
	uint32_t i, hint = 0, listed = 0;
	bool ok = true;

	for (i = 0; i < v->count; i++) {
		p = tsr_schema_property(s, m[i].name, hint);
		if (p != NULL) {
			hint = (uint32_t)(p - s->properties.at) + 1;
			listed += p->required;
		}
		if (!check_member(c, s, &m[i], scope, p)) {
			ok = false;
			if (c->diag == NULL)
				return false;
		}
		if (seen != NULL && looked_at(s, &m[i], p))
			tsr_seen_mark(seen, i);
	}
	return (ok || c->diag != NULL) && check_required(c, s, v, listed) && ok;
}

static bool
check_dependents(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	const struct tsr_schema_property *d;
	const struct tsr_member *m;
	uint32_t i, j;
	bool ok = true;

	for (i = 0; i < s->dependents.count && (ok || c->diag != NULL); i++) {
		d = &s->dependents.at[i];
		if (tsr_json_member(v, d->name) != NULL)
			ok &= tsr_check_schema(c, d->schema, v, scope, seen);
	}
	for (i = 0; i < s->dependent_names.count; i++) {
		d = &s->dependent_names.at[i];
		m = tsr_json_member(v, d->name);
		for (j = 0; m != NULL && j < d->names.count; j++) {
			if (tsr_json_find(v, d->names.at[j]) != NULL)
				continue;
			ok = false;
			if (c->diag != NULL)
				tsr_diag_add(c->diag, TSR_ERROR, "S015",
				    tsr_json_name_where(m),
				    "with \"%.*s\" there must be \"%.*s\" too",
				    TSR_ARG(d->name), TSR_ARG(d->names.at[j]));
		}
	}
	return ok;
}

static bool
check_size(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	bool few = v->count < s->min_members;

	if (!few && v->count <= s->max_members)
		return true;
	if (c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S009", brace(v),
		    "found %u members, expected at %s %u", v->count,
		    few ? "least" : "most",
		    few ? s->min_members : s->max_members);
	return false;
}

bool
tsr_check_object(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = check_size(c, s, v);

	if (ok || c->diag != NULL)
		ok &= check_members(c, s, v, scope, seen);
	if ((ok || c->diag != NULL) &&
	    s->dependents.count + s->dependent_names.count > 0)
		ok &= check_dependents(c, s, v, scope, seen);
	return ok;
}

bool
tsr_check_others(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = true;
	uint32_t i;

	if (s->others == NULL)
		return true;
	for (i = 0; i < v->count && (ok || c->diag != NULL); i++)
		if (!tsr_seen_has(seen, i))
			ok &= check_extra(
			    c, s, s->others, &v->u.members[i], scope);
	tsr_seen_mark_all(seen);
	return ok;
}
