/*
 * json - JSON text to an immutable tree that knows where it was written.
 *
 * jansson decides what is JSON and decodes it; a cursor goes over the same text
 * in step with jansson's values and gives each its byte offset. The only file
 * that uses jansson.
 */
#include "build/read/json.h"

#include <assert.h>
#include <jansson.h>

#include "build/read/json_scan.h"
#include "core/number_text.h"

struct cursor {
	struct tsr_span text;
	size_t at;
	uint32_t src;
	bool all_real; /* jansson was asked to make reals of integers */
	struct tsr_arena *arena;
};

static void copy_value(struct tsr_json *out, struct cursor *c, json_t *v);

/*
 * The decoded string whose token is [from, to): without escapes it is the
 * source's own bytes, which live as long as the source does.
 */
static struct tsr_span
copy_string(struct cursor *c, size_t from, size_t to, const char *s, size_t n)
{
	if (to - from == n + 2)
		return tsr_span_part(c->text, from + 1, n);
	return tsr_arena_dup(c->arena, tsr_span_of(s, n));
}

static void
copy_object(struct tsr_json *out, struct cursor *c, json_t *v)
{
	struct tsr_member *m;
	const char *name;
	json_t *child;
	size_t from;

	out->count = (uint32_t)json_object_size(v);
	m = TSR_NEW_ARRAY(c->arena, struct tsr_member, out->count);
	out->u.members = m;
	c->at++;
	json_object_foreach(v, name, child)
	{
		from = tsr_json_skip_space(c->text, c->at);
		c->at = tsr_json_skip_string(c->text, from);
		m->name = copy_string(c, from, c->at, name, strlen(name));
		m->src = c->src;
		m->off = (uint32_t)from;
		c->at = tsr_json_skip_space(c->text, c->at) + 1;
		copy_value(&m->value, c, child);
		/* The comma, or the bracket after the last. */
		c->at = tsr_json_skip_space(c->text, c->at) + 1;
		m++;
	}
	if (out->count == 0)
		c->at = tsr_json_skip_space(c->text, c->at) + 1;
}

static void
copy_array(struct tsr_json *out, struct cursor *c, json_t *v)
{
	struct tsr_json *items;
	size_t i;

	out->count = (uint32_t)json_array_size(v);
	items = TSR_NEW_ARRAY(c->arena, struct tsr_json, out->count);
	out->u.items = items;
	c->at++;
	for (i = 0; i < out->count; i++) {
		copy_value(&items[i], c, json_array_get(v, i));
		c->at = tsr_json_skip_space(c->text, c->at) + 1;
	}
	if (out->count == 0)
		c->at = tsr_json_skip_space(c->text, c->at) + 1;
}

