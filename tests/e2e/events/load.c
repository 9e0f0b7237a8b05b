/*
 * load - browsers by the thousand: sends events, or looks at what was logged.
 *
 * usage: load send WHERE RUN PROCESSES RATE SECONDS OUT
 *        load check RUN PROCESSES OUT FILE...
 *
 * send: each process keeps 8 connections to WHERE (the path of a FastCGI
 * socket, or the port of a web server on 127.0.0.1) and sends batches of 10
 * events, RATE events a second of all processes together. One batch of four is
 * of a visitor who is not followed: 10 are counted in it. A batch that was not
 * answered with 204 is sent again, with its ids, until it is. How many events
 * each process had answered goes to OUT.0, OUT.1, ...; times to stdout.
 *
 * check: reads lines of the log and says what is missing of that, and what is
 * there twice.
 *
 * An id is RUN (u32), process (u32), number (u64): of an event, or of the first
 * that a batch counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base64.h"
#include "core/fcgi.h"

#define CONNECTIONS 8
#define BATCH 10
#define TIMES 2000000 /* ns/1000: one for each answer at most */
#define RETRY_NS 50000000
#define PROCESSES_MAX 64

struct conn {
	int fd;		/* -1: none */
	bool waits;	/* for an answer */
	bool has;	/* a batch that is to be answered */
	uint64_t first; /* number of its first event */
	int64_t sent, rest_until;
	size_t got;
	uint8_t in[4096];
};

struct sender {
	const char *where;
	uint32_t run, process;
	uint64_t next; /* number of an event */
	uint64_t answered, retries;
	struct conn conns[CONNECTIONS];
	uint32_t *times; /* us */
	size_t count;
};

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- requests ---- */

/* What a batch counts: BATCH in all. */
#define COUNTERS "\"view\":7,\"click\":3"

static bool
is_counted(uint64_t first)
{
	return first / BATCH % 4 == 3;
}

static void
make_id(uint8_t text[23], const struct sender *s, uint64_t number)
{
	uint8_t id[16];

	tsr_put32(id, s->run);
	tsr_put32(id + 4, s->process);
	tsr_put64(id + 8, number);
	text[tsr_base64_write(text, tsr_span_of(id, 16))] = 0;
}

static size_t
make_batch(char *out, const struct sender *s, uint64_t first)
{
	uint8_t text[23];
	char *p = out;
	unsigned i;

	if (is_counted(first)) {
		make_id(text, s, first);
		return (size_t)sprintf(p, "{\"v\":1,\"id\":\"%s\",\"page\":"
			"\"/shop/boots\",\"events\":[],\"c\":{" COUNTERS "}}",
		    (char *)text);
	}
	p += sprintf(p, "{\"v\":1,\"page\":\"/shop/boots\",\"events\":[");
	for (i = 0; i < BATCH; i++) {
		make_id(text, s, first + i);
		p += sprintf(p, "%s{\"id\":\"%s\",\"k\":\"scroll\",\"n\":1,"
			"\"t\":%u,\"f\":{\"depth\":%u}}", i > 0 ? "," : "",
		    (char *)text, (unsigned)(first % 100000), i * 10);
	}
	p += sprintf(p, "]}");
	return (size_t)(p - out);
}

static uint8_t *
put_pair(uint8_t *p, const char *name, const char *value)
{
	size_t n = strlen(name), m = strlen(value);

	*p++ = (uint8_t)n;
	*p++ = (uint8_t)m;
	memcpy(p, name, n);
	memcpy(p + n, value, m);
	return p + n + m;
}

static const char *const params[][2] = {{"REQUEST_METHOD", "POST"},
    {"REQUEST_URI", "/_tessera/events"},
    {"HTTP_ORIGIN", "https://www.fellwander.example"},
    {"CONTENT_TYPE", "text/plain;charset=UTF-8"},
    {"REMOTE_ADDR", "192.0.2.1"},
    {"HTTP_COOKIE", "consent=functional+analytics+personalization"}};

