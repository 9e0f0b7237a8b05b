/*
 * Unit tests of build/regex/regex.c and core/automaton.c. Agreement with a real
 * ECMAScript engine is `make check-regex`; here are the corners by name.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "build/regex/regex.h"
#include "core/automaton.h"
#include "core/limits.h"

#define U TSR_REGEX_UNICODE
#define I TSR_REGEX_IGNORE_CASE

static struct tsr_span
text(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* Every row runs as a table and as a program. */
static void
test_regex_pattern_matches_as_ecmascript(void **unused)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		const char *subject;
		bool match;
		const char *why;
	} rows[] = {
		{"", 0, "", true, "the empty pattern matches anything"},
		{"b", 0, "abc", true, "a match may begin anywhere"},
		{"^b", 0, "abc", false, "^ is the beginning"},
		{"b$", 0, "abc", false, "$ is the end"},
		{"^$", 0, "\n", false, "^ and $ do not know lines"},
		{"a^b|c", 0, "xc", true, "^ in an odd place is just false"},
		{"(?:^|,)a(?:,|$)", 0, "b,a", true, "anchors in choices"},
		{"-12-25$", 0, "2024-12-25", true, "a published case"},
		{"(Mobile|Tablet)", 0, "a Tablet", true, "a published case"},
		{".", 0, "\xe2\x80\xa8", false, "a dot leaves out U+2028"},
		{"^.$", 0, "\xf0\x9f\x98\x80", false, "an emoji is two units"},
		{"^..$", 0, "\xf0\x9f\x98\x80", true, "an emoji is two units"},
		{"^.$", U, "\xf0\x9f\x98\x80", true, "one code point with u"},
		{"\\ud83d\\ude00", 0, "\xf0\x9f\x98\x80", true,
		    "two escaped units are the emoji"},
		{"^\\ud83d", 0, "\xf0\x9f\x98\x80", true,
		    "half an emoji is a unit"},
		{"^\\ud83d", U, "\xf0\x9f\x98\x80", false,
		    "half an emoji is nothing with u"},
		{"^[\xf0\x9f\x98\x80]$", 0, "\xf0\x9f\x98\x80", false,
		    "a class without u holds the two units"},
		{"^\xf0\x9f\x98\x80+$", 0,
		    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80", false,
		    "+ without u repeats the second unit"},
		{"\\p{L}", 0, "p{L}", true, "\\p is p without u"},
		{"^\\p{Lu}$", U, "\xd0\x96", true, "a capital Zhe"},
		{"^\\p{Script=Greek}+$", U, "\xce\xb1\xce\xb2", true, "Greek"},
		{"^\\p{Lu}$", U | I, "a", true, "case is ignored in \\p"},
		{"\\d", U, "\xd9\xa1", false, "\\d is ASCII"},
		{"^\\s$", U, "\xef\xbb\xbf", true, "U+FEFF is white space"},
		{"\\bfoo\\b", 0, "a foo.", true, "word boundaries"},
		{"\\bfoo\\b", 0, "afoo", false, "no boundary before f"},
		{"\\B", 0, "a\xc3\xa9", true, "after the last letter"},
		{"\\B", 0, "a", false, "both sides of a are boundaries"},
		{"a\\b\xc3\xa9", 0, "a\xc3\xa9", true, "e acute is no word"},
		{"\\B\xe2\x84\xaa", U | I, "a\xe2\x84\xaa", true,
		    "the Kelvin sign is a word character with iu"},
		{"\xc5\xbf", U | I, "S", true, "long s folds to s"},
		{"\xc5\xbf", I, "S", false, "but its upper case is not taken"},
		{"\xcf\x82", I, "\xcf\x83", true, "two sigmas"},
		{"[^a]", I, "A", false, "inversion comes after folding"},
		{"a{,2}", 0, "a{,2}", true, "not a quantifier: itself"},
		{"x{", 0, "x{", true, "a brace is itself without u"},
		{"]", 0, "]", true, "a bracket is itself without u"},
		{"\\c", 0, "\\c", true, "\\c without a letter is itself"},
		{"[\\c1]", 0, "\x11", true, "in a class a digit will do"},
		{"\\x4", 0, "x4", true, "incomplete \\x"},
		{"\\u{3}", 0, "uuu", true, "\\u is u, then a quantifier"},
		{"\\101", 0, "A", true, "octal"},
		{"[\\w-a]", 0, "-", true, "a hyphen after a set is itself"},
		{"[]", 0, "a", false, "nothing"},
		{"[^]", 0, "\n", true, "anything"},
		{"(a*)*b", 0, "aab", true, "nested stars"},
		{"(?:){1000}x", 0, "x", true, "repeating nothing costs nothing"},
		{"a{2,3}?$", 0, "baaa", true, "lazy is the same language"},
		{"(?<n>a)|b", 0, "b", true, "named groups are groups"},
		{"\\cJ", U, "\n", true, "control letters"},
		{"^\xef\xbf\xbd{3}$", U, "\xff\xe2\x82", false,
		    "two ill-formed pieces are two U+FFFD"},
		{"^\xef\xbf\xbd{2}$", U, "\xff\xe2\x82", true,
		    "two ill-formed pieces are two U+FFFD"},
		{"^\\ud800$", U, "\xed\xa0\x80", true, "WTF-8"},
	};
	struct tsr_regex_error err;
	struct tsr_span automaton;
	struct tsr_arena arena;
	unsigned way;
	size_t i;

	(void)unused;
	tsr_arena_init(&arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		for (way = 0; way <= TSR_REGEX_NO_TABLE;
		     way += TSR_REGEX_NO_TABLE) {
			bool match = tsr_regex_compile(&automaton, &err,
					 text(rows[i].pattern),
					 rows[i].flags | way, &arena) &&
			    tsr_automaton_match(
				automaton, text(rows[i].subject));

			if (match != rows[i].match)
				fail_msg("/%s/: %s", rows[i].pattern,
				    rows[i].why);
			assert_int_equal(
			    tsr_automaton_check(automaton), TSR_OK);
		}
	tsr_arena_free(&arena);
}

