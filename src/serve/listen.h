/*
 * listen - the socket that requests come in by.
 *
 * It is made from --listen, or handed over by who started us: as descriptor 0
 * (the FastCGI convention) or by systemd (LISTEN_FDS).
 */
#ifndef TSR_SERVE_LISTEN_H
#define TSR_SERVE_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"

struct tsr_listener {
	int fd; /* not blocking, close-on-exec; -1: none */
	/* A unix socket that we made, to be removed at the end. */
	char path[108];
	dev_t dev;
	ino_t ino;
};

/*
 * Make a listener. where is a path with a "/", HOST:PORT, [HOST]:PORT or
 * :PORT; HOST is a number or "localhost", the loopback address by default. mode
 * is that of a unix socket. A socket left over by a dead process is
 * replaced; one that somebody listens on is not. On an error *why says what
 * went wrong (a literal), and errno is set for TSR_IO.
 */
enum tsr_err tsr_listen_open(struct tsr_listener *out, const char **why,
    const char *where, mode_t mode);

/*
 * The socket handed over to this process, if any: TSR_MISSING when there is
 * none, TSR_UNSUPPORTED when there are several.
 */
enum tsr_err tsr_listen_inherit(struct tsr_listener *out);

/* Whether fd is a socket that listens. */
bool tsr_listen_is(int fd);

/* Remove the unix socket if it is still ours. */
void tsr_listen_unlink(const struct tsr_listener *listener);

#endif
