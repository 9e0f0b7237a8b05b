/*
 * state - what the visitor's signed cookie remembers of them.
 *
 * The fields are in three groups by the consent purpose that they need, and a
 * group is there or it is not. doc/state.md has the table. Reading and writing
 * the cookie is state_text.h, a page view's changes are journey.h, and which
 * answers set it keep.h.
 */
#ifndef TSR_CORE_STATE_H
#define TSR_CORE_STATE_H

#include "core/request.h"
#include "core/value.h"

/* How a journey began; by number in the cookie. */
enum tsr_entry_kind {
	TSR_ENTRY_DIRECT, /* no referrer */
	TSR_ENTRY_SEARCH,
	TSR_ENTRY_SOCIAL,
	TSR_ENTRY_EMAIL,
	TSR_ENTRY_INTERNAL, /* a page of the site itself */
	TSR_ENTRY_OTHER,
	TSR_ENTRY_COUNT
};

/* The arm that a visitor keeps in a sticky experiment. */
struct tsr_bucket {
	uint32_t experiment; /* tsr_state_name of its id */
	uint16_t version;    /* bucketVersion */
	uint8_t arm;	     /* number of the variation */
	uint16_t day;	     /* when it was assigned, days since 1970 */
	/*
	 * Not in the cookie: the release has no such experiment any more. Such
	 * buckets go first when the cookie is full.
	 */
	bool ended;
};

struct tsr_counter {
	uint32_t name; /* tsr_state_name */
	uint32_t value;
};

/* What a vector of a score has gathered: see score.h. */
struct tsr_points {
	uint16_t name;	 /* tsr_score_name of score and vector */
	uint32_t points; /* in 1/256, as they were at that moment */
	uint32_t at;	 /* seconds since 1970, not after `issued` */
};

struct tsr_state {
	unsigned purposes; /* bits 1 << enum tsr_purpose: groups there are */
	uint32_t issued;   /* seconds since 1970: of the last view or event */
	uint32_t expires;
	/* functional: this journey, this session */
	uint32_t session_start;
	uint32_t session_pages;
	uint8_t entry; /* enum tsr_entry_kind */
	uint8_t campaign_n;
	uint8_t campaign[TSR_CAMPAIGN_MAX];
	/* analytics: who it is, and in which arm */
	uint8_t id[TSR_RANDOM_SIZE];
	uint32_t bucket_count; /* ascending by experiment */
	struct tsr_bucket buckets[TSR_BUCKETS_MAX];
	/* personalization: what they did in all visits */
	uint32_t first_seen;
	uint32_t visits;
	uint32_t pages;
	uint32_t counter_count; /* ascending by name; none is 0 */
	struct tsr_counter counters[TSR_COUNTERS_MAX];
	uint32_t points_count; /* ascending by name; none is 0 */
	struct tsr_points points_of[TSR_VECTORS_MAX];
};

/* The number under which a counter or an experiment is kept. */
uint32_t tsr_state_name(struct tsr_span name);

/* Leave only the groups of these purposes. True when something went. */
bool tsr_state_restrict(struct tsr_state *state, unsigned purposes);

/*
 * The value of a field: "id", "visits", "counter.NAME", ... MISSING when its
 * group is not there or there is no such field. room: for the id's text.
 */
#define TSR_STATE_ID_TEXT 22
void tsr_state_value(struct tsr_value *out, const struct tsr_state *state,
    struct tsr_span key, int64_t now, uint8_t room[TSR_STATE_ID_TEXT]);

/* The purpose of a field and its type; false when there is no such field. */
bool tsr_state_field(enum tsr_purpose *purpose, enum tsr_attribute_type *type,
    struct tsr_span key);

/* The bucket of an experiment, or NULL; also when analytics is withheld. */
const struct tsr_bucket *tsr_state_bucket(
    const struct tsr_state *state, uint32_t experiment);

/*
 * Keep an arm, instead of what was kept for that experiment. Nothing without
 * the analytics group. When all places are taken, buckets of ended experiments
 * go first, then the oldest.
 */
void tsr_state_bucket_put(struct tsr_state *state, struct tsr_bucket bucket);

/* Take away the bucket that is to go first. False: there is none. */
bool tsr_state_bucket_drop(struct tsr_state *state);

/* 0 when it never counted anything or personalization is withheld. */
uint32_t tsr_state_counter(const struct tsr_state *state, uint32_t name);

/*
 * Set a counter; 0 takes its place away. False when all places are taken or
 * personalization is withheld.
 */
bool tsr_state_counter_put(
    struct tsr_state *state, uint32_t name, uint32_t value);

/* What a vector has gathered, or NULL. */
const struct tsr_points *tsr_state_points(
    const struct tsr_state *state, uint16_t name);

/*
 * Set it; 0 points take its place away. `issued` moves up to its moment. False
 * when all places are taken or personalization is withheld.
 */
bool tsr_state_points_put(struct tsr_state *state, struct tsr_points points);

#endif