static void
test_regex_mistake_is_told_with_its_place(void **unused)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		enum tsr_regex_fault fault;
		uint32_t off, len;
		const char *why;
	} rows[] = {
		{"a(b", 0, TSR_REGEX_SYNTAX, 1, 2, "open group"},
		{"a)b", 0, TSR_REGEX_SYNTAX, 1, 1, "stray parenthesis"},
		{"a[b", 0, TSR_REGEX_SYNTAX, 1, 2, "open class"},
		{"a**", 0, TSR_REGEX_SYNTAX, 2, 1, "nothing to repeat"},
		{"^*", 0, TSR_REGEX_SYNTAX, 1, 1, "nothing to repeat"},
		{"a{3,2}", 0, TSR_REGEX_SYNTAX, 1, 5, "out of order"},
		{"[b-a]", 0, TSR_REGEX_SYNTAX, 1, 3, "out of order"},
		{"\xc3\xa9{1", U, TSR_REGEX_SYNTAX, 2, 1, "with u incomplete"},
		{"a}", U, TSR_REGEX_SYNTAX, 1, 1, "with u a stray brace"},
		{"\\a", U, TSR_REGEX_SYNTAX, 0, 2, "with u an unknown escape"},
		{"a\\", 0, TSR_REGEX_SYNTAX, 1, 1, "a backslash at the end"},
		{"\\p{foo}", U, TSR_REGEX_SYNTAX, 0, 7, "unknown property"},
		{"\\u{110000}", U, TSR_REGEX_SYNTAX, 0, 8, "no code point"},
		{"[\\d-z]", U, TSR_REGEX_SYNTAX, 1, 4, "a range from a set"},
		{"(?i)a", 0, TSR_REGEX_SYNTAX, 0, 3, "no such group"},
		{"(?<1>a)", 0, TSR_REGEX_SYNTAX, 3, 1, "not a name"},
		{"(?<a>)(?<a>)", 0, TSR_REGEX_SYNTAX, 6, 5, "name twice"},
		{"a\xff", 0, TSR_REGEX_SYNTAX, 1, 1, "not UTF-8"},
		{"(a)\\1", 0, TSR_REGEX_NOT_REGULAR, 3, 2, "reference"},
		{"(?<a>)\\k<a>", 0, TSR_REGEX_NOT_REGULAR, 6, 5, "reference"},
		{"x(?=a(b))c", 0, TSR_REGEX_NOT_REGULAR, 1, 8, "look-ahead"},
		{"x(?<!a)", U, TSR_REGEX_NOT_REGULAR, 1, 6, "look-behind"},
		{"(((a{1000}){1000}){1000})", 0, TSR_REGEX_TOO_LARGE, 2, 15,
		    "the first repeat that is too much"},
	};
	struct tsr_regex_error err;
	struct tsr_span automaton;
	struct tsr_arena arena;
	size_t i;

	(void)unused;
	tsr_arena_init(&arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		if (tsr_regex_compile(&automaton, &err, text(rows[i].pattern),
			rows[i].flags, &arena))
			fail_msg("/%s/ compiled: %s", rows[i].pattern,
			    rows[i].why);
		if (err.fault != rows[i].fault || err.off != rows[i].off ||
		    err.len != rows[i].len)
			fail_msg("/%s/: fault %d at %u+%u: %s",
			    rows[i].pattern, (int)err.fault, err.off, err.len,
			    rows[i].why);
	}
	tsr_arena_free(&arena);
}

