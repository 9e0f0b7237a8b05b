/*
 * yaml - the front matter of Markdown pages, as the tree that JSON gives.
 */
#include "build/read/yaml.h"

#include <yaml.h>

#include "core/limits.h"

struct reader {
	yaml_parser_t yaml;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct tsr_span text; /* what libyaml reads */
	uint32_t src;
	size_t base;	      /* of text in the source */
	size_t chars, bytes;  /* a place in text, counted both ways */
	bool failed;	      /* syntax error or too much: stop reading */
	bool wrong;	      /* an error was reported */
};

static bool read_value(
    struct tsr_json *out, struct reader *r, yaml_event_t *event, unsigned depth);

/* libyaml counts characters; places are bytes. Marks mostly move forward. */
static uint32_t
place(struct reader *r, size_t chars)
{
	if (chars < r->chars)
		r->chars = r->bytes = 0;
	while (r->chars < chars && r->bytes < r->text.n) {
		r->bytes++;
		while (r->bytes < r->text.n &&
		    (r->text.p[r->bytes] & 0xc0) == 0x80)
			r->bytes++;
		r->chars++;
	}
	return (uint32_t)(r->base + r->bytes);
}

static struct tsr_where
where_of(struct reader *r, const yaml_event_t *event)
{
	struct tsr_where where = {r->src, 0, 0};
	uint32_t end = place(r, event->end_mark.index);

	where.off = place(r, event->start_mark.index);
	where.len = end > where.off ? end - where.off : 0;
	return where;
}

static void
syntax_error(struct reader *r)
{
	struct tsr_where where = {r->src, 0, 1};
	const char *problem = r->yaml.problem;

	r->failed = r->wrong = true;
	if (r->yaml.error == YAML_READER_ERROR)
		where.off = (uint32_t)(r->base +
		    (r->yaml.problem_offset < r->text.n
			    ? r->yaml.problem_offset : r->text.n));
	else
		where.off = place(r, r->yaml.problem_mark.index);
	tsr_diag_add(r->diag, TSR_ERROR, "Y001", where, "front matter: %s",
	    problem == NULL ? "invalid YAML" : problem);
	if (r->yaml.context != NULL)
		tsr_diag_hint(r->diag, "%s; tabs cannot indent, and a text "
		    "with \": \" or \" #\" needs quotes", r->yaml.context);
}

static bool
next(struct reader *r, yaml_event_t *event)
{
	if (r->failed)
		return false;
	if (yaml_parser_parse(&r->yaml, event))
		return true;
	syntax_error(r);
	return false;
}

static void
complain(struct reader *r, const yaml_event_t *event, const char *rule,
    const char *text, const char *hint)
{
	r->wrong = true;
	tsr_diag_add(
	    r->diag, TSR_ERROR, rule, where_of(r, event), "%s", text);
	tsr_diag_hint(r->diag, "%s", hint);
}

static void
check_marks(struct reader *r, const yaml_event_t *event,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		complain(r, event, "Y004", "front matter has no anchors",
		    "write the value where it is used");
	if (tag != NULL)
		complain(r, event, "Y005", "front matter has no tags",
		    "leave the !tag out; quotes make a value a string");
}

static bool
is_one_of(struct tsr_span s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (tsr_span_eq(s, tsr_span_of(*words, strlen(*words))))
			return true;
	return false;
}

/* Digits in the given base make *out; false when there is something else. */
static bool
read_digits(uint64_t *out, bool *big, struct tsr_span s, unsigned base)
{
	int digit;
	size_t i;

	*out = 0;
	*big = false;
	for (i = 0; i < s.n; i++) {
		digit = tsr_hex(s.p[i]);
		if (digit < 0 || (unsigned)digit >= base)
			return false;
		if (*out > (UINT64_MAX - (unsigned)digit) / base)
			*big = true;
		*out = *out * base + (unsigned)digit;
	}
	return s.n > 0;
}

