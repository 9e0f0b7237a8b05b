/*
 * current - which release is to be served now.
 *
 * RELEASE is looked at often and cheaply; whatever it leads to when that has
 * changed is checked deeply by a process of its own, because a damaged file
 * may end who reads it, and because the check of a large release must not
 * keep requests waiting. What is served stays until something better is
 * proved.
 */
#ifndef TSR_SERVE_CURRENT_H
#define TSR_SERVE_CURRENT_H

#include <limits.h>
#include <sys/types.h>
#include <time.h>

#include "core/err.h"
#include "serve/log.h"

/* A release folder, as found at one moment. */
struct tsr_found {
	char path[PATH_MAX]; /* without links; "": there was none */
	dev_t dev;
	ino_t ino;
	struct timespec changed;
};

struct tsr_current {
	struct tsr_log *log;
	bool keyless; /* there are no keys: a release that needs them is named */
	const char *link;	   /* RELEASE, as it was given */
	struct tsr_found served;   /* path "" before the first */
	struct tsr_found previous; /* served before that */
	struct tsr_found refused;  /* not to be tried again yet */
	int64_t retry_at;
	/* A check that is running. */
	pid_t checker; /* 0: none */
	struct tsr_found checking;
	bool falling_back; /* checking is the previous one */
};

void tsr_current_init(
    struct tsr_current *current, struct tsr_log *log, const char *link);

/*
 * Look at RELEASE; starts a check when it leads to something new (or when
 * again: to anything). now is tsr_log_clock's.
 */
void tsr_current_look(struct tsr_current *current, int64_t now, bool again);

/*
 * A worker met a hole in what is served: check that again, and go back to the
 * one before if it is damaged.
 */
void tsr_current_doubt(struct tsr_current *current);

/*
 * A child of this process ended. True when it was the check and served has
 * changed: the workers are to be told.
 */
bool tsr_current_child(
    struct tsr_current *current, pid_t pid, int status, int64_t now);

/* Check RELEASE here and now (a child does it); what is wrong is logged. */
enum tsr_err tsr_current_check(struct tsr_log *log, const char *link);

#endif
