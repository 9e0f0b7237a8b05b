/*
 * rules_signal - attributes that only the browser knows: their names and types.
 *
 * The list is that of src/browser/signals.js.
 */
#include "build/rules/rules_inner.h"
#include "core/word.h"

#define NUMBER TSR_TYPE_NUMBER
#define BOOLEAN TSR_TYPE_BOOLEAN
#define STRING TSR_TYPE_STRING

static const struct {
	const char *name;
	enum tsr_attribute_type type;
} signals[] = {
    {"scroll", NUMBER}, {"velocity", NUMBER}, {"dwell", NUMBER},
    {"idle", NUMBER}, {"pages", NUMBER}, {"clicks", NUMBER}, {"cart", NUMBER},
    {"zoom", NUMBER}, {"width", NUMBER}, {"height", NUMBER}, {"exit", BOOLEAN},
    {"returned", BOOLEAN}, {"search", BOOLEAN}, {"form", BOOLEAN},
    {"filter", BOOLEAN}, {"online", BOOLEAN}, {"touch", BOOLEAN},
    {"motion", BOOLEAN}, {"dark", BOOLEAN}, {"tab", STRING}};

static bool
unknown(struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	struct tsr_span names[TSR_COUNT_OF(signals)], near;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++)
		names[i] =
		    tsr_span_of(signals[i].name, strlen(signals[i].name));
	near = tsr_nearest(a->key, names, i);
	tsr_diag_add(rules->diag, TSR_ERROR, "R020",
	    tsr_json_where(tsr_json_get(a->declared, "source")),
	    "the browser has no signal \"%.*s\"", TSR_ARG(a->key));
	if (near.n > 0)
		tsr_diag_hint(rules->diag, "did you mean \"browser:%.*s\"?",
		    TSR_ARG(near));
	else
		tsr_diag_hint(rules->diag,
		    "scroll, velocity, dwell, idle, pages, clicks, exit, "
		    "returned, cart, search, form, filter, zoom, tab, online, "
		    "width, height, touch, motion or dark");
	return false;
}

bool
tsr_rules_check_signal(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++)
		if (tsr_span_eq(a->key, tsr_span_of(signals[i].name,
			strlen(signals[i].name))))
			break;
	if (i == TSR_COUNT_OF(signals))
		return unknown(rules, a);
	if (a->type != signals[i].type)
		tsr_diag_add(rules->diag, TSR_ERROR, "R021", a->where,
		    "attribute \"%.*s\": browser:%.*s is a %s",
		    TSR_ARG(a->name), TSR_ARG(a->key),
		    tsr_word_type(signals[i].type));
	else
		return true;
	return false;
}
