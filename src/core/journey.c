/*
 * journey - what one page view changes in the visitor state.
 */
#include "core/journey.h"

#include "core/query.h"
#include "core/utf8.h"

#define HAS(purposes, purpose) (((purposes) & 1u << TSR_PURPOSE_##purpose) != 0)

/* ---- how they came ---- */

struct word {
	char text[24];
	uint8_t entry; /* enum tsr_entry_kind */
};

/* Values of utm_medium, whole. */
static const struct word media[] = {
    {"email", TSR_ENTRY_EMAIL},
    {"e-mail", TSR_ENTRY_EMAIL},
    {"newsletter", TSR_ENTRY_EMAIL},
    {"social", TSR_ENTRY_SOCIAL},
    {"paid-social", TSR_ENTRY_SOCIAL},
    {"paid_social", TSR_ENTRY_SOCIAL},
    {"social-media", TSR_ENTRY_SOCIAL},
    {"organic", TSR_ENTRY_SEARCH},
    {"cpc", TSR_ENTRY_SEARCH},
    {"ppc", TSR_ENTRY_SEARCH},
    {"paid-search", TSR_ENTRY_SEARCH},
    {"paid_search", TSR_ENTRY_SEARCH},
    {"search", TSR_ENTRY_SEARCH},
};

/*
 * Hosts, first match counts. One that ends with a dot stands for all its
 * countries; each also stands for what lies below it.
 */
static const struct word hosts[] = {
    {"mail.google.com", TSR_ENTRY_EMAIL},
    {"mail.yahoo.", TSR_ENTRY_EMAIL},
    {"outlook.live.com", TSR_ENTRY_EMAIL},
    {"outlook.office.com", TSR_ENTRY_EMAIL},
    {"mail.proton.me", TSR_ENTRY_EMAIL},
    {"google.", TSR_ENTRY_SEARCH},
    {"bing.com", TSR_ENTRY_SEARCH},
    {"duckduckgo.com", TSR_ENTRY_SEARCH},
    {"ecosia.org", TSR_ENTRY_SEARCH},
    {"qwant.com", TSR_ENTRY_SEARCH},
    {"startpage.com", TSR_ENTRY_SEARCH},
    {"search.brave.com", TSR_ENTRY_SEARCH},
    {"yahoo.", TSR_ENTRY_SEARCH},
    {"yandex.", TSR_ENTRY_SEARCH},
    {"baidu.com", TSR_ENTRY_SEARCH},
    {"naver.com", TSR_ENTRY_SEARCH},
    {"seznam.cz", TSR_ENTRY_SEARCH},
    {"facebook.com", TSR_ENTRY_SOCIAL},
    {"instagram.com", TSR_ENTRY_SOCIAL},
    {"t.co", TSR_ENTRY_SOCIAL},
    {"x.com", TSR_ENTRY_SOCIAL},
    {"twitter.com", TSR_ENTRY_SOCIAL},
    {"linkedin.com", TSR_ENTRY_SOCIAL},
    {"lnkd.in", TSR_ENTRY_SOCIAL},
    {"reddit.com", TSR_ENTRY_SOCIAL},
    {"pinterest.", TSR_ENTRY_SOCIAL},
    {"tiktok.com", TSR_ENTRY_SOCIAL},
    {"youtube.com", TSR_ENTRY_SOCIAL},
    {"bsky.app", TSR_ENTRY_SOCIAL},
    {"threads.net", TSR_ENTRY_SOCIAL},
};

static struct tsr_span
word_text(const struct word *word)
{
	return tsr_span_of(word->text,
	    tsr_span_find(tsr_span_of(word->text, sizeof(word->text)), 0, 0));
}

/* The host of an absolute http or https URL, without its port. */
static struct tsr_span
url_host(struct tsr_span url)
{
	struct tsr_span host;
	size_t i;

	if (tsr_span_starts(url, TSR_LIT("https://")))
		host = tsr_span_from(url, 8);
	else if (tsr_span_starts(url, TSR_LIT("http://")))
		host = tsr_span_from(url, 7);
	else
		return tsr_span_of(NULL, 0);
	for (i = 0; i < host.n; i++)
		if (host.p[i] == '/' || host.p[i] == '?' || host.p[i] == '#' ||
		    host.p[i] == ':')
			break;
	return tsr_span_part(host, 0, i);
}

