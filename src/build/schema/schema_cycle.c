/*
 * schema_cycle - references that come back to where they began without looking
 * at a part of the value would never end: they are reported and cut.
 *
 * Every schema is measured: how many schemas in a row look at one value below
 * it. Checking recurses at most that deep for each level of the value.
 */
#include "build/schema/schema_build.h"

struct walk {
	struct tsr_schemas *all;
	struct tsr_schema *via; /* the last schema left through a reference */
	uint32_t depth;
	uint32_t height; /* the largest below */
};

static void
measure(struct tsr_schemas *all, struct tsr_schema *s, struct walk *above);

static void
cut(struct tsr_schemas *all, struct tsr_schema *via, const char *rule,
    const char *text)
{
	const struct tsr_json *ref =
	    via->ref_json != NULL ? via->ref_json : via->dynamic_json;

	if (via->ref == NULL && via->dynamic_ref == NULL)
		return;
	via->ref = via->dynamic_ref = NULL;
	all->failed = true;
	tsr_diag_add(
	    all->diag, TSR_ERROR, rule, tsr_json_where(ref), "%s", text);
}

static void
look(struct walk *w, const struct tsr_schema *child)
{
	struct tsr_schema *s;

	if (child == NULL)
		return;
	s = tsr_schemas_at(w->all, child->json);
	if (s->open || w->depth > 2 * TSR_SCHEMA_STEPS) {
		if (w->via != NULL)
			cut(w->all, w->via, s->open ? "S105" : "S108",
			    s->open ? "this reference comes back to itself "
				      "without looking at a part of the value"
				    : "too many schemas in a row look at one "
				      "value");
		return;
	}
	if (s->height == 0)
		measure(w->all, s, w);
	if (s->height > w->height)
		w->height = s->height;
}

static void
look_at_list(struct walk *w, const struct tsr_schema_list *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		look(w, list->at[i]);
}

/* A dynamic reference may lead to every anchor of its name. */
static void
look_at_references(struct walk *w, struct tsr_schema *s)
{
	struct tsr_schema *above = w->via;
	const struct tsr_schema_resource *r;
	const struct tsr_schema_anchor *a;

	w->via = s;
	look(w, s->ref);
	look(w, s->dynamic_ref);
	if (s->dynamic_ref != NULL && s->dynamic_name.n > 0)
		for (r = w->all->resources; r != NULL; r = r->next) {
			a = tsr_schema_anchor(r, s->dynamic_name);
			if (a != NULL && a->dynamic)
				look(w, a->schema);
		}
	w->via = above;
}

/* Recursion: at most 2 * TSR_SCHEMA_STEPS deep. */
static void
measure(struct tsr_schemas *all, struct tsr_schema *s, struct walk *above)
{
	struct walk w = {all, NULL, 1, 0};
	uint32_t i;

	if (above != NULL) {
		w.via = above->via;
		w.depth = above->depth + 1;
	}
	s->open = true;
	look_at_references(&w, s);
	look_at_list(&w, &s->all_of);
	look_at_list(&w, &s->any_of);
	look_at_list(&w, &s->one_of);
	look(&w, s->excluded);
	look(&w, s->condition);
	look(&w, s->then);
	look(&w, s->otherwise);
	for (i = 0; i < s->dependents.count; i++)
		look(&w, s->dependents.at[i].schema);
	s->open = false;
	s->height = w.height + 1;
	if (s->height > TSR_SCHEMA_STEPS) {
		cut(all, s, "S108",
		    "too many schemas in a row look at one value");
		s->height = 1;
	}
}

void
tsr_schema_cut_cycles(struct tsr_schemas *all)
{
	struct tsr_schema *s;

	for (s = all->first; s != NULL; s = s->next)
		if (s->height == 0)
			measure(all, s, NULL);
}