static size_t
make_fcgi(uint8_t *out, const char *body, size_t n)
{
	static const uint8_t begin[8] = {0, 1, 1};
	uint8_t *p = out, *head;
	char length[24];
	size_t i;

	tsr_fcgi_header(p, TSR_FCGI_BEGIN, 1, 8);
	memcpy(p + 8, begin, 8);
	head = p += 16;
	p += 8;
	for (i = 0; i < TSR_COUNT_OF(params); i++)
		p = put_pair(p, params[i][0], params[i][1]);
	sprintf(length, "%zu", n);
	p = put_pair(p, "CONTENT_LENGTH", length);
	tsr_fcgi_header(
	    head, TSR_FCGI_PARAMS, 1, (uint16_t)(p - head - 8));
	tsr_fcgi_header(p, TSR_FCGI_PARAMS, 1, 0);
	tsr_fcgi_header(p + 8, TSR_FCGI_STDIN, 1, (uint16_t)n);
	memcpy(p + 16, body, n);
	p += 16 + n;
	tsr_fcgi_header(p, TSR_FCGI_STDIN, 1, 0);
	return (size_t)(p + 8 - out);
}

static size_t
make_http(uint8_t *out, const char *body, size_t n)
{
	int head = sprintf((char *)out,
	    "POST /_tessera/events HTTP/1.1\r\n"
	    "Host: www.fellwander.example\r\n"
	    "Origin: https://www.fellwander.example\r\n"
	    "Content-Type: text/plain;charset=UTF-8\r\n"
	    "Cookie: consent=functional+analytics+personalization\r\n"
	    "Content-Length: %zu\r\n\r\n", n);

	memcpy(out + head, body, n);
	return (size_t)head + n;
}

static bool
is_path(const struct sender *s)
{
	return s->where[0] == '/';
}

static bool
open_conn(const struct sender *s, struct conn *c)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET};
	const int one = 1;

	c->got = 0;
	if (is_path(s)) {
		c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
		strncat(un.sun_path, s->where, sizeof(un.sun_path) - 1);
		if (connect(c->fd, (struct sockaddr *)&un, sizeof(un)) == 0)
			return true;
	} else {
		c->fd = socket(AF_INET, SOCK_STREAM, 0);
		in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		in.sin_port = htons((uint16_t)strtoul(s->where, NULL, 10));
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (connect(c->fd, (struct sockaddr *)&in, sizeof(in)) == 0)
			return true;
	}
	close(c->fd);
	c->fd = -1;
	return false;
}

/* The batch will be sent again. */
static void
again(struct sender *s, struct conn *c, bool broken)
{
	s->retries++;
	c->waits = false;
	c->rest_until = now_ns() + RETRY_NS;
	if (broken && c->fd != -1) {
		close(c->fd);
		c->fd = -1;
	}
}

static void
send_batch(struct sender *s, struct conn *c)
{
	static uint8_t request[8192];
	static char body[4096];
	size_t n;

	if (c->fd == -1 && !open_conn(s, c)) {
		again(s, c, true);
		return;
	}
	n = make_batch(body, s, c->first);
	n = is_path(s) ? make_fcgi(request, body, n)
		       : make_http(request, body, n);
	c->got = 0;
	c->waits = true;
	c->sent = now_ns();
	if (send(c->fd, request, n, MSG_NOSIGNAL) != (ssize_t)n)
		again(s, c, true);
}

/* ---- answers ---- */