/* Whether s is an integer; *fits says whether 64 bits hold it. */
static bool
read_integer(int64_t *out, bool *fits, struct tsr_span s)
{
	bool negative = s.n > 0 && s.p[0] == '-', big;
	unsigned base = 10;
	uint64_t v;

	if (tsr_span_starts(s, TSR_LIT("0x")))
		base = 16;
	else if (tsr_span_starts(s, TSR_LIT("0o")))
		base = 8;
	if (base != 10)
		s = tsr_span_from(s, 2);
	else if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = tsr_span_from(s, 1);
	if (!read_digits(&v, &big, s, base))
		return false;
	*fits = !big && v <= (uint64_t)INT64_MAX + (negative ? 1 : 0);
	if (!*fits)
		return true;
	if (negative)
		*out = v == 0 ? 0 : -(int64_t)(v - 1) - 1;
	else
		*out = (int64_t)v;
	return true;
}

/* [eE][-+]?digits to the end of s; no exponent is 0. */
static bool
read_exponent(int *out, struct tsr_span s)
{
	bool negative, big;
	uint64_t v;

	*out = 0;
	if (s.n == 0)
		return true;
	if (tsr_lower(s.p[0]) != 'e')
		return false;
	s = tsr_span_from(s, 1);
	negative = s.n > 0 && s.p[0] == '-';
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = tsr_span_from(s, 1);
	if (!read_digits(&v, &big, s, 10))
		return false;
	if (big || v > 10000)
		v = 10000;
	*out = negative ? -(int)v : (int)v;
	return true;
}

/*
 * Whether s is a real number. It is worked out by one exact multiplication or
 * division, so it must have at most 53 bits of digits and a power of ten of
 * at most 22; *fits says whether it has.
 */
static bool
read_real(double *out, bool *fits, struct tsr_span s)
{
	bool negative = s.n > 0 && s.p[0] == '-', seen = false, dot = false;
	uint64_t digits = 0;
	int exponent, places = 0, zeros = 0;
	double power = 1;
	size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');

	*fits = true;
	for (; i < s.n && (tsr_is_digit(s.p[i]) || s.p[i] == '.'); i++) {
		if (s.p[i] == '.') {
			if (dot)
				return false;
			dot = true;
			continue;
		}
		seen = true;
		places += dot;
		zeros++;
		if (s.p[i] == '0')
			continue;
		for (; zeros > 0 && digits <= UINT64_C(1) << 54; zeros--)
			digits *= 10;
		digits += (unsigned)(s.p[i] - '0');
		zeros = 0;
	}
	if (!seen || !read_exponent(&exponent, tsr_span_from(s, i)))
		return false;
	exponent += zeros - places;
	if (digits == 0)
		exponent = 0;
	if (digits > UINT64_C(1) << 53 || exponent > 22 || exponent < -22) {
		*fits = false;
		return true;
	}
	for (int k = exponent < 0 ? -exponent : exponent; k > 0; k--)
		power *= 10;
	*out = exponent < 0 ? (double)digits / power : (double)digits * power;
	if (negative)
		*out = -*out;
	return true;
}

/* The core schema of YAML 1.2, section 10.3.2. */
static void
resolve_plain(struct tsr_json *out, struct reader *r, const yaml_event_t *event,
    struct tsr_span s)
{
	static const char *const null[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const yes[] = {"true", "True", "TRUE", NULL};
	static const char *const no[] = {"false", "False", "FALSE", NULL};
	static const char *const odd[] = {".inf", ".Inf", ".INF", "+.inf",
	    "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN",
	    NULL};
	bool fits = true;

	if (is_one_of(s, null)) {
		out->type = TSR_JSON_NULL;
	} else if (is_one_of(s, yes) || is_one_of(s, no)) {
		out->type = TSR_JSON_BOOLEAN;
		out->u.boolean = is_one_of(s, yes);
	} else if (is_one_of(s, odd)) {
		complain(r, event, "Y007", "not a number that JSON knows",
		    "quote it to make it a string");
	} else if (read_integer(&out->u.integer, &fits, s)) {
		out->type = TSR_JSON_INTEGER;
	} else if (read_real(&out->u.real, &fits, s)) {
		out->type = TSR_JSON_REAL;
	} else {
		out->type = TSR_JSON_STRING;
		out->u.string = tsr_arena_dup(r->arena, s);
	}
	if (!fits)
		complain(r, event, "Y007", "a number too long to be kept exactly",
		    "shorten it to 15 digits, or quote it to make it a string");
}

static bool
read_scalar(struct tsr_json *out, struct reader *r, const yaml_event_t *event)
{
	struct tsr_span s =
	    tsr_span_of(event->data.scalar.value, event->data.scalar.length);

	check_marks(
	    r, event, event->data.scalar.anchor, event->data.scalar.tag);
	if (tsr_span_find(s, 0, 0) < s.n) {
		complain(r, event, "Y010", "a text holds the character NUL",
		    "take \\0 out");
		return false;
	}
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		resolve_plain(out, r, event, s);
	} else {
		out->type = TSR_JSON_STRING;
		out->u.string = tsr_arena_dup(r->arena, s);
	}
	return true;
}

