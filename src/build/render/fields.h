/*
 * fields - the regions of a page that the browser may change, and its data.
 *
 * A slot some of whose variants ask the browser is a region. Its elements carry
 * data-tessera="N/", with the number of the region in the page's data: what is
 * left of each variant's condition, the bit of the mask that says whether it
 * counts for this visitor, and the file to fetch. The script writes the file's
 * path behind the number of what it shows.
 */
#ifndef TSR_BUILD_FIELDS_H
#define TSR_BUILD_FIELDS_H

#include "build/render/page.h"
#include "build/model/resolve.h"

/* A rule of a region, in the order of the chain. */
struct tsr_region_rule {
	const struct tsr_rules_residue *residue;
	uint32_t bit; /* UINT32_MAX: it always counts */
	struct tsr_span file;
};

struct tsr_region {
	struct tsr_region_rule *rules;
	size_t count;
};

struct tsr_regions {
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct tsr_region *list; /* of the edition under way */
	size_t count, cap;
	struct tsr_where tag; /* of the first */
	bool said;	      /* the layout has {{>tessera}} */
	uint32_t *bits;	      /* of the page: decisions */
	size_t bit_count, bit_cap;
	struct tsr_variant_file *files;
	size_t file_count, file_cap;
	struct tsr_span triggers; /* of the page, in JSON */
};

/* A new edition begins; bits and files are the page's. */
void tsr_regions_clear(struct tsr_regions *regions);

/*
 * What is written for data-personalized-region of a choice that stands alone:
 * the slot's name, and the choice's behind it as data-variant.
 */
struct tsr_span tsr_region_alone(
    struct tsr_span slot, struct tsr_span variant, struct tsr_arena *arena);

/*
 * Add the region of a slot with residues; alone are its choices as they stand
 * outside the page. Gives what is written for data-personalized-region in the
 * page, with the number behind it.
 */
struct tsr_span tsr_region_add(struct tsr_regions *regions,
    const struct tsr_rules *rules, const struct tsr_slot *slot,
    const struct tsr_choice *alone, struct tsr_where tag);

/* What may fire on this page; NULL: nothing. Before the data is written. */
struct tsr_trigger_page;
void tsr_regions_triggers(struct tsr_regions *regions,
    const struct tsr_trigger_page *page, struct tsr_where tag);

/* Choices that the server never makes are the default's; none is nothing. */
void tsr_region_finish(struct tsr_item *item, const struct tsr_rules *rules,
    struct tsr_span region, struct tsr_arena *arena);

/* The JSON of a page in a locale, fit for a script element. */
void tsr_regions_write(
    struct tsr_buf *out, const struct tsr_regions *regions, uint32_t locale);

/* Report an edition that has regions and no place for the data. */
void tsr_regions_check(struct tsr_regions *regions);

/* The page gets its bits and files, its fields their lengths. */
void tsr_regions_give(struct tsr_page *page, const struct tsr_regions *regions);

#endif
