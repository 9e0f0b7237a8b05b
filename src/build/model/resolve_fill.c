/*
 * resolve_fill - {record.field} in fields and queries becomes the value.
 */
#include "build/read/mistake.h"
#include "build/model/resolve_part.h"

/* "{record.x}" alone keeps the value's type. */
static const struct tsr_json *
whole_reference(struct tsr_resolving *j, struct tsr_span s)
{
	if (!tsr_span_starts(s, TSR_LIT("{record.")) ||
	    tsr_span_find(s, '}', 0) != s.n - 1)
		return NULL;
	return tsr_json_find(j->record, tsr_span_part(s, 8, s.n - 9));
}

static bool
has_reference(const struct tsr_json *v)
{
	uint32_t i;

	if (v->type == TSR_JSON_STRING) {
		struct tsr_span s = v->u.string;
		size_t at;

		for (at = tsr_span_find(s, '{', 0); at < s.n;
		     at = tsr_span_find(s, '{', at + 1))
			if (tsr_span_starts(
				tsr_span_from(s, at), TSR_LIT("{record.")))
				return true;
		return false;
	}
	for (i = 0; v->type == TSR_JSON_ARRAY && i < v->count; i++)
		if (has_reference(&v->u.items[i]))
			return true;
	for (i = 0; v->type == TSR_JSON_OBJECT && i < v->count; i++)
		if (has_reference(&v->u.members[i].value))
			return true;
	return false;
}

static struct tsr_json fill(struct tsr_resolving *j, const struct tsr_json *v);

static struct tsr_json
fill_text(struct tsr_resolving *j, const struct tsr_json *v)
{
	struct tsr_json out = *v;
	const struct tsr_json *whole;

	if (j->record == NULL) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_NO_RECORD,
		    tsr_json_where(v), "this page has no record");
		tsr_diag_hint(j->diag,
		    "{record.field} is for pages that say \"for\"");
		return out;
	}
	whole = whole_reference(j, v->u.string);
	if (whole != NULL) {
		out = *whole;
		out.src = v->src;
		out.off = v->off;
	} else {
		tsr_address_fill(&out.u.string, v->u.string, "record.",
		    j->record, tsr_json_where(v), j->arena, j->diag);
	}
	return out;
}

/* A copy with {record.x} filled in; JSON's own depth bounds the recursion. */
static struct tsr_json
fill(struct tsr_resolving *j, const struct tsr_json *v)
{
	struct tsr_json out = *v, *items;
	struct tsr_member *members;
	uint32_t i;

	if (!has_reference(v))
		return out;
	if (v->type == TSR_JSON_STRING)
		return fill_text(j, v);
	if (v->type == TSR_JSON_ARRAY) {
		items = TSR_NEW_ARRAY(j->arena, struct tsr_json, v->count);
		for (i = 0; i < v->count; i++)
			items[i] = fill(j, &v->u.items[i]);
		out.u.items = items;
		return out;
	}
	members = TSR_NEW_ARRAY(j->arena, struct tsr_member, v->count);
	for (i = 0; i < v->count; i++) {
		members[i] = v->u.members[i];
		members[i].value = fill(j, &v->u.members[i].value);
	}
	out.u.members = members;
	return out;
}

const struct tsr_json *
tsr_resolve_fill(struct tsr_resolving *j, const struct tsr_json *v)
{
	struct tsr_json *out;

	if (!has_reference(v))
		return v;
	out = TSR_NEW(j->arena, struct tsr_json);
	*out = fill(j, v);
	return out;
}
