/*
 * regex_parse - an ECMAScript pattern as a tree.
 *
 * Takes the pattern's bytes; gives nodes whose classes are ranges, case
 * already folded and inverted. Groups vanish; greedy and lazy are the same
 * language. Escapes and classes are in regex_escape.c.
 */
#include "build/regex/regex_parse.h"

#include "build/regex/regex_unicode.h"
#include "core/automaton.h"
#include "core/limits.h"

/* A program has two instructions more than its nodes. */
#define SIZE_MAX_NODES (TSR_AUTOMATON_OPS_MAX - 2)

static struct tsr_regex_node *choice(struct tsr_regex_parser *p, unsigned depth);

bool
tsr_regex_fail(struct tsr_regex_parser *p, enum tsr_regex_fault fault,
    const size_t place[2], const char *text, const char *hint)
{
	size_t end = place[1] > p->n ? p->n : place[1];

	if (p->failed)
		return false;
	p->failed = true;
	while (end < p->n && p->off[end] == p->off[place[0]])
		end++;
	p->err->fault = fault;
	p->err->off = p->off[place[0]];
	p->err->len = p->off[end] - p->off[place[0]];
	p->err->text = text;
	p->err->hint = hint;
	return false;
}

uint32_t
tsr_regex_peek(const struct tsr_regex_parser *p, size_t ahead)
{
	return ahead < p->n - p->i ? p->text[p->i + ahead] : UINT32_MAX;
}

static struct tsr_regex_node *
syntax(struct tsr_regex_parser *p, size_t start, const char *text,
    const char *hint)
{
	size_t place[2] = {start, p->i > start ? p->i : start + 1};

	tsr_regex_fail(p, TSR_REGEX_SYNTAX, place, text, hint);
	return NULL;
}

static struct tsr_regex_node *
new_node(struct tsr_regex_parser *p, enum tsr_regex_kind kind)
{
	struct tsr_regex_node *node = TSR_NEW(p->arena, struct tsr_regex_node);

	node->kind = kind;
	node->still = kind != TSR_REGEX_SET;
	node->size = kind == TSR_REGEX_SET || kind == TSR_REGEX_ASSERT;
	tsr_regex_set_init(&node->set, p->arena);
	return node;
}

/* False when the sum is past the cap; the mistake is at the child. */
static bool
append(struct tsr_regex_parser *p, struct tsr_regex_node *to,
    struct tsr_regex_node *child, size_t start)
{
	size_t place[2] = {start, p->i};

	if (to->kind == TSR_REGEX_CHOICE && to->first != NULL)
		to->size++;
	to->size += child->size;
	to->still = to->still && child->still;
	if (to->last == NULL)
		to->first = child;
	else
		to->last->next = child;
	to->last = child;
	if (to->size <= SIZE_MAX_NODES)
		return true;
	return tsr_regex_fail(p, TSR_REGEX_TOO_LARGE, place,
	    "the expression is too large", "use smaller repeat counts");
}

static struct tsr_regex_node *
assertion(struct tsr_regex_parser *p, enum tsr_automaton_assert what, size_t n)
{
	struct tsr_regex_node *node = new_node(p, TSR_REGEX_ASSERT);

	node->assertion = (uint8_t)what;
	p->i += n;
	return node;
}

/* The set of a node as it was written, made what it means. */
static struct tsr_regex_node *
finish_set(struct tsr_regex_parser *p, struct tsr_regex_node *node, bool inverted)
{
	if (p->fold)
		tsr_regex_set_fold(&node->set, p->unicode);
	if (inverted)
		tsr_regex_set_invert(&node->set, p->unicode ? 0x10ffff : 0xffff);
	return node;
}

static struct tsr_regex_node *
one_character(struct tsr_regex_parser *p, uint32_t c)
{
	struct tsr_regex_node *node = new_node(p, TSR_REGEX_SET);

	tsr_regex_set_add(&node->set, c, c);
	return finish_set(p, node, false);
}

static struct tsr_regex_node *
dot(struct tsr_regex_parser *p)
{
	struct tsr_regex_node *node = new_node(p, TSR_REGEX_SET);

	tsr_regex_set_add(&node->set, '\n', '\n');
	tsr_regex_set_add(&node->set, '\r', '\r');
	tsr_regex_set_add(&node->set, 0x2028, 0x2029);
	p->i++;
	return finish_set(p, node, true);
}

