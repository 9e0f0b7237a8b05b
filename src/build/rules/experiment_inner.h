/*
 * experiment_inner - an experiment while its parts are compiled.
 */
#ifndef TSR_BUILD_EXPERIMENT_INNER_H
#define TSR_BUILD_EXPERIMENT_INNER_H

#include "build/rules/rules_inner.h"
#include "core/hash.h"

struct trial {
	struct tsr_span id;
	struct tsr_where where;
	const struct tsr_json *json;
	bool holdout, off;
	unsigned flags;
	unsigned version; /* of the hash */
	uint32_t attribute, hashed;
	uint32_t decision;
	uint32_t winner; /* + 1 */
	struct tsr_json values; /* the arms that somebody can be in */
};

struct tsr_experiments {
	struct trial *list;
	uint32_t count, holdouts;
	uint32_t arms; /* records of EARM so far */
};

static inline const struct tsr_json *
member(const struct trial *t, const char *name)
{
	return tsr_json_get(t->json, name);
}

static inline struct tsr_where
place(const struct trial *t, const char *name)
{
	const struct tsr_json *v = member(t, name);

	return v != NULL ? tsr_json_where(v) : t->where;
}

static inline double
number_or(const struct tsr_json *v, double otherwise)
{
	return v != NULL ? tsr_json_number(v) : otherwise;
}

static inline uint32_t
list_count(const struct tsr_json *v)
{
	return tsr_json_is(v, TSR_JSON_ARRAY) ? v->count : 0;
}

/* The number of a name in a list of strings, or its length. */
static inline uint32_t
list_find(const struct tsr_json *list, struct tsr_span name)
{
	uint32_t i, n = list_count(list);

	for (i = 0; i < n; i++)
		if (tsr_span_eq(tsr_json_text(&list->u.items[i]), name))
			break;
	return i;
}

static inline struct tsr_range
read_range(const struct tsr_json *v)
{
	struct tsr_range out = {
	    tsr_json_number(&v->u.items[0]), tsr_json_number(&v->u.items[1])};

	return out;
}

#endif
