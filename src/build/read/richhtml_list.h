/*
 * richhtml_list - the elements and attributes that rich text may hold.
 */
#ifndef TSR_BUILD_RICHHTML_LIST_H
#define TSR_BUILD_RICHHTML_LIST_H

#include "core/bytes.h"

enum {
	TSR_ELEMENT_VOID = 1,
	TSR_ELEMENT_INLINE = 2, /* may stand in a paragraph */
	TSR_ELEMENT_GONE = 4,	/* left out with all it holds */
	TSR_ELEMENT_SCRIPT = 8	/* ... and that is an error */
};

enum tsr_attribute_kind {
	TSR_ATTRIBUTE_NONE, /* not allowed */
	TSR_ATTRIBUTE_TEXT,
	TSR_ATTRIBUTE_NUMBER,
	TSR_ATTRIBUTE_FLAG,
	TSR_ATTRIBUTE_WORD, /* letters, digits and hyphens */
	TSR_ATTRIBUTE_LINK,
	TSR_ATTRIBUTE_PICTURE,
	TSR_ATTRIBUTE_FRAME,
	TSR_ATTRIBUTE_CLASS,
	TSR_ATTRIBUTE_ID,
	TSR_ATTRIBUTE_TARGET,
	TSR_ATTRIBUTE_REL,
	TSR_ATTRIBUTE_OURS, /* only in what we wrote ourselves */
	TSR_ATTRIBUTE_KIND_COUNT
};

struct tsr_element {
	const char *name;
	unsigned flags;
	const char *attributes; /* besides the global ones; blanks between */
};

/* NULL for an element that is left out while its content stays. */
const struct tsr_element *tsr_element_find(struct tsr_span name);

/* Whether the element of this name has no content and no end tag. */
bool tsr_element_is_void(struct tsr_span name);

/* Whether it may stand inside a paragraph. */
bool tsr_element_is_inline(struct tsr_span name);

/* The values of NUMBER and WORD. */
bool tsr_attribute_is_number(struct tsr_span s);
bool tsr_attribute_is_word(struct tsr_span s);

/* What the attribute's value must be on that element. */
enum tsr_attribute_kind tsr_attribute_find(
    const struct tsr_element *element, struct tsr_span name);

#endif
