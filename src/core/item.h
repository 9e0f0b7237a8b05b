/*
 * item - items and lists of structured header fields (RFC 8941), bounded.
 */
#ifndef TSR_CORE_ITEM_H
#define TSR_CORE_ITEM_H

#include "core/bytes.h"

struct tsr_bare_item {
	enum tsr_bare_kind {
		TSR_BARE_BOOLEAN,
		TSR_BARE_NUMBER,
		TSR_BARE_STRING, /* may hold \" and \\ still */
		TSR_BARE_TOKEN
	} kind;
	bool boolean;
	double number;
	struct tsr_span text;
};

/*
 * The whole field as one item (section 4.2.3); parameters are read over. False
 * for lists, byte sequences and what is not well formed.
 */
bool tsr_item_read(struct tsr_bare_item *out, struct tsr_span field);

/*
 * The next member of a list of items (section 4.2.1), taken off *rest. False
 * at the end and where it is not well formed.
 */
bool tsr_item_next(struct tsr_bare_item *out, struct tsr_span *rest);

/* A string without its escapes, in room when it has some; false: too long. */
bool tsr_item_text(struct tsr_span *out, const struct tsr_bare_item *item,
    uint8_t *room, size_t n);

#endif