static struct tsr_span
compiled(const char *pattern, unsigned flags, struct tsr_arena *arena)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (!tsr_regex_compile(
		&automaton, &err, text(pattern), flags, arena))
		fail_msg("/%s/: %s", pattern, err.text);
	return automaton;
}

static void
test_regex_same_pattern_gives_same_bytes(void **unused)
{
	struct tsr_span a, b;
	struct tsr_arena arena;

	(void)unused;
	tsr_arena_init(&arena);
	a = compiled("^(?:\\p{L}|b)+\\b$", U | I, &arena);
	b = compiled("^(?:\\p{L}|b)+\\b$", U | I, &arena);
	assert_true(tsr_span_eq(a, b));
	a = compiled("(?:xx)*x?y", 0, &arena);
	b = compiled("x*y", 0, &arena);
	assert_true(tsr_span_eq(a, b));
	tsr_arena_free(&arena);
}

/* A pattern of n times what, closed by end. */
static char *
times(const char *what, size_t n, const char *end, struct tsr_arena *arena)
{
	size_t one = strlen(what), i;
	char *out = tsr_arena_alloc(arena, one * n + strlen(end) + 1);

	for (i = 0; i < n; i++)
		memcpy(out + i * one, what, one);
	memcpy(out + n * one, end, strlen(end));
	return out;
}

/* n different Chinese characters in a class each. */
static char *
different(size_t n, struct tsr_arena *arena)
{
	char *out = tsr_arena_alloc(arena, n * 6 + 1);
	size_t i;

	for (i = 0; i < n; i++)
		snprintf(out + i * 6, 7, "\\u%04x", (unsigned)(0x4e00 + i));
	return out;
}

static bool
fits(const char *pattern, struct tsr_arena *arena)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;
	bool ok = tsr_regex_compile(
	    &automaton, &err, text(pattern), 0, arena);

	assert_true(ok || err.fault == TSR_REGEX_TOO_LARGE);
	if (ok)
		assert_int_equal(tsr_automaton_check(automaton), TSR_OK);
	return ok;
}

static void
test_regex_cap_fits_and_one_more_is_refused(void **unused)
{
	struct tsr_arena arena;
	char *pattern;

	(void)unused;
	tsr_arena_init(&arena);
	pattern = times("[", 1, times("a", TSR_REGEX_PATTERN_MAX - 2, "]",
	    &arena), &arena);
	assert_true(fits(pattern, &arena));
	pattern = times("[", 1, times("a", TSR_REGEX_PATTERN_MAX - 1, "]",
	    &arena), &arena);
	assert_false(fits(pattern, &arena));
	pattern = times("(", TSR_REGEX_DEPTH_MAX,
	    times(")", TSR_REGEX_DEPTH_MAX, "", &arena), &arena);
	assert_true(fits(pattern, &arena));
	pattern = times("(", TSR_REGEX_DEPTH_MAX + 1,
	    times(")", TSR_REGEX_DEPTH_MAX + 1, "", &arena), &arena);
	assert_false(fits(pattern, &arena));
	assert_true(fits(different(TSR_REGEX_CLASSES_MAX - 1, &arena), &arena));
	assert_false(fits(different(TSR_REGEX_CLASSES_MAX, &arena), &arena));
	pattern = times("x", TSR_AUTOMATON_OPS_MAX - 2, "", &arena);
	assert_true(fits(pattern, &arena));
	pattern = times("x", TSR_AUTOMATON_OPS_MAX - 1, "", &arena);
	assert_false(fits(pattern, &arena));
	tsr_arena_free(&arena);
}