/* The integer written at [from, to), if it is one and has 64 bits. */
static bool
small_integer(int64_t *out, struct tsr_span text, size_t from, size_t to)
{
	uint64_t v = 0, limit = INT64_MAX;
	bool negative = text.p[from] == '-';
	size_t i;

	for (i = from + negative; i < to; i++) {
		uint64_t digit = (uint64_t)(text.p[i] - '0');

		if (!tsr_is_digit(text.p[i]) || v > (limit - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

static void
copy_number(struct tsr_json *out, struct cursor *c, json_t *v)
{
	size_t from = c->at;

	c->at = tsr_json_skip_token(c->text, from);
	out->type = json_is_integer(v) ? TSR_JSON_INTEGER : TSR_JSON_REAL;
	if (json_is_integer(v))
		out->u.integer = json_integer_value(v);
	else if (c->all_real &&
	    small_integer(&out->u.integer, c->text, from, c->at))
		out->type = TSR_JSON_INTEGER;
	else
		out->u.real = json_real_value(v);
}

/* Depth was checked before; so the recursion is at most TSR_JSON_DEPTH deep. */
static void
copy_value(struct tsr_json *out, struct cursor *c, json_t *v)
{
	size_t from = tsr_json_skip_space(c->text, c->at);

	assert(from < c->text.n);
	c->at = from;
	out->src = c->src;
	out->off = (uint32_t)from;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		out->type = TSR_JSON_OBJECT;
		copy_object(out, c, v);
		return;
	case JSON_ARRAY:
		out->type = TSR_JSON_ARRAY;
		copy_array(out, c, v);
		return;
	case JSON_STRING:
		c->at = tsr_json_skip_string(c->text, from);
		out->type = TSR_JSON_STRING;
		out->u.string = copy_string(c, from, c->at,
		    json_string_value(v), json_string_length(v));
		return;
	case JSON_INTEGER:
	case JSON_REAL:
		copy_number(out, c, v);
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		out->type = TSR_JSON_BOOLEAN;
		out->u.boolean = json_is_true(v);
		break;
	case JSON_NULL:
		out->type = TSR_JSON_NULL;
		break;
	}
	c->at = tsr_json_skip_token(c->text, from);
}

/* Where the token that ends at or after end begins. */
static size_t
token_ending_at(struct tsr_span text, size_t at, size_t end)
{
	size_t next;

	for (;;) {
		at = tsr_json_skip_space(text, at);
		next = tsr_json_skip_token(text, at);
		if (next >= end || at >= text.n)
			return at;
		at = next;
	}
}

/* Is the string token at a the same text as that at b? */
static bool
same_string(struct tsr_span text, size_t a, size_t b)
{
	const char *p = (const char *)text.p;
	json_t *x, *y;
	bool same;

	x = json_loadb(
	    p + a, tsr_json_skip_string(text, a) - a, JSON_DECODE_ANY, NULL);
	y = json_loadb(
	    p + b, tsr_json_skip_string(text, b) - b, JSON_DECODE_ANY, NULL);
	same = x != NULL && y != NULL && json_equal(x, y);
	json_decref(x);
	json_decref(y);
	return same;
}

/* The member of the object around the name at second that has it already. */
static size_t
first_with_name(struct tsr_span text, size_t at, size_t second)
{
	size_t open[TSR_JSON_DEPTH + 1] = {0};
	size_t depth = 0;

	while (at < second) {
		if ((text.p[at] == '{' || text.p[at] == '[') &&
		    depth < TSR_JSON_DEPTH)
			open[++depth] = at;
		else if ((text.p[at] == '}' || text.p[at] == ']') && depth > 0)
			depth--;
		at = tsr_json_skip_space(text, tsr_json_skip_token(text, at));
	}
	at = tsr_json_skip_space(text, open[depth] + 1);
	while (at < second && !same_string(text, at, second)) {
		at = tsr_json_skip_token(text, at);
		at = tsr_json_skip_space(text, at) + 1;
		at = tsr_json_skip_value(text, at);
		at = tsr_json_skip_space(text, at) + 1;
		at = tsr_json_skip_space(text, at);
	}
	return at;
}

static struct tsr_where
place(uint32_t src, size_t off)
{
	return (struct tsr_where){src, (uint32_t)off, 0};
}

static void
report(struct tsr_diag *diag, const json_error_t *error, uint32_t src,
    struct tsr_span text, size_t from)
{
	size_t end = from + (size_t)(error->position > 0 ? error->position : 0);
	size_t at = token_ending_at(text, from, end), first;
	struct tsr_span token =
	    tsr_span_part(text, at, tsr_json_skip_token(text, at) - at);
	struct tsr_message *m;

	switch (json_error_code(error)) {
	case json_error_duplicate_key:
		first = first_with_name(text, from, at);
		m = tsr_diag_add(diag, TSR_ERROR, "J002", place(src, at),
		    "name %.*s is used twice in one object", TSR_ARG(token));
		m->also = place(src, first);
		return;
	case json_error_numeric_overflow:
		tsr_diag_add(diag, TSR_ERROR, "J005", place(src, at),
		    "number %.*s is too large for a double",
		    TSR_ARG(token));
		return;
	case json_error_null_byte_in_key:
	case json_error_null_character:
		tsr_diag_add(diag, TSR_ERROR, "J004", place(src, at),
		    "a string may not contain the character U+0000");
		return;
	default:
		break;
	}
	if (!tsr_json_explain(diag, src, text, from))
		tsr_diag_add(
		    diag, TSR_ERROR, "J001", place(src, at), "%s", error->text);
}

#define FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)

bool
tsr_json_read_part(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, const struct tsr_sources *sources, uint32_t src,
    size_t from, size_t n)
{
	const struct tsr_source *source = tsr_sources_at(sources, src);
	struct tsr_span text = source->text;
	struct cursor c;
	json_error_t error;
	json_t *root;
	size_t deep, nul;

	memset(out, 0, sizeof(*out));
	text.n = from + tsr_span_part(text, from, n).n;
	if (text.n > INT32_MAX) {
		tsr_diag_add(diag, TSR_ERROR, "J005", place(src, 0),
		    "the file is larger than 2 GiB");
		return false;
	}
	if (from == 0 && tsr_span_starts(text, TSR_LIT("\xef\xbb\xbf")))
		from = 3;
	/* jansson passes over some NUL bytes, and we would be out of step. */
	nul = tsr_span_find(text, 0, from);
	if (nul < text.n) {
		tsr_diag_add(diag, TSR_ERROR, "J001", place(src, nul),
		    "a NUL byte has no place in JSON");
		tsr_diag_hint(diag, "save the file as UTF-8");
		return false;
	}
	deep = tsr_json_too_deep(text, from, TSR_JSON_DEPTH);
	if (deep < text.n) {
		tsr_diag_add(diag, TSR_ERROR, "J003", place(src, deep),
		    "nested deeper than %d levels", TSR_JSON_DEPTH);
		return false;
	}
	c = (struct cursor){text, from, src, false, arena};
	root = json_loadb((const char *)text.p + from, text.n - from,
	    FLAGS, &error);
	/* An integer of more than 64 bits is read as a double. */
	if (root == NULL &&
	    json_error_code(&error) == json_error_numeric_overflow) {
		c.all_real = true;
		root = json_loadb((const char *)text.p + from, text.n - from,
		    FLAGS | JSON_DECODE_INT_AS_REAL, &error);
	}
	if (root == NULL) {
		report(diag, &error, src, text, from);
		return false;
	}
	copy_value(out, &c, root);
	json_decref(root);
	return true;
}

bool
tsr_json_read(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, const struct tsr_sources *sources, uint32_t src)
{
	return tsr_json_read_part(out, arena, diag, sources, src, 0, SIZE_MAX);
}

static int
add_bytes(const char *p, size_t n, void *out)
{
	tsr_buf_add(out, tsr_span_of(p, n));
	return 0;
}

/* Each name once in an object: in its first place, with its last value. */
static bool
write_once(struct tsr_buf *out, struct tsr_span text)
{
	json_error_t error;
	json_t *root = json_loadb((const char *)text.p, text.n, FLAGS, &error);

	if (root == NULL &&
	    json_error_code(&error) == json_error_duplicate_key) {
		root = json_loadb((const char *)text.p, text.n,
		    JSON_DECODE_ANY, NULL);
		if (root != NULL)
			json_dump_callback(root, add_bytes, out, JSON_COMPACT |
			    JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
	}
	json_decref(root);
	return out->n > 0;
}

bool
tsr_json_read_last(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, struct tsr_sources *sources, struct tsr_span text)
{
	uint32_t src = tsr_sources_add(sources, "-", text);
	struct tsr_diag quiet;
	struct tsr_buf once;

	tsr_diag_init(&quiet, arena);
	if (tsr_json_read(out, arena, &quiet, sources, src))
		return true;
	tsr_buf_init(&once, SIZE_MAX / 2);
	if (write_once(&once, text))
		src = tsr_sources_add(sources, "-", tsr_buf_view(&once));
	tsr_buf_free(&once);
	return tsr_json_read(out, arena, diag, sources, src);
}

void
tsr_json_number_text(struct tsr_buf *out, const struct tsr_json *v)
{
	uint8_t text[TSR_NUMBER_TEXT];

	if (v->type == TSR_JSON_INTEGER) {
		if (v->u.integer < 0)
			tsr_buf_byte(out, '-');
		tsr_buf_uint(out, v->u.integer < 0 ? 0 - (uint64_t)v->u.integer
						   : (uint64_t)v->u.integer);
		return;
	}
	tsr_buf_add(
	    out, tsr_span_of(text, tsr_number_text(text, v->u.real)));
}