/* Is host this one, or below it, or (name ends with a dot) in a country? */
static bool
host_is(struct tsr_span host, struct tsr_span name)
{
	struct tsr_span part = host;
	size_t dot;

	for (;;) {
		if (name.p[name.n - 1] == '.'
			? tsr_span_same(tsr_span_part(part, 0, name.n), name) &&
			    part.n > name.n && part.n - name.n <= 6
			: tsr_span_same(part, name))
			return true;
		dot = tsr_span_find(part, '.', 0);
		if (dot == part.n)
			return false;
		part = tsr_span_from(part, dot + 1);
	}
}

static enum tsr_entry_kind
entry_of_referrer(const struct tsr_request *request)
{
	struct tsr_span referrer =
	    tsr_request_param(request, TSR_LIT("HTTP_REFERER"));
	struct tsr_span own = tsr_request_param(request, TSR_LIT("HTTP_HOST"));
	struct tsr_span host = url_host(referrer);
	uint8_t lower[256];
	size_t i;

	if (referrer.n == 0)
		return TSR_ENTRY_DIRECT;
	own = tsr_span_part(own, 0, tsr_span_find(own, ':', 0));
	if (host.n == 0 || host.n > 255)
		return TSR_ENTRY_OTHER;
	for (i = 0; i < own.n && i < sizeof(lower); i++)
		lower[i] = tsr_lower(own.p[i]);
	if (own.n > 0 && own.n <= sizeof(lower) &&
	    tsr_span_same(host, tsr_span_of(lower, own.n)))
		return TSR_ENTRY_INTERNAL;
	for (i = 0; i < TSR_COUNT_OF(hosts); i++)
		if (host_is(host, word_text(&hosts[i])))
			return (enum tsr_entry_kind)hosts[i].entry;
	return TSR_ENTRY_OTHER;
}

/* A parameter of the query, decoded; false when there is none or it is odd. */
static bool
query_text(struct tsr_span *out, const struct tsr_request *request,
    struct tsr_span name, uint8_t *room, size_t n)
{
	struct tsr_span query =
	    tsr_request_param(request, TSR_LIT("QUERY_STRING"));

	return tsr_query_find(out, query, name) &&
	    tsr_query_decode(out, *out, true, room, n) == TSR_OK &&
	    out->n > 0 && tsr_utf8_is_text(*out);
}

enum tsr_entry_kind
tsr_journey_entry(const struct tsr_request *request)
{
	uint8_t room[TSR_VALUE_MAX];
	struct tsr_span medium;
	size_t i;

	if (!query_text(&medium, request, TSR_LIT("utm_medium"), room,
		sizeof(room)))
		return entry_of_referrer(request);
	for (i = 0; i < TSR_COUNT_OF(media); i++)
		if (tsr_span_same(medium, word_text(&media[i])))
			return (enum tsr_entry_kind)media[i].entry;
	return TSR_ENTRY_OTHER;
}

/* ---- who looks ---- */

/* Is word (lower) anywhere in text? */
static bool
contains(struct tsr_span text, struct tsr_span word)
{
	size_t i;

	for (i = 0; i + word.n <= text.n; i++)
		if (tsr_span_same(tsr_span_part(text, i, word.n), word))
			return true;
	return false;
}

bool
tsr_journey_is_crawler(const struct tsr_request *request)
{
	struct tsr_span agent =
	    tsr_request_param(request, TSR_LIT("HTTP_USER_AGENT"));

	return contains(agent, TSR_LIT("bot")) ||
	    contains(agent, TSR_LIT("crawl")) ||
	    contains(agent, TSR_LIT("spider")) ||
	    contains(agent, TSR_LIT("slurp"));
}

