/*
 * profile - what is stored about a known visitor, from whatever store it is in.
 */
#include "serve/profile.h"

#include <time.h>

static enum tsr_profile_found
find_nobody(struct tsr_profile *out, void *ctx,
    const uint8_t id[TSR_RANDOM_SIZE], unsigned ms)
{
	(void)out;
	(void)ctx;
	(void)id;
	(void)ms;
	return TSR_PROFILE_NOBODY;
}

const struct tsr_profile_store tsr_profile_none = {
    "none", NULL, find_nobody};

/* Finer than tsr_log_clock: what is allowed is about one of its ticks. */
static int64_t
clock_now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Told when a rest begins after a time without one: not for each request. */
static void
rest(struct tsr_profile_desk *desk, int64_t now, enum tsr_profile_found found)
{
	if (!desk->rests && desk->log != NULL)
		tsr_log(desk->log, "profiles of \"%s\" are %s: visitors are "
		    "without them until they are back", desk->store->name,
		    found == TSR_PROFILE_GONE ? "gone" : "late");
	desk->rests = true;
	desk->rests_until = now + TSR_PROFILE_REST_MS;
}

static const struct tsr_param *
find(size_t *count, void *ctx, const uint8_t id[TSR_RANDOM_SIZE])
{
	struct tsr_profile_desk *desk = ctx;
	enum tsr_profile_found found;
	int64_t before, after;

	*count = 0;
	if (desk->store == &tsr_profile_none)
		return NULL;
	before = desk->clock();
	if (desk->rests && before < desk->rests_until)
		return NULL;
	desk->last.count = 0;
	found = desk->store->find(
	    &desk->last, desk->store->ctx, id, TSR_PROFILE_MS);
	after = desk->clock();
	/* A store that does not keep its word rests as one that says so. */
	if (found != TSR_PROFILE_GONE && after - before > TSR_PROFILE_MS)
		found = TSR_PROFILE_LATE;
	if (found == TSR_PROFILE_LATE || found == TSR_PROFILE_GONE) {
		rest(desk, after, found);
		return NULL;
	}
	if (desk->rests && desk->log != NULL)
		tsr_log(desk->log, "profiles of \"%s\" are back",
		    desk->store->name);
	desk->rests = false;
	if (found != TSR_PROFILE_FOUND ||
	    desk->last.count > TSR_PROFILE_FIELDS)
		return NULL;
	*count = desk->last.count;
	return desk->last.fields;
}

void
tsr_profile_desk_init(struct tsr_profile_desk *desk,
    const struct tsr_profile_store *store, struct tsr_log *log)
{
	memset(desk, 0, sizeof(*desk));
	desk->store = store;
	desk->log = log;
	desk->clock = clock_now;
	desk->profiles.ctx = desk;
	desk->profiles.find = find;
}
