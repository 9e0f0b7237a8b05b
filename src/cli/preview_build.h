/*
 * preview_build - build the site, and again whenever it changes.
 *
 * One thread: it waits for changes, builds, and puts the result into the
 * preview. Changes while it builds are built next.
 */
#ifndef TSR_CLI_PREVIEW_BUILD_H
#define TSR_CLI_PREVIEW_BUILD_H

#include "cli/preview.h"
#include "cli/preview_watch.h"

struct tsr_preview_builder {
	struct tsr_preview *preview;
	struct tsr_preview_watch watch;
	unsigned threads;
	bool quiet, json; /* what is said about builds, and where */
	pthread_t thread;
};

/* Begin; false with errno when the folder cannot be watched. */
bool tsr_preview_build_start(struct tsr_preview_builder *builder);

/* End; waits for a build that is under way. */
void tsr_preview_build_stop(struct tsr_preview_builder *builder);

#endif
