/*
 * listen - the socket that requests come in by.
 */
#include "serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/bytes.h"

/* systemd hands over descriptors from this number on. */
#define LISTEN_FDS_START 3

/* Connections that wait to be accepted; the kernel cuts it to its own cap. */
#define BACKLOG 1024

bool
tsr_listen_is(int fd)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 &&
	    on != 0;
}

/* A number of at most max in decimal; -1 when s is not one. */
static long
number(const char *s, long max)
{
	long v = 0;

	if (*s == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		if (!tsr_is_digit((uint8_t)*s))
			return -1;
		v = v * 10 + (*s - '0');
		if (v > max)
			return -1;
	}
	return v;
}

static enum tsr_err
prepare(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return TSR_IO;
	return TSR_OK;
}

/*
 * Whether a new socket may take the place at path: nothing is there, or a
 * socket that nobody listens on.
 */
static enum tsr_err
check_place(const char **why, const struct sockaddr_un *address)
{
	enum tsr_err err = TSR_IO;
	struct stat st;
	int fd;

	if (lstat(address->sun_path, &st) == -1)
		return errno == ENOENT ? TSR_OK : TSR_IO;
	if (!S_ISSOCK(st.st_mode)) {
		*why = "something that is not a socket is there";
		errno = EEXIST;
		return TSR_IO;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return TSR_IO;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		-1 &&
	    (errno == ECONNREFUSED || errno == ENOENT)) {
		err = TSR_OK;
	} else {
		*why = "another process listens there";
		errno = EADDRINUSE;
	}
	close(fd);
	return err;
}

/*
 * The socket is made under a name of its own, gets its mode, listens, and only
 * then takes the place by rename: nobody meets it half ready.
 */
static enum tsr_err
open_unix(struct tsr_listener *out, const char **why, const char *path,
    mode_t mode)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	struct stat st;
	int n, saved;

	n = snprintf(address.sun_path, sizeof(address.sun_path), "%s.%ld", path,
	    (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(address.sun_path)) {
		*why = "the path is too long for a socket";
		return TSR_LONG;
	}
	memcpy(place.sun_path, path, strlen(path) + 1);
	if (check_place(why, &place) != TSR_OK)
		return TSR_IO;
	out->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (out->fd == -1)
		return TSR_IO;
	unlink(address.sun_path);
	if (bind(out->fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		return TSR_IO;
	if (chmod(address.sun_path, mode) == -1 ||
	    listen(out->fd, BACKLOG) == -1 ||
	    stat(address.sun_path, &st) == -1 ||
	    rename(address.sun_path, path) == -1) {
		saved = errno;
		unlink(address.sun_path);
		errno = saved;
		return TSR_IO;
	}
	memcpy(out->path, path, strlen(path) + 1);
	out->dev = st.st_dev;
	out->ino = st.st_ino;
	return TSR_OK;
}

/* HOST, without brackets, and PORT of "HOST:PORT". */
static enum tsr_err
parse_address(struct sockaddr_in6 *six, struct sockaddr_in *four,
    const char *where)
{
	const char *colon = strrchr(where, ':'), *from = where;
	char host[64];
	size_t n;
	long port;

	if (colon == NULL)
		return TSR_SYNTAX;
	port = number(colon + 1, 65535);
	n = (size_t)(colon - where);
	if (n >= 2 && where[0] == '[' && where[n - 1] == ']') {
		from = where + 1;
		n -= 2;
		six->sin6_family = AF_INET6;
	}
	if (port < 0 || n >= sizeof(host))
		return TSR_SYNTAX;
	memcpy(host, from, n);
	host[n] = '\0';
	six->sin6_port = htons((uint16_t)port);
	four->sin_port = htons((uint16_t)port);
	if (six->sin6_family == AF_INET6)
		return inet_pton(AF_INET6, host, &six->sin6_addr) == 1
		    ? TSR_OK
		    : TSR_SYNTAX;
	four->sin_family = AF_INET;
	four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (host[0] == '\0' || strcmp(host, "localhost") == 0)
		return TSR_OK;
	return inet_pton(AF_INET, host, &four->sin_addr) == 1 ? TSR_OK
							      : TSR_SYNTAX;
}

static enum tsr_err
open_tcp(struct tsr_listener *out, const char **why, const char *where)
{
	struct sockaddr_in6 six = {0};
	struct sockaddr_in four = {0};
	const struct sockaddr *address = (struct sockaddr *)&four;
	socklen_t n = sizeof(four);
	int on = 1;

	if (parse_address(&six, &four, where) != TSR_OK) {
		*why = "expected PATH, HOST:PORT or [HOST]:PORT with a number "
		       "as host";
		return TSR_SYNTAX;
	}
	if (six.sin6_family == AF_INET6) {
		address = (struct sockaddr *)&six;
		n = sizeof(six);
	}
	out->fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (out->fd == -1)
		return TSR_IO;
	/* Accepted sockets inherit TCP_NODELAY. */
	if (setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ==
		-1 ||
	    setsockopt(out->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ==
		-1 ||
	    bind(out->fd, address, n) == -1 || listen(out->fd, BACKLOG) == -1)
		return TSR_IO;
	return TSR_OK;
}

enum tsr_err
tsr_listen_open(struct tsr_listener *out, const char **why, const char *where,
    mode_t mode)
{
	enum tsr_err err;
	int saved;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	*why = NULL;
	if (strchr(where, '/') != NULL)
		err = open_unix(out, why, where, mode);
	else
		err = open_tcp(out, why, where);
	if (err == TSR_OK)
		err = prepare(out->fd);
	if (err != TSR_OK && out->fd != -1) {
		saved = errno;
		close(out->fd);
		errno = saved;
		out->fd = -1;
	}
	return err;
}

enum tsr_err
tsr_listen_inherit(struct tsr_listener *out)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	if (tsr_listen_is(STDIN_FILENO)) {
		out->fd = STDIN_FILENO;
	} else if (pid != NULL && fds != NULL &&
	    number(pid, 0x7fffffff) == (long)getpid()) {
		if (number(fds, 1) != 1)
			return TSR_UNSUPPORTED;
		if (tsr_listen_is(LISTEN_FDS_START))
			out->fd = LISTEN_FDS_START;
	}
	if (out->fd == -1)
		return TSR_MISSING;
	return prepare(out->fd);
}

void
tsr_listen_unlink(const struct tsr_listener *listener)
{
	struct stat st;

	if (listener->path[0] != '\0' && lstat(listener->path, &st) == 0 &&
	    st.st_dev == listener->dev && st.st_ino == listener->ino)
		unlink(listener->path);
}
