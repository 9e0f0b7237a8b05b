/*
 * past - releases that were served before and still lie beside the current one.
 *
 * A page says which release made it; a visitor may ask about it after the next
 * was published. Its index is mapped when it is asked for, and stays until
 * another is: what is kept is bounded, and a release is gone only when its
 * folder is.
 */
#ifndef TSR_SERVE_PAST_H
#define TSR_SERVE_PAST_H

#include <limits.h>

#include "core/request.h"
#include "serve/release.h"

struct tsr_past_keeper {
	struct tsr_past past; /* lent to requests */
	char dir[PATH_MAX]; /* of the release that is served; "": none */
	struct tsr_release release; /* its index alone */
	bool open;
};

/* The release at dir is served now; others are looked for beside it. */
void tsr_past_begin(struct tsr_past_keeper *keeper, const char *dir);

/* Let a request ask. */
void tsr_past_lend(struct tsr_request *request, struct tsr_past_keeper *keeper);

#endif
