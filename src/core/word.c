/*
 * word - the names of the format's small numbers.
 */
#include "core/word.h"

static const char unknown[TSR_WORD_SIZE] = "?";

static const char types[TSR_TYPE_COUNT][TSR_WORD_SIZE] = {
    [TSR_TYPE_STRING] = "string",
    [TSR_TYPE_NUMBER] = "number",
    [TSR_TYPE_BOOLEAN] = "boolean",
    [TSR_TYPE_JSON] = "json",
};

static const char sources[TSR_SOURCE_COUNT][TSR_WORD_SIZE] = {
    [TSR_SOURCE_HEADER] = "header",
    [TSR_SOURCE_COOKIE] = "cookie",
    [TSR_SOURCE_QUERY] = "query",
    [TSR_SOURCE_PATH] = "path",
    [TSR_SOURCE_METHOD] = "method",
    [TSR_SOURCE_TIME] = "time",
    [TSR_SOURCE_LOCALE] = "locale",
    [TSR_SOURCE_PAGE] = "page",
    [TSR_SOURCE_HINT] = "hint",
    [TSR_SOURCE_LANGUAGE] = "language",
    [TSR_SOURCE_DEVICE] = "device",
    [TSR_SOURCE_ADDRESS] = "address",
    [TSR_SOURCE_CLOCK] = "time",
    [TSR_SOURCE_FACT] = "fact",
    [TSR_SOURCE_STATE] = "state",
    [TSR_SOURCE_PROFILE] = "profile",
    [TSR_SOURCE_EXPERIMENT] = "experiment",
    [TSR_SOURCE_HOLDOUT] = "holdout",
    [TSR_SOURCE_BROWSER] = "browser",
    [TSR_SOURCE_SCORE] = "score",
};

static const char purposes[TSR_PURPOSE_COUNT][TSR_WORD_SIZE] = {
    [TSR_PURPOSE_NONE] = "none",
    [TSR_PURPOSE_FUNCTIONAL] = "functional",
    [TSR_PURPOSE_ANALYTICS] = "analytics",
    [TSR_PURPOSE_PERSONALIZATION] = "personalization",
};

static const char tiers[TSR_TIER_COUNT][TSR_WORD_SIZE] = {
    [TSR_TIER_BUILD] = "build",
    [TSR_TIER_SEGMENT] = "segment",
    [TSR_TIER_REQUEST] = "request",
    [TSR_TIER_BROWSER] = "browser",
};

static const char event_types[TSR_EVENT_TYPE_COUNT][TSR_WORD_SIZE] = {
    [TSR_EVENT_STRING] = "string",
    [TSR_EVENT_NUMBER] = "number",
    [TSR_EVENT_INTEGER] = "integer",
    [TSR_EVENT_BOOLEAN] = "boolean",
    [TSR_EVENT_CHOICE] = "enum",
};

static const char categories[TSR_EVENT_CATEGORY_COUNT][TSR_WORD_SIZE] = {
    [TSR_EVENT_NONE] = "none",
    [TSR_EVENT_DEPTH] = "depth",
    [TSR_EVENT_TIME] = "time",
    [TSR_EVENT_INTERACTION] = "interaction",
    [TSR_EVENT_PATH] = "path",
    [TSR_EVENT_BEHAVIOUR] = "behaviour",
};

static const char senders[1 << TSR_EVENT_FROM_COUNT][TSR_WORD_SIZE] = {
    [0] = "nobody",
    [1 << TSR_EVENT_BROWSER] = "browser",
    [1 << TSR_EVENT_SERVER] = "server",
    [1 << TSR_EVENT_BROWSER | 1 << TSR_EVENT_SERVER] = "both",
};

const char *
tsr_word_type(uint32_t type)
{
	return type < TSR_TYPE_COUNT ? types[type] : unknown;
}

const char *
tsr_word_source(uint32_t source)
{
	return source < TSR_SOURCE_COUNT ? sources[source] : unknown;
}

const char *
tsr_word_purpose(uint32_t purpose)
{
	return purpose < TSR_PURPOSE_COUNT ? purposes[purpose] : unknown;
}

const char *
tsr_word_tier(uint32_t tier)
{
	return tier < TSR_TIER_COUNT ? tiers[tier] : unknown;
}

const char *
tsr_word_event_type(uint32_t type)
{
	return type < TSR_EVENT_TYPE_COUNT ? event_types[type] : unknown;
}

const char *
tsr_word_event_category(uint32_t category)
{
	return category < TSR_EVENT_CATEGORY_COUNT ? categories[category]
						   : unknown;
}

const char *
tsr_word_event_from(uint32_t from)
{
	return from < 1u << TSR_EVENT_FROM_COUNT ? senders[from] : unknown;
}
