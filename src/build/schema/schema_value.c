/*
 * schema_value - types, const and enum, numbers and strings.
 */
#include <math.h>
#include <stdio.h>

#include "build/schema/schema_check.h"
#include "build/schema/schema_pattern.h"
#include "core/utf8.h"

static const char *const words[TSR_JSON_TYPE_COUNT] = {"null", "a boolean",
    "an integer", "a number", "a string", "an array", "an object"};

const char *
tsr_type_words(char out[120], unsigned types, bool integers)
{
	size_t n = 0;
	unsigned i;

	out[0] = 0;
	for (i = 0; i < TSR_JSON_TYPE_COUNT; i++) {
		if ((types >> i & 1) == 0 ||
		    (i == TSR_JSON_INTEGER && !integers) ||
		    (i == TSR_JSON_REAL && integers))
			continue;
		n += (size_t)snprintf(
		    out + n, 120 - n, "%s%s", n > 0 ? " or " : "", words[i]);
	}
	return out;
}

static bool
is_whole(const struct tsr_json *v)
{
	return v->type == TSR_JSON_INTEGER ||
	       (v->type == TSR_JSON_REAL && floor(v->u.real) == v->u.real);
}

bool
tsr_type_allows(const struct tsr_schema *s, const struct tsr_json *v)
{
	return (s->types >> v->type & 1) != 0 || (s->integers && is_whole(v));
}

bool
tsr_check_type(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	char expected[120];

	if ((s->types >> v->type & 1) != 0 &&
	    (!s->integers || v->type != TSR_JSON_REAL || is_whole(v)))
		return true;
	if (c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S001", tsr_json_where(v),
		    "found %s, expected %s", words[v->type],
		    tsr_type_words(expected, s->types, s->integers));
	return false;
}

static void
write_choices(struct tsr_buf *out, const struct tsr_json *list)
{
	uint32_t i;

	for (i = 0; i < list->count && i < 12; i++) {
		if (i > 0)
			tsr_buf_text(out, ", ");
		tsr_json_write(out, &list->u.items[i]);
	}
	if (i < list->count)
		tsr_buf_text(out, ", ...");
}

static struct tsr_span
nearest_choice(
    const struct tsr_json *list, const struct tsr_json *v, struct tsr_arena *a)
{
	struct tsr_span *names = TSR_NEW_ARRAY(a, struct tsr_span, list->count);
	size_t i, n = 0;

	for (i = 0; i < list->count; i++)
		if (list->u.items[i].type == TSR_JSON_STRING)
			names[n++] = list->u.items[i].u.string;
	return tsr_nearest(tsr_json_text(v), names, n);
}

