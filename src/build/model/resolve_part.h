/*
 * resolve_part - what the files of resolve share among themselves.
 *
 * resolve.c goes from a page to its slots, resolve_content.c from a content to
 * components, which have slots again; resolve_fill.c puts in record values.
 */
#ifndef TSR_BUILD_RESOLVE_PART_H
#define TSR_BUILD_RESOLVE_PART_H

#include "build/model/resolve.h"

/* One page being resolved. */
struct tsr_resolving {
	const struct tsr_resolver *r;
	uint32_t locale;
	const struct tsr_place *place;
	const struct tsr_json *record; /* of the page */
	const struct tsr_page_source *page;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	uint32_t rows;
	bool variant; /* of the whole page: may lack what variants patch */
};

/* Where a content stands. */
struct tsr_frame {
	const struct tsr_frame *up;
	const struct tsr_entry *entry; /* whose slot this is, or NULL */
	struct tsr_span owner; /* page id or entry, for variants */
	struct tsr_span path;	       /* slot, or OUTER.INNER */
	unsigned depth;
	bool own; /* variants of slots inside belong to these contents */
};

/* A slot's contents: one, or one after the other. */
struct tsr_contents {
	const struct tsr_json *list;
	uint32_t count;
};

/* No content, one, or those of an array. */
struct tsr_contents tsr_resolve_contents(const struct tsr_json *v);

/* Contents as they stand, one after the other. */
void tsr_resolve_own(struct tsr_resolving *j, struct tsr_alternative *alt,
    struct tsr_contents c, const struct tsr_frame *frame);

/* What a variant makes of a slot's own contents. */
void tsr_resolve_variant(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *variant, struct tsr_contents own,
    const struct tsr_frame *frame);

/* The slots of a component's template, filled from a "slots" object or NULL. */
void tsr_resolve_slots(struct tsr_resolving *j, struct tsr_block *out,
    const struct tsr_json *slots, const struct tsr_frame *frame);

/* v with {record.x} filled in; v itself when it has none. */
const struct tsr_json *tsr_resolve_fill(
    struct tsr_resolving *j, const struct tsr_json *v);

/* An object without members, at a place. */
struct tsr_json tsr_resolve_no_fields(struct tsr_where where);

#endif
