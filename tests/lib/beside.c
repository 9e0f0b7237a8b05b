/*
 * beside - what stands beside a request: state, profile, and what a client
 * says of itself.
 */
#include "lib/beside.h"

#include "core/experiment.h"

#define ONE_OF(dice, list) one_of(dice, list, TSR_COUNT_OF(list))

static struct tsr_span
one_of(struct tsr_dice *dice, const char *const *list, size_t n)
{
	const char *text = list[tsr_dice_below(dice, (uint32_t)n)];

	return tsr_span_of(text, strlen(text));
}

struct tsr_span
tsr_beside_address(struct tsr_dice *dice)
{
	static const char *const texts[] = {"198.51.100.23", "198.51.101.1",
	    "203.0.113.9", "2001:db8:77::5", "2001:db8:78::5",
	    "[2001:db8:77::9]:443", "198.51.100.255:80", "unknown",
	    "10.0.0.1, 198.51.100.7", "198.51.100.7, 203.0.113.20"};

	return ONE_OF(dice, texts);
}

struct tsr_span
tsr_beside_agent(struct tsr_dice *dice)
{
	static const char *const texts[] = {
	    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0",
	    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile",
	    "Mozilla/5.0 (Linux; Android 15; Pixel Tablet) Safari/537.36",
	    "Mozilla/5.0 (compatible; Somebot/2.1; +http://example.org/bot)",
	    "Thing/1.0", "\"", "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome"};

	return ONE_OF(dice, texts);
}

struct tsr_span
tsr_beside_languages(struct tsr_dice *dice)
{
	static const char *const texts[] = {"de", "de-AT,de;q=0.9,en;q=0.8",
	    "en-GB, fr;q=0.9", "*", "fr-CH-1996;q=0.5, en;q=0.4, de;q=0",
	    "nl,DE-de;q=0.3", "x;;q=1, de", "en;q=0.000, de;q=0.001"};

	return ONE_OF(dice, texts);
}

/* Arms that were kept, of this version, of others and of no arm. */
static void
draw_buckets(struct tsr_state *state, struct tsr_dice *dice,
    const struct tsr_table *table, int64_t now)
{
	uint32_t n = tsr_table_count(table, TSR_SECTION_EXPT), i;
	struct tsr_bucket bucket = {.day = (uint16_t)(now / 86400000)};
	const uint8_t *trial;

	for (i = 0; i < n; i++) {
		trial = tsr_table_record(
		    table, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
		if ((tsr_le16(trial + 18) & TSR_TRIAL_STICKY) == 0 ||
		    tsr_dice_below(dice, 3) == 0)
			continue;
		bucket.experiment = tsr_state_name(tsr_table_text(table, trial));
		bucket.version = (uint16_t)(tsr_dice_below(dice, 3) +
		    (tsr_le32(trial + 52) > 0 ? tsr_le32(trial + 52) - 1 : 0));
		bucket.arm = (uint8_t)tsr_dice_below(dice, 3);
		tsr_state_bucket_put(state, bucket);
	}
}

/* Points of scores, counted within some days. */
static void
draw_points(struct tsr_state *state, struct tsr_dice *dice,
    const struct tsr_table *table)
{
	uint32_t n = tsr_table_count(table, TSR_SECTION_VECT), i, most;
	const uint8_t *v;

	for (i = 0; i < n; i++) {
		v = tsr_table_record(
		    table, TSR_SECTION_VECT, i, TSR_VECTOR_SIZE);
		most = tsr_le32(v + 16);
		(void)tsr_state_points_put(state, (struct tsr_points){
		    (uint16_t)tsr_le32(v + 8),
		    tsr_dice_below(dice, 3) > 0 ? most
			: tsr_dice_below(dice, most + 1),
		    state->issued - tsr_dice_below(dice, 400000)});
	}
}

static void
draw_state(struct tsr_state *state, struct tsr_dice *dice,
    const struct tsr_table *table, int64_t now, unsigned purposes)
{
	static const char *const campaigns[] = {
	    "", "spring-sale", "workshop-week", "other"};
	struct tsr_span campaign = ONE_OF(dice, campaigns);
	uint32_t seconds = (uint32_t)(now / 1000);
	size_t i;

	memset(state, 0, sizeof(*state));
	state->purposes = (1u << TSR_PURPOSE_COUNT) - 2;
	state->issued = seconds;
	state->expires = seconds + 86400;
	state->session_start = seconds - tsr_dice_below(dice, 1800);
	state->session_pages = 1 + tsr_dice_below(dice, 20);
	state->entry = (uint8_t)tsr_dice_below(dice, TSR_ENTRY_COUNT);
	state->campaign_n = (uint8_t)campaign.n;
	memcpy(state->campaign, campaign.p, campaign.n);
	for (i = 0; i < sizeof(state->id); i++)
		state->id[i] = (uint8_t)tsr_dice_below(dice, 256);
	draw_buckets(state, dice, table, now);
	state->first_seen = seconds - tsr_dice_below(dice, 10000000);
	state->visits = 1 + tsr_dice_below(dice, 3);
	state->pages = state->session_pages + tsr_dice_below(dice, 50);
	draw_points(state, dice, table);
	(void)tsr_state_restrict(state, purposes);
}

void
tsr_beside_draw(struct tsr_beside *out, struct tsr_dice *dice,
    const struct tsr_table *table, int64_t now, unsigned purposes)
{
	static const char *const texts[] = {"120", "500", "640.5", "x", "{}",
	    "[\"climbing\",\"winter\"]", "[\"WINTER\",\"climbing\",1]",
	    "[\"hiking\"]", "[\"climbing\",", "true", "gold", ""};
	uint32_t n = tsr_table_count(table, TSR_SECTION_ATTR), i;
	const uint8_t *a;

	draw_state(&out->state, dice, table, now, purposes);
	out->profile_count = 0;
	for (i = 0; i < n && out->profile_count < TSR_BESIDE_MAX; i++) {
		a = tsr_table_record(
		    table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (a[17] != TSR_SOURCE_PROFILE ||
		    tsr_dice_below(dice, 4) == 0)
			continue;
		out->profile[out->profile_count].name =
		    tsr_table_text(table, a + 8);
		out->profile[out->profile_count++].value = ONE_OF(dice, texts);
	}
}
