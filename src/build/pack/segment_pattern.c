/*
 * segment_pattern - tests of the segment key as regular expressions.
 *
 * An expression works over the bytes that were sent and finds what core finds:
 * the first cookie or parameter of a name, each byte of a value as it is or
 * percent-encoded (core/cookie.c and core/query.c: change all or none).
 *
 * Everything but letters and digits is written as \xHH, so that neither nginx
 * nor VCL sees a quote, a variable or an escape of its own.
 */
#include "build/pack/segment_pattern.h"

/* A word of nginx's configuration has less than 4,096 bytes. */
#define PATTERN_MAX 3000

/* Repetitions in an expression: the server's matcher backtracks. */
#define REPEATS_MAX 2

static void
add_byte(struct tsr_buf *out, uint8_t c)
{
	if (tsr_is_alnum(c))
		tsr_buf_byte(out, c);
	else
		tsr_buf_printf(out, "\\x%02x", c);
}

static void
add_literal(struct tsr_buf *out, struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		add_byte(out, s.p[i]);
}

static void
add_hex_digit(struct tsr_buf *out, unsigned digit)
{
	if (digit < 10)
		tsr_buf_byte(out, (uint8_t)('0' + digit));
	else
		tsr_buf_printf(out, "[%c%c]", 'A' + (int)digit - 10,
		    'a' + (int)digit - 10);
}

/* A byte of a decoded value in all the ways it may be sent. */
static void
add_coded_byte(struct tsr_buf *out, uint8_t c, bool query, bool raw)
{
	tsr_buf_text(out, "(?:%");
	add_hex_digit(out, c >> 4);
	add_hex_digit(out, c & 15);
	if (c == '%')
		tsr_buf_text(out, "|%(?![0-9A-Fa-f][0-9A-Fa-f])");
	else if (raw && !(query && c == '+')) {
		tsr_buf_byte(out, '|');
		add_byte(out, c);
	}
	if (query && c == ' ')
		tsr_buf_text(out, "|\\x2b");
	tsr_buf_byte(out, ')');
}

/*
 * trimmed: blanks at both ends must be encoded, the server of the value cut
 * others off.
 */
static void
add_coded(struct tsr_buf *out, struct tsr_span s, bool query, bool trimmed)
{
	size_t i;
	bool blank;

	for (i = 0; i < s.n; i++) {
		blank = s.p[i] == ' ' || s.p[i] == '\t';
		add_coded_byte(out, s.p[i], query,
		    !(trimmed && blank && (i == 0 || i + 1 == s.n)));
	}
}

/* One value of an attribute as an expression. */
static void
add_value(struct tsr_buf *out, const struct tsr_rules_attribute *a,
    struct tsr_span value)
{
	if (a->source == TSR_SOURCE_HEADER) {
		add_literal(out, value);
		return;
	}
	if (a->source == TSR_SOURCE_QUERY) {
		add_coded(out, value, true, false);
		return;
	}
	tsr_buf_text(out, "\\x22");
	add_coded(out, value, false, false);
	tsr_buf_text(out, "\\x22|");
	/* A pair of quotes around a value is no part of it. */
	if (value.n > 0 && value.p[0] == '"')
		tsr_buf_text(out, "(?!\\x22[^;]*\\x22[\\x20\\x09]*\\z)");
	add_coded(out, value, false, true);
}

static const char *const true_words[] = {"1", "true", "?1", "yes"};
static const char *const false_words[] = {"0", "false", "?0", "no"};

/* ---- which tests ---- */

