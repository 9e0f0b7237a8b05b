/*
 * choices - the way through a page's decisions, step by step.
 *
 * What the stitcher does at once is done here one step at a time, for those
 * who want to know how it came about: the decision log, why, replay. Who
 * answers the predicates is the caller's: a visit, or answers that were kept.
 */
#ifndef TSR_CORE_CHOICES_H
#define TSR_CORE_CHOICES_H

#include "core/visit.h"

/* Who answers whether a predicate holds. */
struct tsr_ask {
	void *ctx;
	bool (*holds)(void *ctx, uint32_t predicate);
};

/* A visit answers. */
struct tsr_ask tsr_ask_visit(struct tsr_visit *visit);

/* A walk through one decision. */
struct tsr_path {
	const struct tsr_table *table;
	struct tsr_ask ask;
	uint32_t target, outcomes, steps;
	uint32_t predicate; /* that was asked last */
	bool held;	    /* and its answer */
};

void tsr_path_init(struct tsr_path *path, const struct tsr_table *table,
    const struct tsr_ask *ask, uint32_t decision);

/* Ask the next predicate; false: the walk is at its outcome. */
bool tsr_path_next(struct tsr_path *path);

/* The outcome at the end; as tsr_decide_outcome where the table is damaged. */
uint32_t tsr_path_outcome(const struct tsr_path *path);

/* What one slot of a page shows. */
struct tsr_chosen {
	uint32_t slot;	  /* record of SLOT */
	uint32_t outcome; /* of its decision */
	uint32_t program; /* that is shown: record of PROG */
	unsigned depth;	  /* slots around it */
};

/* The slots of one page in the order in which they stand. */
struct tsr_choices {
	const struct tsr_table *table;
	struct tsr_ask ask;
	uint32_t edition; /* outcome of the page's decision */
	uint32_t program; /* the edition's */
	struct {
		uint32_t part, end;
	} stack[TSR_SLOT_DEPTH + 1];
	size_t depth, steps;
};

/* Begin with a PAGE record; false when the table is damaged. */
bool tsr_choices_init(struct tsr_choices *choices,
    const struct tsr_table *table, const struct tsr_ask *ask,
    const uint8_t *page);

/* The next slot; false after the last, or when the table is damaged. */
bool tsr_choices_next(struct tsr_choices *choices, struct tsr_chosen *out);

#endif