/* The status when all of an answer has come; 0: not yet. */
static unsigned
whole(const struct sender *s, const struct conn *c)
{
	const char *text = (const char *)c->in, *at, *end;
	size_t n = 0, from = 0;
	unsigned status;

	if (!is_path(s)) {
		end = memmem(text, c->got, "\r\n\r\n", 4);
		if (end == NULL)
			return 0;
		status = (unsigned)strtoul(text + 9, NULL, 10);
		at = memmem(text, (size_t)(end - text), "Content-Length: ", 16);
		if (at != NULL)
			n = strtoul(at + 16, NULL, 10);
		return (size_t)(end + 4 - text) + n <= c->got ? status : 0;
	}
	while (c->got - from >= 8) {
		n = (size_t)(c->in[from + 4] << 8 | c->in[from + 5]) + 8;
		if (c->got - from < n)
			return 0;
		if (c->in[from + 1] == TSR_FCGI_END) {
			at = memmem(text, c->got, "Status: ", 8);
			return at == NULL
			    ? 999 : (unsigned)strtoul(at + 8, NULL, 10);
		}
		from += n;
	}
	return 0;
}

static void
take_answer(struct sender *s, struct conn *c)
{
	ssize_t n = recv(c->fd, c->in + c->got, sizeof(c->in) - 1 - c->got, 0);
	unsigned status;

	if (n <= 0) {
		again(s, c, true);
		return;
	}
	c->got += (size_t)n;
	c->in[c->got] = 0;
	status = whole(s, c);
	if (status == 0)
		return;
	if (status != 204) {
		again(s, c, false);
		return;
	}
	if (s->count < TIMES)
		s->times[s->count++] = (uint32_t)((now_ns() - c->sent) / 1000);
	s->answered += BATCH;
	c->waits = c->has = false;
}

/* Until all that was begun in `seconds` is answered; 60 s more at most. */
static void
run_sender(struct sender *s, double rate, double seconds)
{
	int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9), now;
	int64_t last = end + INT64_C(60000000000);
	struct pollfd fds[CONNECTIONS];
	unsigned i, busy;

	for (;;) {
		now = now_ns();
		busy = 0;
		for (i = 0; i < CONNECTIONS; i++) {
			struct conn *c = &s->conns[i];

			if (!c->has && now < end &&
			    (double)s->next <
				rate * (double)(now - start) / 1e9) {
				c->has = true;
				c->first = s->next;
				s->next += BATCH;
			}
			if (c->has && !c->waits && now >= c->rest_until)
				send_batch(s, c);
			busy += c->has;
			fds[i] = (struct pollfd){
			    .fd = c->waits ? c->fd : -1, .events = POLLIN};
		}
		if (now >= last || (now >= end && busy == 0))
			break;
		if (poll(fds, CONNECTIONS, 1) > 0)
			for (i = 0; i < CONNECTIONS; i++)
				if (fds[i].fd != -1 && fds[i].revents != 0)
					take_answer(s, &s->conns[i]);
	}
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* One process: its numbers to OUT.process. */
static void
send_all(struct sender *s, double rate, double seconds, const char *out)
{
	char path[4096];
	FILE *file;

	for (unsigned i = 0; i < CONNECTIONS; i++)
		s->conns[i].fd = -1;
	s->times = malloc(TIMES * sizeof(*s->times));
	run_sender(s, rate, seconds);
	qsort(s->times, s->count, sizeof(*s->times), by_size);
	snprintf(path, sizeof(path), "%s.%u", out, s->process);
	file = fopen(path, "w");
	fprintf(file, "%llu %llu %llu %u %u %u\n",
	    (unsigned long long)s->next, (unsigned long long)s->answered,
	    (unsigned long long)s->retries,
	    s->count > 0 ? s->times[s->count / 2] : 0,
	    s->count > 0 ? s->times[s->count * 99 / 100] : 0,
	    s->count > 0 ? s->times[s->count - 1] : 0);
	fclose(file);
}