static struct tsr_regex_node *
class(struct tsr_regex_parser *p)
{
	struct tsr_regex_node *node = new_node(p, TSR_REGEX_SET);
	bool inverted;

	if (!tsr_regex_class(p, &node->set, &inverted))
		return NULL;
	return finish_set(p, node, inverted);
}

static struct tsr_regex_node *
not_regular(struct tsr_regex_parser *p, size_t start, size_t end,
    const char *text, const char *hint)
{
	size_t place[2] = {start, end};

	tsr_regex_fail(p, TSR_REGEX_NOT_REGULAR, place, text, hint);
	return NULL;
}

/* An escape outside a class. */
static struct tsr_regex_node *
escape(struct tsr_regex_parser *p)
{
	struct tsr_regex_atom a = {false, 0, {NULL, 0, 0, p->arena}};
	struct tsr_regex_node *node;
	struct tsr_span name;
	size_t start = p->i;
	uint32_t c = tsr_regex_peek(p, 1);

	if (c == 'b' || c == 'B')
		return assertion(
		    p, c == 'b' ? TSR_ASSERT_WORD : TSR_ASSERT_NOT_WORD, 2);
	if (c == 'k' && (p->unicode || p->named) &&
	    tsr_regex_peek(p, 2) == '<') {
		p->i += 3;
		if (!tsr_regex_name(p, &name))
			return NULL;
		return not_regular(p, start, p->i,
		    "a back-reference is not a regular expression",
		    "write out what the group may match");
	}
	if (!tsr_regex_escape(p, &a, false))
		return NULL;
	if (!a.is_set)
		return one_character(p, a.c);
	node = new_node(p, TSR_REGEX_SET);
	node->set = a.set;
	return finish_set(p, node, false);
}

/* The index after the group that begins at start, as far as can be told. */
static size_t
end_of_group(const struct tsr_regex_parser *p, size_t start)
{
	size_t i, depth = 0;
	bool in_class = false;

	for (i = start; i < p->n; i++) {
		switch (p->text[i]) {
		case '\\': i++; break;
		case '[': in_class = true; break;
		case ']': in_class = false; break;
		case '(': depth += !in_class; break;
		case ')':
			if (!in_class && --depth == 0)
				return i + 1;
		}
	}
	return p->n;
}

/* After `(?<`: a name that no group had. */
static bool
group_name(struct tsr_regex_parser *p, size_t start)
{
	struct tsr_span name;
	size_t i;

	if (!tsr_regex_name(p, &name))
		return false;
	for (i = 0; i < p->name_count; i++)
		if (tsr_span_eq(p->names[i], name)) {
			syntax(p, start, "two groups have the same name",
			    "names of groups must differ");
			return false;
		}
	p->names = tsr_arena_grow(p->arena, p->names, p->name_count,
	    &p->name_cap, sizeof(*p->names));
	p->names[p->name_count++] = name;
	return true;
}

static struct tsr_regex_node *
group(struct tsr_regex_parser *p, unsigned depth)
{
	struct tsr_regex_node *node;
	size_t start = p->i++, place[2] = {start, start + 1};
	uint32_t c, d;

	if (depth == TSR_REGEX_DEPTH_MAX) {
		tsr_regex_fail(p, TSR_REGEX_TOO_LARGE, place,
		    "groups are nested too deeply", NULL);
		return NULL;
	}
	if (tsr_regex_peek(p, 0) == '?') {
		c = tsr_regex_peek(p, 1);
		d = tsr_regex_peek(p, 2);
		if (c == '=' || c == '!')
			return not_regular(p, start, end_of_group(p, start),
			    "look-ahead is not supported",
			    "use two conditions, one of them with $not");
		if (c == '<' && (d == '=' || d == '!'))
			return not_regular(p, start, end_of_group(p, start),
			    "look-behind is not supported",
			    "use two conditions, one of them with $not");
		p->i += 2;
		if (c == '<' ? !group_name(p, start) : c != ':')
			return syntax(p, start, "unknown kind of group",
			    "groups begin with (, (?: or (?<name>");
	}
	node = choice(p, depth + 1);
	if (node == NULL)
		return NULL;
	if (tsr_regex_peek(p, 0) != ')')
		return syntax(p, start, "the group is not closed",
		    "end it with ); write a literal parenthesis as \\(");
	p->i++;
	return node;
}

