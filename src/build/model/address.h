/*
 * address - every URL of the site: pages by locale and record, redirects,
 * files that the build makes.
 *
 * Takes the model; gives the places (a page, of a record or not), their paths
 * in each locale, and what stands at a path. Links are looked up here.
 */
#ifndef TSR_BUILD_ADDRESS_H
#define TSR_BUILD_ADDRESS_H

#include "build/model/model.h"

/* A page, of one record when it says "for". */
struct tsr_place {
	uint32_t page;
	uint32_t record; /* UINT32_MAX: none */
	struct tsr_span id;
	/* By locale, canonical and with the prefix; empty: not there. */
	struct tsr_span *paths;
};

/* A path that answers 308. */
struct tsr_redirect {
	struct tsr_span from; /* canonical */
	struct tsr_span to;   /* canonical path, or absolute URL */
	struct tsr_where where;
};

struct tsr_addresses {
	struct tsr_place *places; /* by page, then by record */
	uint32_t place_count;
	uint32_t *first; /* by page: its first place; page_count + 1 of them */
	struct tsr_names ids;	/* id -> place */
	struct tsr_names paths; /* path -> index of a path below */
	struct tsr_address *list;
	uint32_t count;
	size_t cap;
	struct tsr_redirect *redirects; /* sorted by from */
	uint32_t redirect_count;
	size_t redirect_cap;
};

enum tsr_address_kind {
	TSR_ADDRESS_PAGE,
	TSR_ADDRESS_REDIRECT,
	TSR_ADDRESS_FILE,
	TSR_ADDRESS_KIND_COUNT
};

struct tsr_address {
	struct tsr_span path;
	enum tsr_address_kind kind;
	uint32_t place, locale; /* of a page */
	struct tsr_where where;
};

/* Work out all addresses; duplicates and bad paths go to the diag. */
void tsr_addresses_find(struct tsr_addresses *out,
    const struct tsr_model *model, struct tsr_arena *arena,
    struct tsr_diag *diag);

/* What stands at a path (as an author writes it), or NULL. */
const struct tsr_address *tsr_address_at(
    const struct tsr_addresses *all, struct tsr_span path);

/*
 * The URL of a target in a locale: page:ID, /path, #fragment or absolute, with
 * query and fragment kept. Appends to out. False after a message.
 */
bool tsr_address_link(struct tsr_buf *out, const struct tsr_addresses *all,
    const struct tsr_model *model, struct tsr_span target, uint32_t locale,
    struct tsr_where where, struct tsr_diag *diag);

/*
 * Replace {field} (prefix "") or {record.field} (prefix "record.") in text by
 * a record's values. The same span when there is none; false after a message.
 */
bool tsr_address_fill(struct tsr_span *out, struct tsr_span text,
    const char *prefix, const struct tsr_json *record, struct tsr_where where,
    struct tsr_arena *arena, struct tsr_diag *diag);

/* The record of a place in a locale, or NULL. */
const struct tsr_json *tsr_place_record(const struct tsr_place *place,
    const struct tsr_model *model, uint32_t locale);

#endif
