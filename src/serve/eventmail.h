/*
 * eventmail - what workers and the writer of the log say to each other.
 *
 * Messages of SOCK_SEQPACKET sockets that the parent makes, one pair a worker,
 * and keeps: so what a worker asked is still there when the writer is started
 * again, and the other way round. A ticket ties an answer to its question;
 * whoever does not know a ticket passes it over.
 *
 * Answers come in the order of the questions: one that others have overtaken
 * was lost with its writer. A new writer says hello, and a question of no
 * entries then brings out what was lost.
 *
 *	question: ticket u64, count u16, count entries (stream u8, id, bytes
 *		u32), then the entries' bytes
 *	answers:  any number of: ticket u64, result u8 (enum tsr_eventmail),
 *		fresh u64 (bits: entry i was not known)
 */
#ifndef TSR_SERVE_EVENTMAIL_H
#define TSR_SERVE_EVENTMAIL_H

#include "core/collect.h"

enum tsr_eventmail {
	TSR_EVENTMAIL_KEPT,  /* what is fresh is in the log, the rest was */
	TSR_EVENTMAIL_FAILED /* nothing is: it may be asked again */
};

/* Of an answer: a writer has begun. */
#define TSR_EVENTMAIL_HELLO UINT64_MAX

#define TSR_EVENTMAIL_ENTRY 21
#define TSR_EVENTMAIL_HEAD (10 + TSR_COLLECT_ENTRIES * TSR_EVENTMAIL_ENTRY)
#define TSR_EVENTMAIL_MAX (TSR_EVENTMAIL_HEAD + TSR_EVENTS_TEXT)
#define TSR_EVENTMAIL_ANSWER 17

struct tsr_eventmail_answer {
	uint64_t ticket;
	uint8_t result;
	uint64_t fresh;
};

/* The head of a question; its bytes. The entries' bytes follow it. */
size_t tsr_eventmail_write(uint8_t out[TSR_EVENTMAIL_HEAD], uint64_t ticket,
    const struct tsr_collect *collect);

/* A question being read. */
struct tsr_eventmail_question {
	uint64_t ticket;
	unsigned count, next;
	struct tsr_span entries, bytes;
};

struct tsr_eventmail_entry {
	enum tsr_collect_stream stream;
	const uint8_t *id; /* TSR_EVENT_ID_SIZE bytes */
	struct tsr_span bytes;
};

/* False when it is no question. */
bool
tsr_eventmail_open(struct tsr_eventmail_question *out, struct tsr_span message);

/* The next entry; false after the last. */
bool tsr_eventmail_next(
    struct tsr_eventmail_entry *out, struct tsr_eventmail_question *question);

void tsr_eventmail_answer_write(uint8_t out[TSR_EVENTMAIL_ANSWER],
    const struct tsr_eventmail_answer *answer);

/* Cut the first answer off; false when there is none. */
bool tsr_eventmail_answer_read(
    struct tsr_eventmail_answer *out, struct tsr_span *message);

#endif
