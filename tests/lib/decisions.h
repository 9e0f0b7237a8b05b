/*
 * decisions - a decision table in memory, without a release around it.
 *
 * One page: path /p, id "p", locale "en"; the consent cookie is "consent".
 */
#ifndef TESTS_LIB_DECISIONS_H
#define TESTS_LIB_DECISIONS_H

#include "build/pack/intern.h"
#include "build/rules/rules.h"
#include "core/decide.h"

struct decisions {
	struct tsr_buf sections[TSR_SECTION_COUNT];
	struct tsr_table table;
	struct tsr_intern index;
	uint8_t page[TSR_PAGE_SIZE];
};

static inline uint32_t
decisions_string(void *ctx, struct tsr_span s)
{
	struct decisions *d = ctx;
	uint32_t *off;

	if (!tsr_intern_add(&off, &d->index, s)) {
		*off = (uint32_t)d->sections[TSR_SECTION_STRS].n;
		tsr_buf_add(&d->sections[TSR_SECTION_STRS], s);
	}
	return *off;
}

static inline void
decisions_ref(struct decisions *d, uint8_t *p, struct tsr_span s)
{
	tsr_put32(p, decisions_string(d, s));
	tsr_put32(p + 4, (uint32_t)s.n);
}

static inline void
decisions_open(struct decisions *d, const struct tsr_rules *rules,
    struct tsr_arena *arena)
{
	static const uint8_t sizes[TSR_SECTION_COUNT] = {
	    [TSR_SECTION_STRS] = 1, [TSR_SECTION_LOCL] = TSR_LOCALE_SIZE,
	    [TSR_SECTION_ATTR] = TSR_ATTRIBUTE_SIZE,
	    [TSR_SECTION_PRED] = TSR_PREDICATE_SIZE,
	    [TSR_SECTION_VALU] = TSR_OPERAND_SIZE,
	    [TSR_SECTION_NODE] = TSR_NODE_SIZE,
	    [TSR_SECTION_DECN] = TSR_DECISION_SIZE, [TSR_SECTION_AUTO] = 8,
	    [TSR_SECTION_SKEY] = 4, [TSR_SECTION_META] = 16,
	    [TSR_SECTION_FSET] = TSR_FRAGMENT_SET_SIZE,
	    [TSR_SECTION_FRAG] = TSR_FRAGMENT_SIZE,
	    [TSR_SECTION_ZONE] = TSR_ZONE_SIZE,
	    [TSR_SECTION_PRXY] = TSR_PROXY_SIZE,
	    [TSR_SECTION_EXPT] = TSR_EXPERIMENT_SIZE,
	    [TSR_SECTION_EARM] = TSR_ARM_SIZE,
	    [TSR_SECTION_EFLT] = TSR_FILTER_SIZE,
	    [TSR_SECTION_GRPS] = TSR_GROUP_SIZE, [TSR_SECTION_GRPB] = 1,
	    [TSR_SECTION_WHYP] = 4, [TSR_SECTION_MASK] = 4,
	    [TSR_SECTION_EVNT] = TSR_EVENT_SIZE,
	    [TSR_SECTION_EVFD] = TSR_EVENT_FIELD_SIZE,
	    [TSR_SECTION_EVCH] = 8,
	    [TSR_SECTION_SCOR] = TSR_SCORE_SIZE,
	    [TSR_SECTION_VECT] = TSR_VECTOR_SIZE,
	    [TSR_SECTION_GAIN] = TSR_GAIN_SIZE,
	    [TSR_SECTION_TIER] = TSR_TIER_SIZE};
	struct tsr_strings strings = {d, decisions_string};
	uint8_t record[TSR_LOCALE_SIZE] = {0};
	size_t i;

	memset(d, 0, sizeof(*d));
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&d->sections[i], 1u << 28);
	tsr_intern_init(&d->index, arena);
	decisions_ref(d, record, TSR_LIT("en"));
	tsr_buf_add(&d->sections[TSR_SECTION_LOCL],
	    tsr_span_of(record, TSR_LOCALE_SIZE));
	decisions_ref(d, record, TSR_LIT("consent"));
	decisions_ref(d, record + 8, TSR_LIT("consent"));
	tsr_buf_add(&d->sections[TSR_SECTION_META], tsr_span_of(record, 16));
	decisions_ref(d, d->page, TSR_LIT("/p"));
	decisions_ref(d, d->page + 8, TSR_LIT("p"));
	tsr_rules_write(d->sections, rules, &strings);
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		d->table.sections[i].p = d->sections[i].p;
		d->table.sections[i].n = d->sections[i].n;
		if (sizes[i] != 0)
			d->table.sections[i].count =
			    (uint32_t)(d->sections[i].n / sizes[i]);
	}
}

static inline void
decisions_close(struct decisions *d)
{
	size_t i;

	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&d->sections[i]);
}

#endif
