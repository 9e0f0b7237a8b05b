/*
 * preview_host - where the preview listens, and under which names it answers.
 */
#include "cli/preview_host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Ports that are tried one after the other. */
#define SEARCH_MAX 100

#define BACKLOG 128

static bool
read_port(uint16_t *out, struct tsr_span s)
{
	uint32_t v = 0;
	size_t i;

	if (s.n == 0 || s.n > 5)
		return false;
	for (i = 0; i < s.n; i++) {
		if (!tsr_is_digit(s.p[i]))
			return false;
		v = v * 10 + (uint32_t)(s.p[i] - '0');
	}
	*out = (uint16_t)v;
	return v <= UINT16_MAX;
}

/* Cut "name", "name:port", "[v6]" or "[v6]:port" in two. */
static bool
split(struct tsr_span *name, struct tsr_span *port, struct tsr_span s)
{
	size_t end;

	*port = tsr_span_of(NULL, 0);
	if (s.n > 0 && s.p[0] == '[') {
		end = tsr_span_find(s, ']', 0);
		if (end == s.n)
			return false;
		*name = tsr_span_part(s, 1, end - 1);
		s = tsr_span_from(s, end + 1);
	} else {
		end = tsr_span_find(s, ':', 0);
		*name = tsr_span_part(s, 0, end);
		s = tsr_span_from(s, end);
	}
	if (s.n == 0)
		return name->n > 0;
	if (s.p[0] != ':')
		return false;
	*port = tsr_span_from(s, 1);
	return name->n > 0 && port->n > 0;
}

static bool
is_loopback(struct tsr_span name)
{
	return tsr_span_same(name, TSR_LIT("localhost")) || tsr_span_same(name, TSR_LIT("127.0.0.1")) ||
	    tsr_span_same(name, TSR_LIT("::1"));
}

/* An address, which no resolver can make lead elsewhere. */
static bool
is_address(struct tsr_span name)
{
	uint8_t room[sizeof(struct in6_addr)];
	char text[64];

	if (name.n >= sizeof(text))
		return false;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	return inet_pton(AF_INET, text, room) == 1 ||
	    inet_pton(AF_INET6, text, room) == 1;
}

bool
tsr_preview_host_read(struct tsr_preview_host *out, struct tsr_span text)
{
	struct tsr_span name, port;

	memset(out, 0, sizeof(*out));
	if (read_port(&out->port, text)) {
		name = TSR_LIT("127.0.0.1");
	} else if (!split(&name, &port, text) || name.n >= sizeof(out->name) ||
	    !read_port(&out->port, port)) {
		return false;
	}
	memcpy(out->name, name.p, name.n);
	out->loopback = is_loopback(name);
	return true;
}

static int
listen_once(struct tsr_preview_host *host)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICSERV | AI_PASSIVE};
	struct addrinfo *found = NULL;
	struct sockaddr_storage bound;
	socklen_t n = sizeof(bound);
	int fd = -1, one = 1, saved;
	char port[8];

	snprintf(port, sizeof(port), "%u", host->port);
	if (tsr_span_same(tsr_span_of(host->name, strlen(host->name)),
		TSR_LIT("localhost")))
		hints.ai_family = AF_INET;
	if (getaddrinfo(host->name, port, &hints, &found) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1 ||
	    bind(fd, found->ai_addr, found->ai_addrlen) == -1 ||
	    listen(fd, BACKLOG) == -1 ||
	    getsockname(fd, (struct sockaddr *)&bound, &n) == -1) {
		saved = errno;
		if (fd != -1)
			close(fd);
		fd = -1;
		errno = saved;
	} else if (bound.ss_family == AF_INET) {
		host->port = ntohs(((struct sockaddr_in *)&bound)->sin_port);
	} else {
		host->port = ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
	}
	saved = errno;
	freeaddrinfo(found);
	errno = saved;
	return fd;
}

int
tsr_preview_host_listen(struct tsr_preview_host *host, bool search)
{
	int fd = listen_once(host), tries = 0;

	while (fd == -1 && search && errno == EADDRINUSE &&
	    ++tries < SEARCH_MAX && host->port < UINT16_MAX) {
		host->port++;
		fd = listen_once(host);
	}
	return fd;
}

bool
tsr_preview_host_allows(
    const struct tsr_preview_host *host, struct tsr_span header)
{
	struct tsr_span name, port;
	uint16_t number = 80;

	if (header.p == NULL || !split(&name, &port, header) ||
	    (port.n > 0 && !read_port(&number, port)) || number != host->port)
		return false;
	return is_loopback(name) || tsr_span_same(name,
		tsr_span_of(host->name, strlen(host->name))) ||
	    (!host->loopback && is_address(name));
}

void
tsr_preview_host_url(char *out, size_t n, const struct tsr_preview_host *host)
{
	bool v6 = strchr(host->name, ':') != NULL;

	snprintf(out, n, v6 ? "http://[%s]:%u/" : "http://%s:%u/", host->name,
	    host->port);
}
