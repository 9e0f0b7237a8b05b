/*
 * preview_watch - wait until an author saves something.
 *
 * Watches tessera.json and the folders content, templates and variants with
 * all that is below them, also what is made later (inotify). Names that begin
 * with a dot or end in ~ are passed over, as the build does.
 */
#ifndef TSR_CLI_PREVIEW_WATCH_H
#define TSR_CLI_PREVIEW_WATCH_H

#include <stdbool.h>

struct tsr_preview_watch {
	int fd;	  /* inotify, or -1 */
	int stop; /* eventfd, or -1 */
	int root; /* watch of the site's folder itself */
	const char *folder;
};

/* False with errno when the folder cannot be watched. */
bool tsr_preview_watch_open(
    struct tsr_preview_watch *watch, const char *folder);

/*
 * Wait for a change, and then until all is quiet for 100 ms (or a second is
 * over). False when tsr_preview_watch_stop was called.
 */
bool tsr_preview_watch_wait(struct tsr_preview_watch *watch);

/* From any thread: let the one that waits return. */
void tsr_preview_watch_stop(struct tsr_preview_watch *watch);

void tsr_preview_watch_close(struct tsr_preview_watch *watch);

#endif