/* A number at *i, which moves past it; large ones stop growing. */
static bool
number(const struct tsr_regex_parser *p, size_t *i, uint32_t *out)
{
	size_t start = *i;
	uint32_t v = 0;

	while (*i < p->n && p->text[*i] >= '0' && p->text[*i] <= '9') {
		v = v < 100000000 ? v * 10 + (p->text[*i] - '0') : v;
		++*i;
	}
	*out = v;
	return *i > start;
}

/* {n}, {n,} or {n,m} at i. Returns the index after it, or 0 if it is not. */
static size_t
braces(const struct tsr_regex_parser *p, uint32_t *min, uint32_t *max)
{
	size_t i = p->i + 1;

	if (tsr_regex_peek(p, 0) != '{' || !number(p, &i, min))
		return 0;
	*max = *min;
	if (i < p->n && p->text[i] == ',') {
		i++;
		if (!number(p, &i, max))
			*max = TSR_REGEX_INFINITY;
	}
	return i < p->n && p->text[i] == '}' ? i + 1 : 0;
}

static struct tsr_regex_node *
repeat(struct tsr_regex_parser *p, struct tsr_regex_node *body,
    struct tsr_regex_node *node, size_t start)
{
	size_t place[2] = {start, p->i};
	uint64_t size;

	if (node->max == 0 || (body->still && node->min == 0))
		return new_node(p, TSR_REGEX_EMPTY);
	if (body->still)
		return body;
	if (node->max == TSR_REGEX_INFINITY)
		size = (uint64_t)body->size * (node->min == 0 ? 1 : node->min) + 1;
	else
		size = (uint64_t)body->size * node->max + node->max - node->min;
	if (size > SIZE_MAX_NODES) {
		tsr_regex_fail(p, TSR_REGEX_TOO_LARGE, place,
		    "repeated so often the expression is too large",
		    "use smaller repeat counts");
		return NULL;
	}
	node->size = (uint32_t)size;
	node->still = false;
	node->first = node->last = body;
	return node;
}

/* A quantifier, if one follows. */
static struct tsr_regex_node *
quantifier(struct tsr_regex_parser *p, struct tsr_regex_node *body, size_t start)
{
	struct tsr_regex_node *node;
	uint32_t min = 0, max = TSR_REGEX_INFINITY;
	size_t end = p->i + 1, at = p->i;

	switch (tsr_regex_peek(p, 0)) {
	case '*':
		break;
	case '+':
		min = 1;
		break;
	case '?':
		max = 1;
		break;
	case '{':
		end = braces(p, &min, &max);
		if (end == 0)
			return p->unicode ?
			    syntax(p, at, "the quantifier is not complete",
				"write a literal brace as \\{") :
			    body;
		break;
	default:
		return body;
	}
	p->i = end;
	if (min > max)
		return syntax(p, at, "numbers of the quantifier are out of order",
		    "write the smaller number first");
	if (tsr_regex_peek(p, 0) == '?')
		p->i++;
	node = new_node(p, TSR_REGEX_REPEAT);
	node->min = min;
	node->max = max;
	return repeat(p, body, node, start);
}

static struct tsr_regex_node *
term(struct tsr_regex_parser *p, unsigned depth)
{
	struct tsr_regex_node *node;
	size_t start = p->i;
	uint32_t c = p->text[p->i], min, max;

	switch (c) {
	case '^':
		return assertion(p, TSR_ASSERT_BEGIN, 1);
	case '$':
		return assertion(p, TSR_ASSERT_END, 1);
	case '(':
		node = group(p, depth);
		break;
	case '.':
		node = dot(p);
		break;
	case '[':
		node = class(p);
		break;
	case '\\':
		node = escape(p);
		if (node != NULL && node->kind == TSR_REGEX_ASSERT)
			return node;
		break;
	case '*': case '+': case '?':
		return syntax(p, start, "nothing to repeat",
		    "write the literal character with a backslash");
	case '{': case '}': case ']':
		if (p->unicode || braces(p, &min, &max) != 0)
			return syntax(p, start,
			    c == '{' ? "nothing to repeat" : "stray bracket",
			    "write the literal character with a backslash");
		/* fallthrough */
	default:
		p->i++;
		node = one_character(p, c);
	}
	return node == NULL ? NULL : quantifier(p, node, start);
}

