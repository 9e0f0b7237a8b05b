/*
 * log - one line to stderr for an event worth it, not too many a second.
 */
#include "serve/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/limits.h"

#define LINE_MAX_BYTES 1024

void
tsr_log_init(struct tsr_log *log, const char *name, bool trace)
{
	log->name = name;
	log->second = 0;
	log->lines = 0;
	log->dropped = 0;
	log->trace = trace;
}

int64_t
tsr_log_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
print(const char *name, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	ssize_t written;
	int n, m;

	n = snprintf(line, sizeof(line), "%s: ", name);
	if (n < 0 || (size_t)n >= sizeof(line))
		return;
	m = vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n >= sizeof(line))
		n = (int)sizeof(line) - 1;
	line[n] = '\n';
	/* When stderr is gone there is nobody to tell. */
	written = write(STDERR_FILENO, line, (size_t)n + 1);
	(void)written;
}

static void __attribute__((format(printf, 2, 3)))
say(const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(name, fmt, ap);
	va_end(ap);
}

void
tsr_log(struct tsr_log *log, const char *fmt, ...)
{
	int64_t second = tsr_log_clock() / 1000;
	int saved = errno;
	va_list ap;

	if (second != log->second) {
		log->second = second;
		log->lines = 0;
		if (log->dropped > 0)
			say(log->name, "%u lines left out", log->dropped);
		log->dropped = 0;
	}
	if (log->lines == TSR_LOG_LINES) {
		log->dropped++;
	} else {
		log->lines++;
		va_start(ap, fmt);
		print(log->name, fmt, ap);
		va_end(ap);
	}
	errno = saved;
}

void
tsr_log_trace(struct tsr_log *log, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	if (!log->trace)
		return;
	va_start(ap, fmt);
	print(log->name, fmt, ap);
	va_end(ap);
	errno = saved;
}