static bool
too_many(struct reader *r, const yaml_event_t *event, size_t count)
{
	if (count < TSR_YAML_MEMBERS)
		return false;
	complain(r, event, "Y009", "too many members in one list or mapping",
	    "front matter is for a page's few fields; use a data file");
	r->failed = true;
	return true;
}

static bool
read_sequence(struct tsr_json *out, struct reader *r, unsigned depth)
{
	struct tsr_json *items = NULL;
	yaml_event_t event;
	size_t count = 0, cap = 0;
	bool end = false;

	while (!end && next(r, &event)) {
		end = event.type == YAML_SEQUENCE_END_EVENT;
		if (!end && !too_many(r, &event, count)) {
			items = tsr_arena_grow(
			    r->arena, items, count, &cap, sizeof(*items));
			read_value(&items[count++], r, &event, depth);
		}
		yaml_event_delete(&event);
	}
	out->type = TSR_JSON_ARRAY;
	out->u.items = items;
	out->count = (uint32_t)count;
	return end;
}

/* The name of a member; false when it cannot be one. */
static bool
read_name(struct tsr_member *out, struct reader *r, const yaml_event_t *event,
    const struct tsr_member *before, size_t count)
{
	struct tsr_where where = where_of(r, event);
	size_t i;

	if (event->type != YAML_SCALAR_EVENT ||
	    event->data.scalar.length == 0 ||
	    memchr(event->data.scalar.value, 0, event->data.scalar.length)) {
		complain(r, event, "Y006", "a name must be a plain text",
		    "write \"name: value\"");
		return false;
	}
	check_marks(
	    r, event, event->data.scalar.anchor, event->data.scalar.tag);
	out->src = where.src;
	out->off = where.off;
	out->name = tsr_arena_dup(r->arena, tsr_span_of(
	    event->data.scalar.value, event->data.scalar.length));
	for (i = 0; i < count; i++)
		if (tsr_span_eq(before[i].name, out->name)) {
			r->wrong = true;
			tsr_diag_add(r->diag, TSR_ERROR, "Y002", where,
			    "\"%.*s\" is there twice", TSR_ARG(out->name))
			    ->also = (struct tsr_where){
			    before[i].src, before[i].off, 0};
			return true;
		}
	return true;
}

static bool
read_mapping(struct tsr_json *out, struct reader *r, unsigned depth)
{
	struct tsr_member *members = NULL;
	struct tsr_json ignored;
	yaml_event_t event;
	size_t count = 0, cap = 0;
	bool end = false, named = false, good;

	while (!end && next(r, &event)) {
		end = event.type == YAML_MAPPING_END_EVENT;
		if (!end && !named && !too_many(r, &event, count)) {
			members = tsr_arena_grow(
			    r->arena, members, count, &cap, sizeof(*members));
			good = read_name(
			    &members[count], r, &event, members, count);
			if (!good && event.type != YAML_SCALAR_EVENT)
				read_value(&ignored, r, &event, depth);
			named = true;
		} else if (!end && named) {
			read_value(&members[count].value, r, &event, depth);
			count++;
			named = false;
		}
		yaml_event_delete(&event);
	}
	out->type = TSR_JSON_OBJECT;
	out->u.members = members;
	out->count = (uint32_t)count;
	return end;
}

/* The value that begins with event; its end was read too, or r->failed. */
static bool
read_value(
    struct tsr_json *out, struct reader *r, yaml_event_t *event, unsigned depth)
{
	struct tsr_where where = where_of(r, event);