static int
send_main(char **argv)
{
	unsigned processes = (unsigned)strtoul(argv[4], NULL, 10), i;
	double rate = strtod(argv[5], NULL) / processes;
	struct sender *s = calloc(1, sizeof(*s));

	s->where = argv[2];
	s->run = (uint32_t)strtoul(argv[3], NULL, 10);
	for (i = 0; i < processes; i++) {
		s->process = i;
		if (fork() == 0) {
			send_all(s, rate, strtod(argv[6], NULL), argv[7]);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

/* ---- check ---- */

struct seen {
	uint64_t wanted; /* events that were begun, and answered at the end */
	uint64_t answered;
	uint8_t *times; /* how often each is in the log */
};

/* The numbers of a line: one event, or all that a batch counted. */
static void
note_line(struct seen *seen, uint64_t number, bool counts)
{
	uint64_t end = number + (counts ? BATCH : 1);

	for (; number < end && number < seen->wanted; number++)
		if (seen->times[number] < 255)
			seen->times[number]++;
}

static bool
is_whole(const char *line, bool counts)
{
	return line[0] == '{' &&
	    strcmp(line + strlen(line) - 2, "}\n") == 0 &&
	    (!counts || strstr(line, "{" COUNTERS "}") != NULL);
}

static uint64_t
look_file(struct seen *seen, unsigned processes, uint32_t run, const char *path)
{
	FILE *file = fopen(path, "r");
	uint64_t lines = 0;
	struct tsr_span bytes;
	static char line[1 << 20];
	uint8_t id[16];
	const char *at;
	bool counts;
	uint32_t p;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		at = strstr(line, "\"id\":\"");
		counts = strstr(line, "\"counts\":") != NULL;
		lines += counts ? BATCH : 1;
		if (at == NULL || !is_whole(line, counts) ||
		    tsr_base64_read(&bytes, tsr_span_of(at + 6, 22), id, 16) !=
			TSR_OK) {
			printf("%s: not a line: %.200s\n", path, line);
			exit(1);
		}
		p = tsr_le32(id + 4);
		if (tsr_le32(id) == run && p < processes)
			note_line(&seen[p], tsr_le64(id + 8), counts);
	}
	if (file != NULL)
		fclose(file);
	return lines;
}

static int
check_main(int argc, char **argv)
{
	uint32_t run = (uint32_t)strtoul(argv[2], NULL, 10);
	unsigned processes = (unsigned)strtoul(argv[3], NULL, 10), p;
	uint64_t lost = 0, twice = 0, answered = 0, lines = 0, k, open = 0;
	static struct seen seen[PROCESSES_MAX];
	unsigned long long a, b;
	char path[4096];
	FILE *file;
	int i;

	for (p = 0; p < processes && p < PROCESSES_MAX; p++) {
		snprintf(path, sizeof(path), "%s.%u", argv[4], p);
		file = fopen(path, "r");
		if (file == NULL || fscanf(file, "%llu %llu", &a, &b) != 2)
			return 1;
		fclose(file);
		seen[p].wanted = a;
		seen[p].answered = b;
		seen[p].times = calloc(1, a + 1);
	}
	for (i = 5; i < argc; i++)
		lines += look_file(seen, processes, run, argv[i]);
	for (p = 0; p < processes; p++) {
		answered += seen[p].answered;
		open += seen[p].wanted - seen[p].answered;
		for (k = 0; k < seen[p].wanted; k++) {
			lost += seen[p].times[k] == 0;
			twice += seen[p].times[k] > 1;
		}
	}
	printf("{\"lines\":%llu,\"answered\":%llu,\"open\":%llu,"
	       "\"lost\":%llu,\"twice\":%llu}\n",
	    (unsigned long long)lines, (unsigned long long)answered,
	    (unsigned long long)open, (unsigned long long)lost,
	    (unsigned long long)twice);
	return lost > 0 || twice > 0 || open > 0;
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 8 && strcmp(argv[1], "send") == 0)
		return send_main(argv);
	if (argc > 5 && strcmp(argv[1], "check") == 0)
		return check_main(argc, argv);
	fputs("usage: see load.c\n", stderr);
	return 2;
}
