/*
 * resolve - one page in one locale: every slot filled, for every audience.
 *
 * Takes the model and a place; gives the page's editions with their slots, each
 * with its alternatives in the order of the chain, down to components with
 * their fields. Entries, records and queries are looked up; contents are held
 * against the component's schema. Nothing is rendered here.
 */
#ifndef TSR_BUILD_RESOLVE_H
#define TSR_BUILD_RESOLVE_H

#include <stdatomic.h>

#include "build/model/address.h"
#include "build/model/query.h"

struct tsr_slot;
struct tsr_script; /* pack/script.h */

/* One component to be rendered, or a fragment to be put in on request. */
struct tsr_block {
	const struct tsr_component *component;
	const struct tsr_json *fields; /* NULL: a fragment */
	struct tsr_slot *slots;
	uint32_t slot_count;
	uint32_t set, attribute; /* of a fragment */
	struct tsr_where where;
};

/* What a slot shows for one outcome of its decision. */
struct tsr_alternative {
	struct tsr_span name;
	bool list; /* the entries of one list */
	struct tsr_block *blocks; /* none: nothing is shown */
	uint32_t count;
	size_t cap;
};

struct tsr_slot {
	struct tsr_span name;
	uint32_t decision;
	const struct tsr_rule_list *rules; /* NULL: there are none */
	struct tsr_alternative *list; /* one an outcome */
	uint32_t count;
};

/* A page as one audience of whole-page variants sees it. */
struct tsr_edition {
	struct tsr_span name;
	const struct tsr_json *page;
	const struct tsr_component *layout;
	struct tsr_json fields;
	struct tsr_slot *slots;
	uint32_t slot_count;
};

struct tsr_resolved {
	const struct tsr_place *place;
	uint32_t locale;
	const struct tsr_json *record; /* with its url; or NULL */
	uint32_t decision;
	const struct tsr_rule_list *rules; /* NULL: there are none */
	struct tsr_edition *editions;
	uint32_t count;
};

/* What all pages share; used is by number of variants. */
struct tsr_resolver {
	const struct tsr_model *model;
	const struct tsr_addresses *addresses;
	struct tsr_queries *queries;
	atomic_bool *used;
	struct tsr_script *script; /* a page that names it says so */
};

/* Any thread; out lives in the arena. False when the page cannot be shown. */
bool tsr_resolve_page(struct tsr_resolved *out,
    const struct tsr_resolver *resolver, const struct tsr_place *place,
    uint32_t locale, struct tsr_arena *arena, struct tsr_diag *diag);

/* Once, before pages: entries, which pages then take as checked. */
void tsr_resolve_entries(const struct tsr_resolver *resolver,
    struct tsr_arena *arena, struct tsr_diag *diag);

/* Once, after all pages: variants that no slot took. */
void tsr_resolve_unused(
    const struct tsr_resolver *resolver, struct tsr_diag *diag);

/* A record with the "url" of its page in a locale. */
const struct tsr_json *tsr_resolve_record(const struct tsr_resolver *resolver,
    const struct tsr_catalogue *catalogue, const struct tsr_json *record,
    uint32_t locale, struct tsr_arena *arena);

/* Hold fields against a component's schema; unknown ones are mistakes. */
bool tsr_resolve_fields(const struct tsr_component *component,
    const struct tsr_json *fields, struct tsr_diag *diag);

/* The same for a record, which may have more than the component looks at. */
bool tsr_resolve_record_fields(const struct tsr_component *component,
    const struct tsr_json *record, struct tsr_arena *arena,
    struct tsr_diag *diag);

#endif
