/*
 * preview_http - the preview's connections: HTTP in, replies out.
 *
 * The only file that knows libmicrohttpd. A thread a connection; a stream of
 * events keeps its thread until the page goes or the preview ends.
 */
#ifndef TSR_CLI_PREVIEW_HTTP_H
#define TSR_CLI_PREVIEW_HTTP_H

#include "cli/preview_answer.h"

struct tsr_preview_http {
	struct tsr_preview *preview;
	struct tsr_preview_host host;
	void *daemon;
};

/* Serve on a listening socket, which is taken over. False: it cannot start. */
bool tsr_preview_http_start(struct tsr_preview_http *http, int fd);

/* End all connections; call tsr_preview_stop before. */
void tsr_preview_http_stop(struct tsr_preview_http *http);

#endif
