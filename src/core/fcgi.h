/*
 * fcgi - FastCGI records in and out (FastCGI Specification 1.0), without I/O.
 *
 * The reader takes the bytes of one connection in pieces of any size and says
 * when a request is whole, when something is to be sent, and when the peer
 * does not speak FastCGI. One request at a time: a connection that multiplexes
 * is refused politely. Bodies are counted and passed over; those of a POST below
 * /_tessera/ are kept where the caller has room for them. Nothing a peer sends
 * makes the reader keep more than the store, that room and struct tsr_fcgi.
 */
#ifndef TSR_CORE_FCGI_H
#define TSR_CORE_FCGI_H

#include "core/limits.h"
#include "core/request.h"

#define TSR_FCGI_HEADER 8

/* Content bytes of one record at most. */
#define TSR_FCGI_CONTENT 65535

/* What ends a reply: an empty STDOUT and END_REQUEST. */
#define TSR_FCGI_TAIL (TSR_FCGI_HEADER + TSR_FCGI_HEADER + 8)

enum tsr_fcgi_type {
	TSR_FCGI_BEGIN = 1,
	TSR_FCGI_ABORT,
	TSR_FCGI_END,
	TSR_FCGI_PARAMS,
	TSR_FCGI_STDIN,
	TSR_FCGI_STDOUT,
	TSR_FCGI_STDERR,
	TSR_FCGI_DATA,
	TSR_FCGI_GET_VALUES,
	TSR_FCGI_GET_VALUES_RESULT,
	TSR_FCGI_UNKNOWN_TYPE
};

enum tsr_fcgi_event {
	TSR_FCGI_MORE,	   /* all input is used up; nothing to do yet */
	TSR_FCGI_RECORD,   /* a record begins; only when trace is set */
	TSR_FCGI_CONTROL,  /* send control[0 .. control_n) */
	TSR_FCGI_REQUEST,  /* a request is whole: answer it */
	TSR_FCGI_TOO_LONG, /* parameters over the cap: answer 431 */
	TSR_FCGI_TOO_BIG,  /* body over the cap: answer 413 */
	TSR_FCGI_BROKEN	   /* not FastCGI: close the connection */
};

struct tsr_fcgi {
	/* Parameters as they came; the caller may move them between calls. */
	uint8_t *store; /* TSR_PARAMS_MAX bytes */
	size_t store_n;
	/* What to say when TSR_FCGI_CONTROL was returned. */
	uint8_t control[TSR_FCGI_CONTROL_MAX];
	size_t control_n;
	bool close; /* close the connection when that is sent */
	/* The request at hand. */
	uint16_t id; /* 0: none */
	bool keep;   /* the connection outlives the request */
	bool params_done;
	bool input_done;
	uint64_t body;
	/*
	 * Room for TSR_BODY_KEPT bytes of a body, the caller's, who sets it
	 * after tsr_fcgi_init; NULL: no body is kept. kept_n may be larger:
	 * then the body was too long and is not there.
	 */
	uint8_t *kept;
	size_t kept_n;
	bool wanted; /* looked at when the first byte came: it is kept */
	/* The record at hand. */
	uint8_t header[TSR_FCGI_HEADER];
	unsigned header_n;
	uint16_t content; /* still to come */
	uint8_t padding;  /* still to come */
	bool begun;	  /* the header was looked at */
	uint8_t small[TSR_FCGI_VALUES_MAX];
	size_t small_n;
	bool trace;
	unsigned connections; /* told to who asks with GET_VALUES */
};

/*
 * A new connection. store has TSR_PARAMS_MAX bytes and may be changed by the
 * caller at any time as long as the first store_n bytes go along.
 */
void tsr_fcgi_init(
    struct tsr_fcgi *fcgi, uint8_t *store, unsigned connections, bool trace);

/*
 * Read from the front of *in until something happened. Call it again with the
 * rest until it says TSR_FCGI_MORE. After REQUEST, TOO_LONG and TOO_BIG the
 * request stays at hand until tsr_fcgi_done; the reader must not be called
 * before that.
 */
enum tsr_fcgi_event tsr_fcgi_read(struct tsr_fcgi *fcgi, struct tsr_span *in);

/* The request at hand is answered; what still comes for it is passed over. */
void tsr_fcgi_done(struct tsr_fcgi *fcgi);

/* Whether the connection is between two requests and two records. */
bool tsr_fcgi_idle(const struct tsr_fcgi *fcgi);

/*
 * Cut the parameters of a request into names and values that point into
 * stream. TSR_LONG: more than cap of them; TSR_SHORT: a length points past
 * the end.
 */
enum tsr_err tsr_fcgi_params(struct tsr_param *out, size_t *count, size_t cap,
    struct tsr_span stream);

/* Write a record's header, TSR_FCGI_HEADER bytes, without padding. */
void tsr_fcgi_header(
    uint8_t *out, enum tsr_fcgi_type type, uint16_t id, uint16_t n);

/* Write what ends a reply, TSR_FCGI_TAIL bytes. */
void tsr_fcgi_tail(uint8_t *out, uint16_t id);

/* The name of a record type, for traces; never NULL. */
const char *tsr_fcgi_type_name(unsigned type);

#endif