bool
tsr_journey_is_prefetch(const struct tsr_request *request)
{
	return contains(tsr_request_param(
			    request, TSR_LIT("HTTP_SEC_PURPOSE")),
		   TSR_LIT("prefetch")) ||
	    contains(tsr_request_param(request, TSR_LIT("HTTP_PURPOSE")),
		TSR_LIT("prefetch"));
}

/* ---- a page view ---- */

static void
increase(uint32_t *count)
{
	if (*count < UINT32_MAX)
		(*count)++;
}

static void
set_campaign(struct tsr_state *state, struct tsr_span campaign)
{
	memset(state->campaign, 0, sizeof(state->campaign));
	state->campaign_n = (uint8_t)campaign.n;
	if (campaign.n > 0)
		memcpy(state->campaign, campaign.p, campaign.n);
}

/* The request's campaign, cut to what is kept; empty when it has none. */
static struct tsr_span
campaign_of(const struct tsr_request *request, uint8_t *room, size_t n)
{
	struct tsr_span campaign;
	size_t cut = TSR_CAMPAIGN_MAX;

	if (!query_text(&campaign, request, TSR_LIT("utm_campaign"), room, n))
		return tsr_span_of(NULL, 0);
	if (campaign.n <= cut)
		return campaign;
	/* Not within a character. */
	while (cut > 0 && (campaign.p[cut] & 0xc0) == 0x80)
		cut--;
	return tsr_span_part(campaign, 0, cut);
}

static void
view_functional(struct tsr_state *state, const struct tsr_request *request,
    uint32_t now, bool new_session)
{
	uint8_t room[TSR_VALUE_MAX];
	struct tsr_span campaign = campaign_of(request, room, sizeof(room));
	struct tsr_span kept = tsr_span_of(state->campaign, state->campaign_n);

	if (new_session) {
		state->session_start = now;
		state->session_pages = 0;
	}
	if (new_session || (campaign.n > 0 && !tsr_span_eq(campaign, kept))) {
		state->entry = (uint8_t)tsr_journey_entry(request);
		set_campaign(state, campaign);
	}
	increase(&state->session_pages);
}

static void
view_personalization(struct tsr_state *state, uint32_t now, bool begins,
    bool new_session)
{
	if (begins) {
		state->first_seen = now;
		state->visits = state->pages = 0;
		state->counter_count = state->points_count = 0;
	}
	if (begins || new_session)
		increase(&state->visits);
	increase(&state->pages);
}

void
tsr_journey_view(struct tsr_state *state, const struct tsr_request *request,
    unsigned purposes, uint32_t days)
{
	int64_t seconds = request->now / 1000;
	uint32_t now = seconds < 0 ? 0
	    : seconds > INT32_MAX ? INT32_MAX
				  : (uint32_t)seconds;
	unsigned had = state->purposes;
	bool new_session;

	/* Hosts' clocks differ: time never goes back. */
	if (had != 0 && now < state->issued)
		now = state->issued;
	new_session = had == 0 || now - state->issued >= TSR_SESSION_SECONDS;
	state->issued = now;
	state->purposes = 0;
	if (HAS(purposes, FUNCTIONAL)) {
		view_functional(state, request, now,
		    new_session || !HAS(had, FUNCTIONAL));
		state->purposes |= 1u << TSR_PURPOSE_FUNCTIONAL;
	}
	if (HAS(purposes, ANALYTICS) &&
	    (HAS(had, ANALYTICS) || request->random != NULL)) {
		if (!HAS(had, ANALYTICS)) {
			memcpy(state->id, request->random, sizeof(state->id));
			state->bucket_count = 0;
		}
		state->purposes |= 1u << TSR_PURPOSE_ANALYTICS;
	}
	if (HAS(purposes, PERSONALIZATION)) {
		view_personalization(state, now, !HAS(had, PERSONALIZATION),
		    new_session);
		state->purposes |= 1u << TSR_PURPOSE_PERSONALIZATION;
	}
	/* A session alone is not kept longer than it lasts. */
	state->expires = now +
	    (state->purposes == 1u << TSR_PURPOSE_FUNCTIONAL
		    ? TSR_SESSION_SECONDS
		    : days * 86400u);
}
