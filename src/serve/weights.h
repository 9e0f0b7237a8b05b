/*
 * weights - the weights file that is served now, in memory that parent and
 * workers share.
 *
 * The parent looks at DIR/weights/current, checks its form and puts the bytes
 * where workers see them; a worker binds them to its own release when its next
 * request is answered. So a swap tells nobody anything, and nothing waits for
 * it. A file that is bad, or gone, leaves the last good one in place.
 */
#ifndef TSR_SERVE_WEIGHTS_H
#define TSR_SERVE_WEIGHTS_H

#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>

#include "core/weights.h"
#include "serve/log.h"

/* The bytes of a good file. */
struct tsr_weights_text {
	uint8_t hash[TSR_WEIGHTS_HASH];
	size_t n;
	uint8_t bytes[TSR_WEIGHTS_FILE];
};

struct tsr_weights_share {
	/* Of the text that counts, number & 1; 0: there is none yet. */
	atomic_uint number;
	atomic_uint told; /* of which a worker said what does not fit */
	struct tsr_weights_text texts[2];
};

/* The parent's side. */
struct tsr_weights_watch {
	struct tsr_log *log;
	const char *folder; /* of the state; NULL: nothing is looked at */
	struct tsr_weights_share *share;
	bool known; /* the file that was found last: */
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

/* Before any worker is started; false when the system refuses. */
bool tsr_weights_watch_init(struct tsr_weights_watch *watch,
    struct tsr_log *log, const char *folder);

/* Look at the file; cheap when it is the one that was found last. */
void tsr_weights_look(struct tsr_weights_watch *watch);

/* A worker's side: weights bound to its release. Large. */
struct tsr_weights_bound {
	struct tsr_log *log;
	unsigned number;     /* of the text that is bound; 0: none */
	struct tsr_weights_text text;
	struct tsr_weights weights;
};

/*
 * The weights of now, bound to a release; NULL: there are none. Reads the
 * release, so it runs where a fault is caught. After another release was taken
 * bound->number must be 0.
 */
const struct tsr_weights *tsr_weights_bind(struct tsr_weights_bound *bound,
    struct tsr_weights_share *share, const struct tsr_table *table);

/*
 * Read the file below a state folder here and now (CGI), and bind it. NULL:
 * there is none, or it is bad, which is logged.
 */
const struct tsr_weights *tsr_weights_read(struct tsr_weights_bound *bound,
    struct tsr_log *log, const char *folder, const struct tsr_table *table);

#endif
