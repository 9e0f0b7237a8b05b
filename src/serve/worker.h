/*
 * worker - one process that answers: its connections and its release.
 *
 * Single-threaded. All memory is taken at start. A request is answered in one
 * go from bytes that have come to bytes that go out or wait in the
 * connection's own area: between two requests nothing points into the
 * release, so a new one takes its place at any such moment and the old
 * mapping has no reader left.
 */
#ifndef TSR_SERVE_WORKER_H
#define TSR_SERVE_WORKER_H

#include "serve/decisions.h"
#include "serve/eventpost.h"
#include "serve/frame.h"
#include "serve/keys.h"
#include "serve/log.h"
#include "serve/past.h"
#include "serve/profile.h"
#include "serve/reply.h"
#include "serve/share.h"
#include "serve/slots.h"
#include "serve/weights.h"

/* What the parent tells a worker: the first byte; a path may follow. */
#define TSR_TELL_RELEASE 'R' /* serve the release at this path */
#define TSR_TELL_KEYS 'K'    /* the file of keys has changed */
#define TSR_TELL_STOP 'S'    /* finish what runs and end */

/* What a worker tells its parent. */
#define TSR_TELL_READY 'O'   /* it serves the release it was told */
#define TSR_TELL_DAMAGED 'D' /* it could not open it and keeps the old one */
#define TSR_TELL_FAULT 'F'   /* its mapping was cut off under it */

struct tsr_worker {
	struct tsr_log *log;
	struct tsr_slots slots;
	struct tsr_share *share;
	unsigned number; /* in the share */
	int epoll;
	int listener;	/* -1 when no more connections are taken */
	int parent;	/* SOCK_SEQPACKET; its end means that we stop */
	bool armed;	/* epoll watches the listener */
	bool have_release;
	bool fault_told;
	bool stopping;
	int64_t rest_until; /* no accept before: the system had none left */
	int64_t stop_at; /* when stopping: not later than this */
	int64_t now;	 /* tsr_log_clock of this round */
	size_t pending;	 /* bytes that slow readers have outstanding */
	struct tsr_release releases[2]; /* not copied: it has pointers inside */
	unsigned current;		/* the one that is served */
	struct tsr_frame frame;
	struct tsr_param params[TSR_PARAM_COUNT_MAX];
	uint8_t input[TSR_READ_MAX];
	uint8_t store[TSR_PARAMS_MAX]; /* parameters of whole requests */
	/* The request that is being answered. */
	struct tsr_request request;
	enum tsr_err err;
	struct tsr_reply reply;
	struct tsr_keys keys;
	struct tsr_past_keeper past;
	const char *keys_path; /* NULL: there are none */
	struct tsr_decisions decisions;
	struct tsr_eventpost events;
	struct tsr_weights_share *weights_share; /* or NULL */
	struct tsr_weights_bound weights;
	struct tsr_profile_desk profiles;
};

struct tsr_worker_plan {
	int listener;
	int parent;
	unsigned connections;
	struct tsr_share *share;
	struct tsr_weights_share *weights; /* or NULL */
	struct tsr_eventshare *events; /* or NULL */
	int writer; /* socket to the writer of events; -1: there is none */
	unsigned number;
	const char *release; /* path of a checked release */
	const char *state;   /* a folder, or NULL */
	const char *keys;    /* a file, or NULL */
	uint64_t log_rate;   /* see decisions.h */
};

/* Serve until told to stop; the exit code of the process. */
int tsr_worker_run(struct tsr_log *log, const struct tsr_worker_plan *plan);

#endif
