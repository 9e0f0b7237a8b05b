/*
 * profile - what is stored about a known visitor, from whatever store it is in.
 *
 * A store finds the fields of one visitor by the id of their state. It is asked
 * only when a decision asks a profile's attribute, at most once a request, and
 * has TSR_PROFILE_MS for it. One that is slow, broken or gone means that
 * nothing is known: never a late page and never an error. It then has a rest of
 * TSR_PROFILE_REST_MS, in which nobody waits for it.
 */
#ifndef TSR_SERVE_PROFILE_H
#define TSR_SERVE_PROFILE_H

#include "core/limits.h"
#include "core/request.h"
#include "serve/log.h"

/* What a store finds; names and values are the store's until its next find. */
struct tsr_profile {
	struct tsr_param fields[TSR_PROFILE_FIELDS];
	size_t count;
};

enum tsr_profile_found {
	TSR_PROFILE_FOUND,
	TSR_PROFILE_NOBODY,
	TSR_PROFILE_LATE, /* it was not there in time */
	TSR_PROFILE_GONE  /* the store cannot be asked */
};

struct tsr_profile_store {
	const char *name; /* for the log */
	void *ctx;
	/*
	 * Must come back within ms milliseconds, whatever happens; allocates
	 * nothing. More fields than there is room for are left out.
	 */
	enum tsr_profile_found (*find)(struct tsr_profile *out, void *ctx,
	    const uint8_t id[TSR_RANDOM_SIZE], unsigned ms);
};

/* The store of a host that has none: everybody is a stranger. */
extern const struct tsr_profile_store tsr_profile_none;

/* A worker's side: what its requests ask. */
struct tsr_profile_desk {
	const struct tsr_profile_store *store;
	struct tsr_log *log; /* or NULL */
	int64_t (*clock)(void); /* milliseconds, only forward */
	int64_t rests_until;
	bool rests;
	struct tsr_profile last;
	struct tsr_profiles profiles; /* for struct tsr_request */
};

void tsr_profile_desk_init(struct tsr_profile_desk *desk,
    const struct tsr_profile_store *store, struct tsr_log *log);

#endif