/* Is an expression the same to PCRE on bytes, and quick to match? */
static bool
is_plain_pattern(struct tsr_span s)
{
	size_t i;
	unsigned repeats = 0;

	if (s.n == 0 || s.n > PATTERN_MAX / 4)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '*' || s.p[i] == '+' || s.p[i] == '?') {
			/* After a character, and not after a repetition. */
			if (i == 0 || ++repeats > REPEATS_MAX ||
			    !tsr_is_alnum(s.p[i - 1]) ||
			    (i > 1 && s.p[i - 2] == '\\'))
				return false;
		} else if (s.p[i] == '(') {
			if (i + 1 < s.n && s.p[i + 1] == '?')
				return false;
		} else if (s.p[i] == '\\') {
			if (i + 1 >= s.n || (s.p[i + 1] != '.' &&
				s.p[i + 1] != '/' && s.p[i + 1] != '-'))
				return false;
			i++;
		} else if (!tsr_is_alnum(s.p[i]) &&
		    tsr_span_find(TSR_LIT(" _-/,;:|)^$"), s.p[i], 0) == 11)
			return false;
	}
	return true;
}

static bool
can_value(const struct tsr_rules_attribute *a, const struct tsr_json *v)
{
	struct tsr_buf text;
	bool fits;

	if (a->type == TSR_TYPE_BOOLEAN)
		return v->type == TSR_JSON_BOOLEAN;
	if (v->type != TSR_JSON_STRING)
		return false;
	tsr_buf_init(&text, PATTERN_MAX);
	add_value(&text, a, v->u.string);
	fits = !text.full;
	tsr_buf_free(&text);
	return fits;
}

bool
tsr_segment_can(const struct tsr_rules *rules, const struct tsr_test *test)
{
	const struct tsr_rules_attribute *a =
	    &rules->attributes[test->attribute];
	uint32_t i;

	switch (test->operator) {
	case TSR_OPERATOR_EXISTS:
		return true;
	case TSR_OPERATOR_EQ:
		return can_value(a, &test->operand);
	case TSR_OPERATOR_IN:
		for (i = 0; i < test->operand.count; i++)
			if (!can_value(a, &test->operand.u.items[i]))
				return false;
		return true;
	case TSR_OPERATOR_REGEX:
		/* A missing header is "null" to $regex, "" to a server. */
		return a->source == TSR_SOURCE_HEADER && !test->missing &&
		    a->type == TSR_TYPE_STRING &&
		    is_plain_pattern(test->operand.u.string);
	default:
		return false;
	}
}

/* ---- the expressions of a test ---- */

struct patterns {
	struct tsr_buf *list; /* in the arena; each at most PATTERN_MAX */
	size_t count, cap;
	const struct tsr_rules_attribute *attribute;
	struct tsr_arena *arena;
};

/* One more value, beside the others where there is room. */
static void
add_alternative(struct patterns *p, struct tsr_span value)
{
	struct tsr_buf one, *last;

	/* An empty header is as good as none. */
	if (p->attribute->source == TSR_SOURCE_HEADER && value.n == 0)
		return;
	tsr_buf_init(&one, PATTERN_MAX);
	add_value(&one, p->attribute, value);
	last = p->count > 0 ? &p->list[p->count - 1] : NULL;
	if (last == NULL || last->n + one.n + 1 > PATTERN_MAX) {
		p->list = tsr_arena_grow(
		    p->arena, p->list, p->count, &p->cap, sizeof(*p->list));
		last = &p->list[p->count++];
		tsr_buf_init(last, PATTERN_MAX + 100);
	} else
		tsr_buf_byte(last, '|');
	tsr_buf_add(last, tsr_buf_view(&one));
	tsr_buf_free(&one);
}

static void
add_boolean(struct patterns *p, bool value)
{
	const char *const *words = value ? true_words : false_words;
	size_t i;

	for (i = 0; i < 4; i++)
		add_alternative(p, tsr_span_of(words[i], strlen(words[i])));
}

static void
add_operand(struct patterns *p, const struct tsr_json *v)
{
	if (v->type == TSR_JSON_BOOLEAN)
		add_boolean(p, v->u.boolean);
	else
		add_alternative(p, v->u.string);
}

/*
 * Collect a test's values; false when it is answered by an expression alone,
 * which *whole becomes.
 */