static void
test_regex_large_table_becomes_a_program(void **unused)
{
	static const struct {
		const char *pattern;
		uint8_t kind;
		const char *why;
	} rows[] = {
		/* States of x{n}: n rows, and the two special ones. */
		{"x{2046}", TSR_AUTOMATON_TABLE, "as many states as may be"},
		{"x{2047}", TSR_AUTOMATON_PROGRAM, "one state too many"},
		{"a.{9}b", TSR_AUTOMATON_TABLE, "2^10 states"},
		{"a.{12}b", TSR_AUTOMATON_PROGRAM, "2^13 states"},
	};
	struct tsr_arena arena;
	size_t i;

	(void)unused;
	tsr_arena_init(&arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (compiled(rows[i].pattern, U, &arena).p[0] != rows[i].kind)
			fail_msg("/%s/: %s", rows[i].pattern, rows[i].why);
	/* n rows of n + 3 entries, and two states that need no row. */
	assert_int_equal(compiled(different(178, &arena), U, &arena).p[0],
	    TSR_AUTOMATON_TABLE);
	assert_int_equal(compiled(different(179, &arena), U, &arena).p[0],
	    TSR_AUTOMATON_PROGRAM);
	tsr_arena_free(&arena);
}

static void
test_regex_hostile_pattern_on_a_megabyte_is_linear(void **unused)
{
	static const char *const patterns[] = {"(a|aa)+$", "(a|aa)+b",
	    "(.*a){20}b", "[\\s\\S]{0,1000}x", "(a*)*b", "(x+x+)+y",
	    "(.*)*(.*)*(.*)*b", "^(a?){500}a{500}b", "(?:a{0,30}){0,30}b",
	    "[ab]*a[ab]{12}c"};
	struct tsr_arena arena;
	struct tsr_span subject;
	uint8_t *a;
	size_t i;

	(void)unused;
	tsr_arena_init(&arena);
	a = tsr_arena_alloc(&arena, 1 << 20);
	memset(a, 'a', 1 << 20);
	subject = tsr_span_of(a, 1 << 20);
	alarm(20);
	for (i = 0; i < TSR_COUNT_OF(patterns); i++)
		assert_int_equal(
		    tsr_automaton_match(
			compiled(patterns[i], 0, &arena), subject),
		    i == 0);
	alarm(0);
	tsr_arena_free(&arena);
}

static void
test_regex_sample_is_shortest_and_valid(void **unused)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		const char *in, *out; /* NULL: there is none */
		bool complete;
		const char *why;
	} rows[] = {
		{"", 0, "", NULL, true, "everything matches"},
		{"[]", 0, NULL, "", true, "nothing matches"},
		{"a^", 0, NULL, "", true, "nothing matches"},
		{"^$", 0, "", "a", true, "only the empty text"},
		{"^[^a]*$", 0, "", "a", true, "all without an a"},
		{"ab?c|abbbc", 0, "ac", "", true, "the shorter way"},
		{"[!b0]", 0, "b", "", true, "letters are nicest"},
		{"\\ud83d\\ude00", 0, "\xf0\x9f\x98\x80", "", true,
		    "both halves"},
		{"^\\ud83d$", 0, NULL, "", true, "half is not UTF-8"},
		{"^[^]{2}$", 0, "aa", "", true, "no emoji where letters do"},
		{"^\\ud83d$", U, NULL, "", true, "half is not UTF-8"},
		{"\\bx\\b.\\b", 0, "x a", "", true, "with assertions"},
		{"a.{12}b", U, "accccccccccccb", "", false, "a program"},
	};
	struct tsr_regex_sample got;
	struct tsr_arena arena;
	size_t i;

	(void)unused;
	tsr_arena_init(&arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_regex_sample(&got,
		    compiled(rows[i].pattern, rows[i].flags, &arena), &arena);
		if (got.accepts != (rows[i].in != NULL) ||
		    got.rejects != (rows[i].out != NULL) ||
		    got.complete != rows[i].complete ||
		    (got.accepts && !tsr_span_eq(got.in, text(rows[i].in))) ||
		    (got.rejects && !tsr_span_eq(got.out, text(rows[i].out))))
			fail_msg("/%s/: %s, got \"%.*s\" and \"%.*s\"",
			    rows[i].pattern, rows[i].why, (int)got.in.n,
			    (const char *)got.in.p, (int)got.out.n,
			    (const char *)got.out.p);
	}
	tsr_arena_free(&arena);
}

