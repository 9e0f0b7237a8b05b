/*
 * rules_signal - attributes that only the browser knows: their names and types.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/signal.h"
#include "core/word.h"

#define NUMBER TSR_TYPE_NUMBER
#define BOOLEAN TSR_TYPE_BOOLEAN
#define STRING TSR_TYPE_STRING

/*
 * first: the value at the start, in JSON, where a text is asked of the screen;
 * NULL: the script sets it itself, or nothing is known yet. kind: the kind of
 * event that changes it, or NULL.
 */
static const struct {
	const char *name;
	enum tsr_attribute_type type;
	const char *first, *kind;
} signals[] = {
    {"scroll", NUMBER, "0", NULL},
    {"velocity", NUMBER, "0", NULL},
    {"dwell", NUMBER, "0", NULL},
    {"idle", NUMBER, "0", NULL},
    {"pages", NUMBER, "1", NULL},
    {"clicks", NUMBER, "0", "click"},
    {"cart", NUMBER, "0", "cart"},
    {"zoom", NUMBER, "0", "zoom"},
    {"width", NUMBER, NULL, NULL},
    {"height", NUMBER, NULL, NULL},
    {"exit", BOOLEAN, "false", "exit"},
    {"returned", BOOLEAN, "false", "return"},
    {"search", BOOLEAN, "false", "search"},
    {"form", BOOLEAN, "false", "form"},
    {"filter", BOOLEAN, "false", "filter"},
    {"online", BOOLEAN, NULL, NULL},
    {"touch", BOOLEAN, "\"(pointer:coarse)\"", NULL},
    {"motion", BOOLEAN, "\"(prefers-reduced-motion:reduce)\"", NULL},
    {"dark", BOOLEAN, "\"(prefers-color-scheme:dark)\"", NULL},
    {"tab", STRING, NULL, "tab"},
};

static struct tsr_span
name_of(size_t i)
{
	return tsr_span_of(signals[i].name, strlen(signals[i].name));
}

static struct tsr_span
all_names(struct tsr_arena *arena)
{
	struct tsr_buf out;
	struct tsr_span text;
	size_t i, n = TSR_COUNT_OF(signals);

	tsr_buf_init(&out, 1024);
	for (i = 0; i < n; i++)
		tsr_buf_printf(&out, "%s%s", i == 0 ? ""
			: i == n - 1 ? " or " : ", ", signals[i].name);
	text = tsr_arena_dup(arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
	return text;
}

static bool
unknown(struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	struct tsr_span names[TSR_COUNT_OF(signals)], near;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++)
		names[i] = name_of(i);
	near = tsr_nearest(a->key, names, i);
	tsr_diag_add(rules->diag, TSR_ERROR, "R020",
	    tsr_json_where(tsr_json_get(a->declared, "source")),
	    "the browser has no signal \"%.*s\"", TSR_ARG(a->key));
	if (near.n > 0)
		tsr_diag_hint(rules->diag, "did you mean \"browser:%.*s\"?",
		    TSR_ARG(near));
	else
		tsr_diag_hint(rules->diag, "%.*s",
		    TSR_ARG(all_names(rules->arena)));
	return false;
}

bool
tsr_rules_check_signal(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++)
		if (tsr_span_eq(a->key, name_of(i)))
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

void
tsr_signals_tell(struct tsr_buf *out)
{
	const char *between = "[";
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++)
		if (signals[i].first != NULL) {
			tsr_buf_printf(out, "%s[\"%s\",%s]", between,
			    signals[i].name, signals[i].first);
			between = ",";
		}
	tsr_buf_byte(out, ']');
}

bool
tsr_signal_first(struct tsr_json *out, struct tsr_span name)
{
	const char *first;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++) {
		first = signals[i].first;
		if (first == NULL || !tsr_span_eq(name_of(i), name))
			continue;
		*out = signals[i].type == BOOLEAN
		    ? tsr_json_boolean(false)
		    : tsr_json_integer(first[0] - '0');
		return first[0] != '"';
	}
	return false;
}

const char *
tsr_signal_of(struct tsr_span kind)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(signals); i++)
		if (signals[i].kind != NULL &&
		    tsr_span_eq(kind, tsr_span_of(signals[i].kind,
			strlen(signals[i].kind))))
			return signals[i].name;
	return NULL;
}