static bool
find_patterns(struct patterns *p, struct tsr_buf *whole,
    const struct tsr_test *t)
{
	uint32_t i;

	if (t->operator == TSR_OPERATOR_REGEX) {
		/* Longer headers are missing to core. */
		tsr_buf_printf(whole, "\\A(?=[^\\x00]{1,%d}\\z).*?(?:",
		    TSR_VALUE_MAX);
		for (i = 0; i < t->operand.u.string.n; i++)
			if (t->operand.u.string.p[i] == '$')
				tsr_buf_text(whole, "\\z");
			else if (t->operand.u.string.p[i] == '^')
				tsr_buf_text(whole, "\\A");
			else
				tsr_buf_byte(
				    whole, t->operand.u.string.p[i]);
		tsr_buf_byte(whole, ')');
		return false;
	}
	if (t->operator == TSR_OPERATOR_EXISTS &&
	    p->attribute->type != TSR_TYPE_BOOLEAN) {
		tsr_buf_text(whole, p->attribute->source == TSR_SOURCE_HEADER
			? "." : "\\A=");
		return false;
	}
	if (t->operator == TSR_OPERATOR_EXISTS) {
		add_boolean(p, true);
		add_boolean(p, false);
	} else if (t->operator == TSR_OPERATOR_IN)
		for (i = 0; i < t->operand.count; i++)
			add_operand(p, &t->operand.u.items[i]);
	else
		add_operand(p, &t->operand);
	return true;
}

void
tsr_segment_tests(struct tsr_buf *out, const struct tsr_rules *rules,
    uint32_t test, const char *before, const char *after)
{
	const struct tsr_test *t = &rules->tests[test];
	struct tsr_arena arena;
	struct patterns p = {.arena = &arena,
	    .attribute = &rules->attributes[t->attribute]};
	struct tsr_buf whole;
	size_t i;

	tsr_arena_init(&arena);
	tsr_buf_init(&whole, PATTERN_MAX * 2);
	if (!find_patterns(&p, &whole, t)) {
		tsr_buf_text(out, before);
		tsr_buf_add(out, tsr_buf_view(&whole));
		tsr_buf_text(out, after);
	}
	for (i = 0; i < p.count; i++) {
		tsr_buf_text(out, before);
		tsr_buf_text(out, p.attribute->source == TSR_SOURCE_HEADER
			? "\\A(?:" : "\\A=(?:");
		tsr_buf_add(out, tsr_buf_view(&p.list[i]));
		tsr_buf_text(out, p.attribute->source == TSR_SOURCE_COOKIE
			? ")[\\x20\\x09]*\\z" : ")\\z");
		tsr_buf_text(out, after);
		tsr_buf_free(&p.list[i]);
	}
	tsr_buf_free(&whole);
	tsr_arena_free(&arena);
}

void
tsr_segment_finder(struct tsr_buf *out, const struct tsr_rules_attribute *a,
    uint32_t number, bool named)
{
	if (a->source == TSR_SOURCE_COOKIE) {
		tsr_buf_text(out, "\\A(?:(?![\\x20\\x09]*");
		add_literal(out, a->key);
		tsr_buf_text(out, "=)[^;]*+;)*+[\\x20\\x09]*+");
		add_literal(out, a->key);
		tsr_buf_text(out, "=[\\x20\\x09]*+");
	} else {
		tsr_buf_text(out, "\\A(?:(?!");
		add_literal(out, a->key);
		tsr_buf_text(out, "(?:[=&]|\\z))[^&]*+&)*+");
		add_literal(out, a->key);
		tsr_buf_text(out, "(?:=|(?=&|\\z))");
	}
	if (named)
		tsr_buf_printf(out, "(?<tessera_text_%u>", number);
	else
		tsr_buf_byte(out, '(');
	tsr_buf_text(out,
	    a->source == TSR_SOURCE_COOKIE ? "[^;]*+)" : "[^&]*+)");
}