/* One byte of a good automaton changed. */
static void
test_automaton_check_finds_damage(void **unused)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		size_t at;
		uint8_t value;
		enum tsr_err err;
		const char *why;
	} rows[] = {
		{"ab", U, 0, 3, TSR_SYNTAX, "unknown kind"},
		{"ab", U, 1, 2, TSR_SYNTAX, "unknown flag"},
		{"ab", U, 2, 0, TSR_SYNTAX, "no classes"},
		{"ab", U, 2, 251, TSR_SYNTAX, "too many classes"},
		{"ab", U, 4, 0, TSR_SYNTAX, "no ranges"},
		{"ab", U, 7, 255, TSR_SHORT, "more ranges than bytes"},
		{"ab", U, 8, 1, TSR_SYNTAX, "less than a row"},
		{"ab", U, 9, 1, TSR_SHORT, "more entries than bytes"},
		{"ab", U, 10, 255, TSR_LONG, "more entries than the cap"},
		{"ab", U, 12, 4, TSR_RANGE, "begins between rows"},
		{"ab", U, 16, 9, TSR_RANGE, "class of a byte"},
		{"ab", U, 271, 0, TSR_RANGE, "class of a byte above ASCII"},
		{"ab", U, 272, 0x81, TSR_ORDER, "first range"},
		{"ab", U, 275, 9, TSR_RANGE, "class of a range"},
		{"ab", U, 276, 4, TSR_RANGE, "entry between rows"},
		{"ab", U, 276, 2, TSR_RANGE, "decode in a class's column"},
		{"ab", U, 282, 3, TSR_RANGE, "a row at the end"},
		{"ab", U, 284, 0, TSR_RANGE, "no decode for other bytes"},
		{"ab", U, 298, 1, TSR_SYNTAX, "the filling"},
		{"ab", U | 4, 8, 9, TSR_SHORT, "more instructions"},
		{"ab", U | 4, 11, 1, TSR_LONG, "more than the cap"},
		{"ab", U | 4, 12, 0, TSR_SYNTAX, "no sets"},
		{"ab", U | 4, 276, 4, TSR_RANGE, "unknown instruction"},
		{"ab", U | 4, 277, 1, TSR_RANGE, "not an assertion"},
		{"ab", U | 4, 278, 4, TSR_RANGE, "target that is not there"},
		{"ab", U | 4, 292, 9, TSR_RANGE, "set that is not there"},
	};
	uint8_t copy[1024];
	struct tsr_span good, bad;
	struct tsr_arena arena;
	enum tsr_err err;
	size_t i;

	(void)unused;
	tsr_arena_init(&arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		good = compiled(rows[i].pattern, rows[i].flags, &arena);
		assert_true(good.n <= sizeof(copy) && rows[i].at < good.n);
		memcpy(copy, good.p, good.n);
		copy[rows[i].at] = rows[i].value;
		bad = tsr_span_of(copy, good.n);
		err = tsr_automaton_check(bad);
		if (err != rows[i].err)
			fail_msg("%s: %s", rows[i].why, tsr_err_text(err));
		(void)tsr_automaton_match(bad, text("ab\xc3\xa9"));
	}
	good = compiled("ab", U, &arena);
	for (i = 0; i < good.n; i++) {
		err = tsr_automaton_check(tsr_span_of(good.p, i));
		assert_int_equal(err, TSR_SHORT);
		assert_false(tsr_automaton_match(
		    tsr_span_of(good.p, i), text("ab")));
	}
	tsr_arena_free(&arena);
}

static void
test_regex_subject_without_an_address_is_an_empty_one(void **state)
{
	struct tsr_regex_error error;
	struct tsr_span automaton, none = {NULL, 0};
	struct tsr_arena arena = {0};

	(void)state;
	assert_true(tsr_regex_compile(
	    &automaton, &error, text("^a?$"), TSR_REGEX_UNICODE, &arena));
	assert_true(tsr_automaton_match(automaton, none));
	assert_true(tsr_regex_compile(&automaton, &error, text("^a?$"),
	    TSR_REGEX_UNICODE | TSR_REGEX_NO_TABLE, &arena));
	assert_true(tsr_automaton_match(automaton, none));
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_regex_subject_without_an_address_is_an_empty_one),
		cmocka_unit_test(test_regex_pattern_matches_as_ecmascript),
		cmocka_unit_test(test_regex_mistake_is_told_with_its_place),
		cmocka_unit_test(test_regex_same_pattern_gives_same_bytes),
		cmocka_unit_test(test_regex_cap_fits_and_one_more_is_refused),
		cmocka_unit_test(test_regex_large_table_becomes_a_program),
		cmocka_unit_test(
		    test_regex_hostile_pattern_on_a_megabyte_is_linear),
		cmocka_unit_test(test_regex_sample_is_shortest_and_valid),
		cmocka_unit_test(test_automaton_check_finds_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