static struct tsr_regex_node *
sequence(struct tsr_regex_parser *p, unsigned depth)
{
	struct tsr_regex_node *node = new_node(p, TSR_REGEX_SEQUENCE), *child;
	size_t start;
	uint32_t c;

	for (;;) {
		c = tsr_regex_peek(p, 0);
		if (c == UINT32_MAX || c == '|' || c == ')')
			return node;
		start = p->i;
		child = term(p, depth);
		if (child == NULL || !append(p, node, child, start))
			return NULL;
	}
}

static struct tsr_regex_node *
choice(struct tsr_regex_parser *p, unsigned depth)
{
	struct tsr_regex_node *node = new_node(p, TSR_REGEX_CHOICE), *child;
	size_t start = p->i;

	for (;;) {
		child = sequence(p, depth);
		if (child == NULL || !append(p, node, child, start))
			return NULL;
		if (tsr_regex_peek(p, 0) != '|')
			return node;
		start = p->i++;
	}
}

/* Count the capturing groups and see whether one has a name. */
static void
count_groups(struct tsr_regex_parser *p)
{
	bool in_class = false;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->text[i] == '\\') {
			i++;
		} else if (in_class || p->text[i] == '[') {
			in_class = p->text[i] != ']';
		} else if (p->text[i] == '(') {
			p->i = i;
			if (tsr_regex_peek(p, 1) != '?') {
				p->groups++;
			} else if (tsr_regex_peek(p, 2) == '<' &&
			    tsr_regex_peek(p, 3) != '=' &&
			    tsr_regex_peek(p, 3) != '!') {
				p->groups++;
				p->named = true;
			}
		}
	}
	p->i = 0;
}

/* The pattern's bytes as code points or units. */
static bool
read_text(struct tsr_regex_parser *p, struct tsr_span s)
{
	const uint8_t *at = s.p, *end = s.p + s.n;
	size_t taken, place[2] = {0, 1};
	uint32_t c;

	p->text = TSR_NEW_ARRAY(p->arena, uint32_t, s.n + 1);
	p->off = TSR_NEW_ARRAY(p->arena, uint32_t, s.n + 2);
	while (at < end) {
		c = tsr_automaton_decode(&taken, at, end);
		p->off[p->n] = (uint32_t)(at - s.p);
		if (c == 0xfffd && !(taken == 3 && at[0] == 0xef)) {
			p->off[p->n + 1] = p->off[p->n] + (uint32_t)taken;
			place[0] = p->n++;
			place[1] = p->n;
			return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
			    "the pattern is not UTF-8", NULL);
		}
		if (!p->unicode && c > 0xffff) {
			p->text[p->n++] = 0xd800 + ((c - 0x10000) >> 10);
			p->off[p->n] = p->off[p->n - 1];
			c = 0xdc00 + (c & 0x3ff);
		}
		p->text[p->n++] = c;
		at += taken;
		p->off[p->n] = (uint32_t)(at - s.p);
	}
	return true;
}

struct tsr_regex_node *
tsr_regex_parse(struct tsr_regex_error *err, struct tsr_span pattern,
    unsigned flags, struct tsr_arena *arena)
{
	struct tsr_regex_parser p;
	struct tsr_regex_node *node;

	memset(&p, 0, sizeof(p));
	p.arena = arena;
	p.err = err;
	p.unicode = (flags & TSR_REGEX_UNICODE) != 0;
	p.fold = (flags & TSR_REGEX_IGNORE_CASE) != 0;
	if (!read_text(&p, pattern))
		return NULL;
	count_groups(&p);
	node = choice(&p, 0);
	if (node != NULL && p.i < p.n)
		return syntax(&p, p.i, "no group is open here",
		    "write a literal parenthesis as \\)");
	return node;
}
