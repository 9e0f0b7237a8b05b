/*
 * event - what the visitor did: a batch of events, checked on arrival.
 *
 * The kinds of events, their versions and fields stand in the release (EVNT,
 * EVFD, EVCH). A batch is walked where it lies: each event comes out checked
 * against its kind, or with the reason why it is not taken. Nothing is
 * allocated, nothing recurses, and the time is linear in the bytes.
 *
 *	{"v": 1, "page": "/shop/boots", "why": "TEXT", "events": [
 *	 {"id": "22 characters", "k": "view", "n": 1, "t": 120, "f": {...}}],
 *	 "id": "22 characters", "c": {"view": 3}}
 *
 * A server's batch has "v" and "events" alone; its events have "at", "page"
 * and "visitor", each of which may be left out, instead of "t". doc/events.md
 * says what the members mean. A line of the log is one event, with what the
 * collector adds, or counts: {"minute": 1790000000000, "id": "22 characters",
 * "counts": {"view": 3}}, without an id where they are sums of others.
 */
#ifndef TSR_CORE_EVENT_H
#define TSR_CORE_EVENT_H

#include "core/table.h"

#define TSR_EVENT_ID_SIZE 16
#define TSR_EVENT_ID_TEXT 22
#define TSR_EVENT_UNKNOWN UINT32_MAX

enum tsr_event_fault {
	TSR_EVENT_FINE,
	/* Known to another release: to be kept aside, and counted. */
	TSR_EVENT_NO_KIND,
	TSR_EVENT_NO_VERSION,
	/* Wrong: to be refused, and counted. */
	TSR_EVENT_SYNTAX,  /* not JSON, not UTF-8, or nested too deep */
	TSR_EVENT_SHAPE,   /* a member of another type or form */
	TSR_EVENT_MEMBER,  /* a member that there is not */
	TSR_EVENT_TWICE,   /* a member or field that is named twice */
	TSR_EVENT_LACKS,   /* a member is missing */
	TSR_EVENT_MANY,	   /* more events than a batch may have */
	TSR_EVENT_BAD_ID,  /* not 128 bits in base64url, nor a UUID */
	TSR_EVENT_SENDER,  /* this kind does not come from there */
	TSR_EVENT_NO_FIELD, /* a field that its kind has not */
	TSR_EVENT_MISSING, /* a required field is not there */
	TSR_EVENT_BAD_TYPE,
	TSR_EVENT_BAD_RANGE,
	TSR_EVENT_BAD_LENGTH,
	TSR_EVENT_BAD_CHOICE,
	TSR_EVENT_BAD_PATTERN,
	TSR_EVENT_FAULT_COUNT
};

/* Who wrote the bytes: it decides which members there are. */
enum tsr_event_form {
	TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_FORM_SERVER,
	TSR_EVENT_FORM_LINE, /* one event of the log, or counts */
	TSR_EVENT_FORM_COUNT
};

/*
 * A batch on the way. Spans point into its bytes, or into room: it is not to
 * be moved.
 */
struct tsr_event_batch {
	const struct tsr_table *table;
	enum tsr_event_form form;
	struct tsr_span page; /* printable ASCII without " \ ? # */
	struct tsr_span why;  /* of base64url's characters; may be empty */
	/* Of counters; where it is not there, neither are they. */
	bool has_id;
	uint8_t id[TSR_EVENT_ID_SIZE];
	uint64_t minute; /* of a line: ms since 1970 */
	uint32_t count;	 /* of events */
	struct tsr_span rest; /* events that are still to come */
	struct tsr_span counters; /* that are still to come */
	uint64_t counted[(TSR_EVENT_KINDS_MAX + 63) / 64];
	struct tsr_span at;    /* where the fault is, */
	struct tsr_span field; /* and the member's name, if it is one's */
	uint8_t room[TSR_PATH_MAX]; /* of a page that is spelt with escapes */
};

/* As a batch, not to be moved. */
struct tsr_event {
	enum tsr_event_fault fault;
	struct tsr_span at;    /* where: a value, or a member's name */
	struct tsr_span field; /* the name of the field or member, if known */
	struct tsr_span whole; /* all of the event */
	/*
	 * Members; those that are not there, or were not looked at because of
	 * a fault before, have p NULL. With NO_KIND and NO_VERSION all but the
	 * fields are checked.
	 */
	uint32_t kind; /* record of EVNT, or TSR_EVENT_UNKNOWN */
	struct tsr_span name;
	uint32_t version;
	uint8_t id[TSR_EVENT_ID_SIZE];
	uint64_t t;  /* ms since the page began */
	uint64_t at_ms; /* ms since 1970; 0: not there */
	struct tsr_span page, visitor, release, seen, f;
	/* Of FINE: the fields' values in JSON, in the kind's order; p NULL. */
	struct tsr_span values[TSR_EVENT_FIELDS_MAX];
	uint8_t room[TSR_PATH_MAX];
};

/* A counter of a visitor who is not followed. */
struct tsr_event_counter {
	enum tsr_event_fault fault;
	struct tsr_span at;
	uint32_t kind; /* of its latest version, or TSR_EVENT_UNKNOWN */
	struct tsr_span name;
	uint32_t n;
};

/*
 * Begin with the bytes of a batch, or a line of counts. FINE: its events can
 * be walked, and its counters. Otherwise it is to be refused as a whole.
 */
enum tsr_event_fault tsr_event_open(struct tsr_event_batch *out,
    const struct tsr_table *table, enum tsr_event_form form,
    struct tsr_span bytes);

/* The next event, whatever is to be said of it; false after the last. */
bool tsr_event_next(struct tsr_event *out, struct tsr_event_batch *batch);

/* The next counter. */
bool tsr_event_counter(
    struct tsr_event_counter *out, struct tsr_event_batch *batch);

/* A line of the log, without its line end. The result is out->fault. */
enum tsr_event_fault tsr_event_line(struct tsr_event *out,
    const struct tsr_table *table, struct tsr_span line);

/* Is it a fault of the release alone: the event is to be kept aside? */
bool tsr_event_aside(enum tsr_event_fault fault);

/*
 * The fields of a FINE event as they stand in the log: one JSON object without
 * blanks, declared fields alone, in their kind's order, all of it printable and
 * in one line. At most TSR_EVENT_BYTES_MAX bytes; 0 when n is too little.
 */
size_t tsr_event_write(uint8_t *out, size_t n, const struct tsr_table *table,
    const struct tsr_event *event);

/*
 * JSON that was checked (an event to be kept aside: whole) without the blanks
 * between: one line. Returns its length, at most json.n; 0 when n is too
 * little.
 */
size_t tsr_event_compact(uint8_t *out, size_t n, struct tsr_span json);

/* A field's value by the field's number in its kind; false: it has none. */
bool tsr_event_number(double *out, const struct tsr_event *event, size_t field);

/* Number of a kind: its version, or with 0 its latest one. */
uint32_t tsr_event_find(
    const struct tsr_table *table, struct tsr_span name, uint32_t version);

/* Its purpose. NONE for TSR_EVENT_UNKNOWN. */
enum tsr_purpose tsr_event_purpose(const struct tsr_table *table, uint32_t kind);

/* A fault as a word for counters (unknown-kind), and as a sentence. */
const char *tsr_event_fault_name(enum tsr_event_fault fault);
const char *tsr_event_fault_text(enum tsr_event_fault fault);

/* Deep check of EVNT, EVFD and EVCH: part of tsr_table_verify. */
enum tsr_err tsr_event_verify(const struct tsr_table *table);

#endif