	memset(out, 0, sizeof(*out));
	out->src = where.src;
	out->off = where.off;
	if (event->type == YAML_ALIAS_EVENT) {
		complain(r, event, "Y004", "front matter has no aliases",
		    "write the value out");
		return true;
	}
	if (event->type == YAML_SCALAR_EVENT)
		return read_scalar(out, r, event);
	if (depth >= TSR_JSON_DEPTH) {
		complain(r, event, "Y003", "nested too deep",
		    "at most 64 lists and mappings inside each other");
		r->failed = true;
		return false;
	}
	if (event->type == YAML_SEQUENCE_START_EVENT) {
		check_marks(r, event, event->data.sequence_start.anchor,
		    event->data.sequence_start.tag);
		return read_sequence(out, r, depth + 1);
	}
	check_marks(r, event, event->data.mapping_start.anchor,
	    event->data.mapping_start.tag);
	return read_mapping(out, r, depth + 1);
}

/* The stream's events up to its end, with one document in it. */
static void
read_stream(struct tsr_json *out, struct reader *r)
{
	yaml_event_t event;
	bool end = false, seen = false;

	while (!end && next(r, &event)) {
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_STREAM_END_EVENT:
			end = true;
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (seen) {
				complain(r, &event, "Y008",
				    "front matter is one document",
				    "take the line with --- or ... out");
				r->failed = true;
			}
			break;
		default:
			seen = true;
			read_value(out, r, &event, 0);
		}
		yaml_event_delete(&event);
	}
}

bool
tsr_yaml_read(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, const struct tsr_sources *sources, uint32_t src,
    size_t from, size_t n)
{
	struct tsr_span all = tsr_sources_at(sources, src)->text;
	struct tsr_where where = {src, (uint32_t)from, 0};
	struct reader r;

	memset(&r, 0, sizeof(r));
	memset(out, 0, sizeof(*out));
	out->type = TSR_JSON_OBJECT;
	out->src = src;
	out->off = (uint32_t)from;
	r.text = tsr_span_part(all, from, n);
	if (r.text.n > TSR_YAML_MAX) {
		tsr_diag_add(diag, TSR_ERROR, "Y009", where,
		    "front matter is longer than %u bytes", TSR_YAML_MAX);
		return false;
	}
	r.arena = arena;
	r.diag = diag;
	r.src = src;
	r.base = from;
	if (!yaml_parser_initialize(&r.yaml)) {
		tsr_diag_add(diag, TSR_ERROR, "Y001", where, "out of memory");
		return false;
	}
	yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.yaml, r.text.p, r.text.n);
	read_stream(out, &r);
	yaml_parser_delete(&r.yaml);
	if (out->type == TSR_JSON_NULL)
		out->type = TSR_JSON_OBJECT;
	return !r.wrong;
}

/* The end of the line at from; *after is where the next one begins. */
static size_t
line_end(size_t *after, struct tsr_span text, size_t from)
{
	size_t end = tsr_span_find(text, '\n', from);

	*after = end < text.n ? end + 1 : end;
	return end > from && text.p[end - 1] == '\r' ? end - 1 : end;
}

static bool
is_fence(struct tsr_span text, size_t from, size_t end)
{
	while (end > from && (text.p[end - 1] == ' ' || text.p[end - 1] == '\t'))
		end--;
	return tsr_span_eq(tsr_span_part(text, from, end - from), TSR_LIT("---"));
}

enum tsr_front
tsr_front_matter(size_t *from, size_t *n, size_t *body, struct tsr_span text)
{
	size_t start, end, after;

	start = tsr_span_starts(text, TSR_LIT("\xef\xbb\xbf")) ? 3 : 0;
	*from = *body = start;
	*n = 0;
	end = line_end(&after, text, start);
	if (!is_fence(text, start, end))
		return TSR_FRONT_NONE;
	for (start = after; start < text.n; start = after) {
		end = line_end(&after, text, start);
		if (!is_fence(text, start, end))
			continue;
		*from = tsr_span_find(text, '\n', *from) + 1;
		*n = start - *from;
		*body = after;
		return TSR_FRONT_FOUND;
	}
	return TSR_FRONT_OPEN;
}