static void
report_value(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	struct tsr_buf found, expected;
	struct tsr_span near = {NULL, 0};

	tsr_buf_init(&found, 60);
	tsr_buf_init(&expected, 400);
	tsr_json_write(&found, v);
	if (s->constant != NULL)
		tsr_json_write(&expected, s->constant);
	else
		write_choices(&expected, s->choices);
	tsr_diag_add(c->diag, TSR_ERROR, "S002", tsr_json_where(v),
	    "found %.*s, expected %s%.*s",
	    TSR_ARG(found.full
			? tsr_span_of(words[v->type], strlen(words[v->type]))
			: tsr_buf_view(&found)),
	    s->constant != NULL || s->choices->count < 2 ? "" : "one of ",
	    (int)expected.n, (const char *)expected.p);
	if (s->choices != NULL && v->type == TSR_JSON_STRING)
		near = nearest_choice(s->choices, v, c->scratch);
	if (near.n > 0)
		tsr_diag_hint(c->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	tsr_buf_free(&found);
	tsr_buf_free(&expected);
}

bool
tsr_check_value(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	bool ok = s->constant == NULL || tsr_json_eq(s->constant, v);
	uint32_t i;

	if (ok && s->choices != NULL) {
		ok = false;
		for (i = 0; i < s->choices->count && !ok; i++)
			ok = tsr_json_eq(&s->choices->u.items[i], v);
	}
	if (!ok && c->diag != NULL)
		report_value(c, s, v);
	return ok;
}

/* -1, 0, 1 as a is below, equal to, above b; an integer is never rounded. */
static int
compare(const struct tsr_json *a, const struct tsr_json *b)
{
	double x, y;

	if (a->type == TSR_JSON_INTEGER && b->type == TSR_JSON_INTEGER)
		return (a->u.integer > b->u.integer) -
		       (a->u.integer < b->u.integer);
	if (a->type == TSR_JSON_REAL && b->type == TSR_JSON_INTEGER)
		return -compare(b, a);
	x = tsr_json_number(a);
	y = tsr_json_number(b);
	if (x != y || a->type == TSR_JSON_REAL || fabs(y) >= 0x1p63)
		return (x > y) - (x < y);
	/* Equal after rounding a: y is whole and has 64 bits. */
	return (a->u.integer > (int64_t)y) - (a->u.integer < (int64_t)y);
}

/* A number as digits * 10^-places, places as few as possible. */
struct decimal {
	uint64_t digits;
	unsigned places;
};

static const uint64_t tens[] = {1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u,
    10000000u, 100000000u, 1000000000u, 10000000000u, 100000000000u,
    1000000000000u, 10000000000000u, 100000000000000u, 1000000000000000u};

/*
 * The shortest decimal that reads back as |v|: digits below 2^53 divided by a
 * power of ten below 10^16 are rounded once, as reading is.
 */
static bool
to_decimal(struct decimal *out, const struct tsr_json *v)
{
	double d = fabs(tsr_json_number(v)), scaled;
	unsigned i;

	if (v->type == TSR_JSON_INTEGER) {
		out->digits = v->u.integer < 0 ? 0 - (uint64_t)v->u.integer
					       : (uint64_t)v->u.integer;
		out->places = 0;
		return true;
	}
	for (i = 0; i < TSR_COUNT_OF(tens); i++) {
		scaled = nearbyint(d * (double)tens[i]);
		if (scaled >= 0x1p53)
			return false;
		if (scaled / (double)tens[i] == d) {
			out->digits = (uint64_t)scaled;
			out->places = i;
			return true;
		}
	}
	return false;
}

__extension__ typedef unsigned __int128 wide;

static bool
is_multiple(const struct tsr_json *v, const struct tsr_json *of)
{
	struct decimal a, b;
	wide x, y;

	if (!to_decimal(&a, v) || !to_decimal(&b, of))
		return fmod(tsr_json_number(v), tsr_json_number(of)) == 0;
	/* At most 64 + 50 bits each. */
	x = a.digits;
	y = b.digits;
	if (a.places < b.places)
		x *= tens[b.places - a.places];
	else
		y *= tens[a.places - b.places];
	return y != 0 && x % y == 0;
}

static bool
wrong_number(const struct tsr_check *c, const struct tsr_json *v,
    const char *expected, const struct tsr_json *limit)
{
	struct tsr_buf a, b;

	if (c->diag == NULL)
		return false;
	tsr_buf_init(&a, 400);
	tsr_buf_init(&b, 400);
	tsr_json_number_text(&a, v);
	tsr_json_number_text(&b, limit);
	tsr_diag_add(c->diag, TSR_ERROR, "S003", tsr_json_where(v),
	    "found %.*s, expected %s %.*s", (int)a.n, (const char *)a.p,
	    expected, (int)b.n, (const char *)b.p);
	tsr_buf_free(&a);
	tsr_buf_free(&b);
	return false;
}

bool
tsr_check_number(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	bool ok = true;

	if (s->minimum != NULL && compare(v, s->minimum) < 0)
		ok = wrong_number(c, v, "at least", s->minimum);
	if (s->maximum != NULL && compare(v, s->maximum) > 0)
		ok = wrong_number(c, v, "at most", s->maximum);
	if (s->above != NULL && compare(v, s->above) <= 0)
		ok = wrong_number(c, v, "more than", s->above);
	if (s->below != NULL && compare(v, s->below) >= 0)
		ok = wrong_number(c, v, "less than", s->below);
	if (s->multiple != NULL && !is_multiple(v, s->multiple))
		ok = wrong_number(c, v, "a multiple of", s->multiple);
	return ok;
}

/* JSON Schema counts code points. */
static bool
check_length(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	size_t n = v->u.string.n;

	/* A character has at most four bytes. */
	if (n <= s->max_length && n / 4 >= s->min_length)
		return true;
	n = tsr_utf8_count(v->u.string);
	if (n >= s->min_length && n <= s->max_length)
		return true;
	if (c->diag == NULL)
		return false;
	if (n == 0)
		tsr_diag_add(c->diag, TSR_ERROR, "S004", tsr_json_where(v),
		    "this text may not be empty");
	else
		tsr_diag_add(c->diag, TSR_ERROR, "S004", tsr_json_where(v),
		    "found %zu characters, expected at %s %u", n,
		    n < s->min_length ? "least" : "most",
		    n < s->min_length ? s->min_length : s->max_length);
	return false;
}

static bool
check_format(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	const char *expected = tsr_format_check(s->format, v->u.string);
	const char *wrong = NULL;

	if (expected != NULL) {
		if (c->diag == NULL)
			return false;
		tsr_diag_add(c->diag, TSR_ERROR, "S006", tsr_json_where(v),
		    "\"%.*s\" is no %s", TSR_ARG(v->u.string),
		    tsr_format_name(s->format));
		tsr_diag_hint(c->diag, "expected %s", expected);
		return false;
	}
	if (s->format == TSR_FORMAT_IMAGE && c->options != NULL &&
	    c->options->image != NULL)
		wrong = c->options->image(c->options->ctx, v->u.string);
	if (wrong != NULL && c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S006", tsr_json_where(v),
		    "image \"%.*s\": %s", TSR_ARG(v->u.string), wrong);
	return wrong == NULL;
}

bool
tsr_check_string(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	bool ok = check_length(c, s, v);

	if (s->pattern.n > 0 && (ok || c->diag != NULL) &&
	    !tsr_schema_pattern_match(s->pattern, v->u.string)) {
		ok = false;
		if (c->diag != NULL)
			tsr_diag_add(c->diag, TSR_ERROR, "S005",
			    tsr_json_where(v),
			    "\"%.*s\" does not match the pattern %.*s",
			    TSR_ARG(v->u.string), TSR_ARG(s->pattern_text));
	}
	if (s->format != TSR_FORMAT_NONE && (ok || c->diag != NULL))
		ok &= check_format(c, s, v);
	return ok;
}
