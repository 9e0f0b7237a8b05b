/*
 * options - the command line of tessera-fcgi.
 */
#ifndef TSR_SERVE_OPTIONS_H
#define TSR_SERVE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum tsr_options_action {
	TSR_OPTIONS_SERVE,
	TSR_OPTIONS_CHECK,
	TSR_OPTIONS_HELP,
	TSR_OPTIONS_VERSION
};

struct tsr_options {
	enum tsr_options_action action;
	const char *release; /* the argument, TESSERA_RELEASE, or NULL */
	const char *listen;  /* NULL: handed over */
	mode_t mode;	     /* of a unix socket */
	unsigned workers;
	unsigned connections; /* of a worker */
	const char *state;    /* folder, or NULL */
	const char *keys;     /* file, or NULL */
	uint64_t log_rate;    /* page views logged, of 2^32 */
	uint32_t events_each; /* events a second of one sender; 0: any */
	uint32_t events_all;  /* of all together */
	bool events_sync;     /* events are on the disk when answered */
	const char *user;     /* NULL: stay who we are */
	bool verbose;	      /* -d */
	bool trace;	      /* -dd */
};

/*
 * Read the command line; the strings are borrowed. False after a line to
 * stderr when it cannot be understood.
 */
bool tsr_serve_options_read(struct tsr_options *out, int argc, char *const *argv);

void tsr_serve_options_help(void);

/* A part from 0 to 1 with at most nine decimals, as a number of 2^32. */
bool tsr_serve_options_rate(uint64_t *out, const char *s);

#endif
