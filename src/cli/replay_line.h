/*
 * replay_line - one logged page view, decided once more.
 *
 * Takes a line of a decision log and the release that it names; gives the line
 * that its inputs lead to. Lines may be anybody's.
 */
#ifndef TSR_CLI_REPLAY_LINE_H
#define TSR_CLI_REPLAY_LINE_H

#include "core/visit.h"
#include "core/weights.h"

/* Large. All zero bytes, and weights, before the first line. */
struct tsr_replay {
	const struct tsr_weights *weights; /* of the line, or NULL */
	struct tsr_visit visit;
	struct tsr_value overrides[TSR_ATTRIBUTES_MAX];
	uint8_t room[TSR_LOG_LINE]; /* texts of overrides */
	size_t used;
	uint8_t line[TSR_LOG_LINE];
};

/*
 * The line that would be logged now, until the next call; empty: it is not
 * that of a page of this release.
 */
struct tsr_span tsr_replay_line(
    struct tsr_replay *r, const struct tsr_table *t, struct tsr_span line);

/* A member of a line; a number there from 0 on; a JSON string's text or "". */
bool tsr_replay_find(
    struct tsr_span *out, struct tsr_span line, const char *name);
bool tsr_replay_number(
    double *out, struct tsr_span line, const char *name);
struct tsr_span tsr_replay_text(
    struct tsr_span string, uint8_t *room, size_t n);

#endif
