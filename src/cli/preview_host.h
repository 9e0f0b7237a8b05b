/*
 * preview_host - where the preview listens, and under which names it answers.
 *
 * A page elsewhere can make its own name lead to 127.0.0.1 and then read what
 * is served here (DNS rebinding). So only names that nobody else can own are
 * answered: localhost and addresses, with our port.
 */
#ifndef TSR_CLI_PREVIEW_HOST_H
#define TSR_CLI_PREVIEW_HOST_H

#include "core/bytes.h"

struct tsr_preview_host {
	char name[256]; /* localhost, 127.0.0.1, ::1, 0.0.0.0, a name */
	uint16_t port;
	bool loopback; /* only this machine can reach it */
};

/* HOST:PORT, [::1]:PORT, or PORT alone; false when it is none of them. */
bool tsr_preview_host_read(struct tsr_preview_host *out, struct tsr_span text);

/*
 * Open a listening socket. search: try the next ports when this one is taken.
 * *host gets the port. -1 with errno.
 */
int tsr_preview_host_listen(struct tsr_preview_host *host, bool search);

/* Whether a request with this Host header is answered; p NULL: it had none. */
bool tsr_preview_host_allows(
    const struct tsr_preview_host *host, struct tsr_span header);

/* http://127.0.0.1:8080/ */
void tsr_preview_host_url(
    char *out, size_t n, const struct tsr_preview_host *host);

#endif
