/*
 * why - a page's decisions, kept in a signed text that the page carries.
 *
 * The text holds one bit for each predicate that the page's decisions can ask
 * (WHYP): how it was answered. Walking the decisions of the same release with
 * these bits gives the choices again, and the signals that were really read on
 * the way. doc/why.md has the bytes.
 */
#ifndef TSR_CORE_WHY_H
#define TSR_CORE_WHY_H

#include "core/base64.h"
#include "core/choices.h"

#define TSR_WHY_BYTES                                                          \
	(22 + TSR_WHY_PREDICATES / 8 + TSR_SEAL_SIZE)

/* Length of the text of a page with so many predicates in WHYP. */
size_t tsr_why_length(uint32_t predicates);

/*
 * Write the text of a page that a visit has decided, all of its slots: exactly
 * tsr_why_length bytes. Blanks where there is no key or no such page.
 */
void tsr_why_write(
    uint8_t *out, size_t length, struct tsr_visit *visit, uint32_t page);

/* A text that was read. Its bits belong to one release. */
struct tsr_why {
	int64_t time; /* seconds since 1970 */
	uint32_t page, weights;
	struct tsr_span release; /* first 8 bytes of its id */
	struct tsr_span bits;
	const struct tsr_table *table; /* once it is opened */
	const uint8_t *record;	       /* of PAGE */
	bool strange; /* a predicate was asked that is not in WHYP */
	uint8_t room[TSR_WHY_BYTES];
};

/*
 * Read a text. TSR_RANGE: it is none, TSR_CHECKSUM: none of ours. *out is not
 * to be moved: its spans point into it.
 */
enum tsr_err tsr_why_read(
    struct tsr_why *out, struct tsr_span text, const struct tsr_seal *seal);

/* Find its page; TSR_MISSING when it belongs to another release. */
enum tsr_err tsr_why_open(struct tsr_why *why, const struct tsr_table *table);

/* The answers that were kept. */
struct tsr_ask tsr_why_ask(struct tsr_why *why);

/* What was found when an attribute was looked at. */
enum tsr_signal_kind {
	TSR_SIGNAL_NONE,    /* it was not looked at */
	TSR_SIGNAL_OTHER,   /* nothing that was looked for */
	TSR_SIGNAL_PRESENT, /* it is there */
	TSR_SIGNAL_MISSING, /* it is not known */
	TSR_SIGNAL_SHOWN,   /* it is shown, or names what is shown */
	TSR_SIGNAL_DRAWN,   /* an experiment's arm was drawn by it */
	TSR_SIGNAL_HELD	    /* the predicate holds */
};

struct tsr_signal {
	uint8_t kind;
	bool valued; /* more was asked than whether it is there */
	uint32_t predicate;
};

/*
 * Note what one decision reads on its way; afterwards, once: what was read to
 * assign the experiments among the signals.
 */
void tsr_why_follow(struct tsr_signal *signals, const struct tsr_table *table,
    const struct tsr_ask *ask, uint32_t decision);
void tsr_why_close(struct tsr_signal *signals, const struct tsr_table *table,
    const struct tsr_ask *ask);

/*
 * The signals that decided what stands in a slot: those of the page's edition,
 * of the slots around it and its own. Changing any other attribute changes
 * nothing in it. chain: the slots around it, and it, from the outside; signals:
 * TSR_ATTRIBUTES_MAX of them, by attribute.
 */
void tsr_why_signals(struct tsr_signal *signals, const struct tsr_table *table,
    const struct tsr_ask *ask, const uint8_t *page,
    const struct tsr_chosen *chain, size_t count);

#endif
