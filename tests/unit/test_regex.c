/*
 * Unit tests of build/regex.c and core/automaton.c. Agreement with a real
 * ECMAScript engine is `make check-regex`; here are the corners by name.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "build/regex.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regex_pattern_matches_as_ecmascript),
		cmocka_unit_test(test_regex_mistake_is_told_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
