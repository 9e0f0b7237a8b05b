/*
 * pad - give every slot one fixed length, so that offsets are constants.
 *
 * All variants of a slot are brought to one length with blanks inside tags
 * (before an attribute, ">" or "/>"), where they change nothing that a reader
 * or a script sees. Mark-up that the variants share is aligned field by field,
 * so that it stands at the same offsets in all of them and later units can
 * refer to it. A slot where this cannot be done is a barrier: its variants
 * keep lengths of their own.
 */
#ifndef TSR_BUILD_PAD_H
#define TSR_BUILD_PAD_H

#include "build/render/page.h"

struct tsr_padded;

/* What a page is made of after padding. */
struct tsr_piece {
	enum tsr_item_kind kind;
	/*
	 * TEXT: the bytes, padded. FIELD: the tail, what follows the value up
	 * to the first place inside a tag. SLOT, FRAGMENT: the name. DATA:
	 * nothing.
	 */
	struct tsr_span text;
	const struct tsr_item *item; /* what it came from; NULL for TEXT */
	struct tsr_padded *variants; /* SLOT: one an outcome */
	uint32_t count;
	uint32_t position; /* SLOT: 1, 2, ... in a list; 0 otherwise */
	bool barrier;	   /* SLOT, FRAGMENT: no fixed length */
	size_t length;	   /* bytes; 0 for a barrier */
	size_t most;	   /* FIELD: bytes for the value, escaped */
};

struct tsr_padded {
	struct tsr_span name;
	bool omitted;
	struct tsr_piece *pieces;
	size_t count, cap;
	size_t length; /* the pieces together, when none is a barrier */
};

/* What an omitted block leaves: an element that shows and does nothing. */
#define TSR_PAD_NOTHING "<template></template>"

/*
 * Pad one edition of a page. The choice stays unchanged; texts are shared or
 * in the arena. A request-time text without a place inside a tag behind it is
 * an error (P001).
 */
bool tsr_pad_edition(struct tsr_padded *out, const struct tsr_choice *edition,
    struct tsr_arena *arena, struct tsr_diag *diag);

/*
 * Bytes that a request-time text's escaped value may have: two a character is
 * enough for nearly every name, and the fallback always fits.
 */
size_t tsr_pad_field_bytes(const struct tsr_item *item);

/* How a flattened page is chosen; both may be NULL: default and fallback. */
struct tsr_flat_choice {
	void *ctx;
	uint32_t (*outcome)(void *ctx, uint32_t decision);
	/* The visitor's value of an attribute, or a span with p NULL. */
	struct tsr_span (*value)(void *ctx, uint32_t attribute);
	/* The bytes of a fragment, or empty. */
	struct tsr_span (*fragment)(
	    void *ctx, uint32_t set, uint32_t attribute);
};

/* The page as this choice shows it, with the padding. */
void tsr_pad_flatten(struct tsr_buf *out, const struct tsr_padded *variant,
    const struct tsr_flat_choice *choice);

/* The same as the templates have it, without padding. */
void tsr_page_flatten(struct tsr_buf *out, const struct tsr_choice *edition,
    const struct tsr_flat_choice *choice);

#endif
