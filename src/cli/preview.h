/*
 * preview - what the threads of `tessera serve` share: the site as it was last
 * built, and what the last build said.
 *
 * The builder puts; any number of connections look. A site that is looked at
 * stays until the last one lets go of it.
 */
#ifndef TSR_CLI_PREVIEW_H
#define TSR_CLI_PREVIEW_H

#include <pthread.h>

#include "base/buf.h"
#include "cli/preview_segment.h"
#include "serve/keys.h"
#include "serve/release.h"

/* A site that was built without mistakes. */
struct tsr_preview_site {
	struct tsr_arena arena; /* holds this, too */
	struct tsr_release release;
	char id[65];		/* of the release, hexadecimal */
	struct tsr_preview_segments segments;
	size_t users; /* guarded by the preview's lock */
};

/* What the last build said. */
struct tsr_preview_news {
	uint64_t generation; /* counts builds; 0: none is done */
	size_t errors, warnings;
	char id[65]; /* of the release that is served; "": none */
};

struct tsr_preview {
	const char *folder; /* of the site */
	const char *out;    /* where its releases go */
	const char *state;  /* folder of weights, or NULL */
	struct tsr_keys keys; /* of this run: nobody else has them */
	bool bar;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Guarded by the lock: */
	struct tsr_preview_site *site; /* NULL before the first good build */
	struct tsr_preview_news news;
	struct tsr_buf messages; /* a JSON array */
	bool stopping;
};

void tsr_preview_init(struct tsr_preview *preview);
void tsr_preview_free(struct tsr_preview *preview);

/* A new, empty site with one user: the caller. */
struct tsr_preview_site *tsr_preview_site_new(void);

/*
 * A build is done. site: what is served from now on, taken over; NULL after
 * mistakes: the last good one stays. messages is a JSON array.
 */
void tsr_preview_put(struct tsr_preview *preview, struct tsr_preview_site *site,
    const struct tsr_preview_news *news, struct tsr_span messages);

/* The site being served, or NULL; tsr_preview_leave when done with it. */
struct tsr_preview_site *tsr_preview_enter(struct tsr_preview *preview);
void tsr_preview_leave(
    struct tsr_preview *preview, struct tsr_preview_site *site);

/* The news, and (messages not NULL) the messages appended to a buffer. */
void tsr_preview_look(struct tsr_preview_news *news, struct tsr_buf *messages,
    struct tsr_preview *preview);

/*
 * Wait for a generation other than *generation, at most ms milliseconds. False
 * when the preview ends; otherwise *news is what is known now.
 */
bool tsr_preview_wait(struct tsr_preview_news *news,
    struct tsr_preview *preview, uint64_t generation, unsigned ms);

/* Wake all who wait, for the last time. */
void tsr_preview_stop(struct tsr_preview *preview);

#endif
