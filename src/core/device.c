/*
 * device - desktop, mobile, tablet or bot, by a small table of rules.
 *
 * doc/site.md has the same table: they change together.
 */
#include "core/device.h"

#include "core/item.h"
#include "core/limits.h"

struct rule {
	char word[24]; /* in lower case */
	enum { BOT, TABLET, MOBILE, DESKTOP } kind;
};

/* Words of a User-Agent in any case; the first rule that finds its word. */
static const struct rule agent_rules[] = {
    {"bot/", BOT}, {"bot;", BOT}, {"bot)", BOT}, {"bot-", BOT},
    {"crawler", BOT}, {"spider", BOT}, {"slurp", BOT}, {"+http", BOT},
    {"facebookexternalhit", BOT}, {"mediapartners-google", BOT},
    {"headlesschrome", BOT}, {"ipad", TABLET}, {"tablet", TABLET},
    {"playbook", TABLET}, {"kindle", TABLET}, {"mobi", MOBILE},
    {"iphone", MOBILE}, {"ipod", MOBILE}, {"android", TABLET},
    {"windows nt", DESKTOP}, {"macintosh", DESKTOP}, {"x11", DESKTOP},
    {"cros", DESKTOP}};

static const struct rule factor_rules[] = {{"tablet", TABLET},
    {"mobile", MOBILE}, {"desktop", DESKTOP}};

static struct tsr_span
word_of(const struct rule *rule)
{
	return tsr_span_of(rule->word,
	    tsr_span_find(tsr_span_of(rule->word, sizeof(rule->word)), 0, 0));
}

static struct tsr_span
name_of(const struct rule *rule)
{
	switch (rule->kind) {
	case BOT:
		return TSR_LIT("bot");
	case TABLET:
		return TSR_LIT("tablet");
	case MOBILE:
		return TSR_LIT("mobile");
	default:
		return TSR_LIT("desktop");
	}
}

static bool
begins(struct tsr_span s, struct tsr_span word)
{
	size_t i;

	for (i = 0; i < word.n && i < s.n; i++)
		if (tsr_lower(s.p[i]) != word.p[i])
			return false;
	return i == word.n;
}

static bool
contains(struct tsr_span s, struct tsr_span word)
{
	for (; s.n >= word.n; s = tsr_span_from(s, 1))
		if (begins(s, word))
			return true;
	return false;
}

/* The first rule that finds its word; NULL: none. */
static const struct rule *
find_rule(struct tsr_span agent)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(agent_rules); i++)
		if (contains(agent, word_of(&agent_rules[i])))
			return &agent_rules[i];
	return NULL;
}

static const struct rule *
find_factor(struct tsr_span factors)
{
	struct tsr_span word;
	struct tsr_bare_item item;
	size_t i;

	while (tsr_item_next(&item, &factors))
		for (i = 0; i < TSR_COUNT_OF(factor_rules); i++) {
			word = word_of(&factor_rules[i]);
			if (item.kind == TSR_BARE_STRING &&
			    item.text.n == word.n && begins(item.text, word))
				return &factor_rules[i];
		}
	return NULL;
}

struct tsr_span
tsr_device(struct tsr_span agent, struct tsr_span mobile,
    struct tsr_span factors)
{
	const struct rule *by_agent, *by_factor;
	struct tsr_bare_item item;

	by_agent = find_rule(tsr_span_part(agent, 0,
	    agent.n < TSR_VALUE_MAX ? agent.n : TSR_VALUE_MAX));
	if (by_agent != NULL && by_agent->kind == BOT)
		return name_of(by_agent);
	by_factor = factors.n <= TSR_VALUE_MAX ? find_factor(factors) : NULL;
	if (by_factor != NULL)
		return name_of(by_factor);
	if (mobile.n <= TSR_VALUE_MAX && tsr_item_read(&item, mobile) &&
	    item.kind == TSR_BARE_BOOLEAN && item.boolean)
		return TSR_LIT("mobile");
	return by_agent != NULL ? name_of(by_agent) : tsr_span_of(NULL, 0);
}
