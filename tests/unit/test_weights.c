/*
 * Weights files: their form, their rounding, and the buckets that a release
 * gives them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/experiment.h"
#include "core/weights.h"
#include "lib/guard.h"

static struct tsr_guard guard;

#define ONE(weights)                                                           \
	"{\"experiments\":{\"x\":{\"version\":1,\"weights\":[" weights "]}}}"

static enum tsr_err
check(struct tsr_span *entries, const char *file)
{
	return tsr_weights_check(entries,
	    tsr_guard_copy(&guard, tsr_span_of(file, strlen(file))));
}

static void
test_weights_file_of_another_form_is_refused(void **state)
{
	static const struct {
		const char *file;
		enum tsr_err err;
		const char *why;
	} rows[] = {
	    {ONE("0.5,0.5"), TSR_OK, "the plain form"},
	    {" {\"experiments\" : {} , \"made\":[1]} ", TSR_OK,
		"nothing is published, other members are passed over"},
	    {ONE("1"), TSR_OK, "one arm"},
	    {ONE("0.333,0.333,0.333"), TSR_OK, "thirds, a thousandth short"},
	    {ONE("0.333,0.333,0.332"), TSR_RANGE, "more than a thousandth"},
	    {ONE("0.5,0.502"), TSR_RANGE, "too much"},
	    {ONE("1.5,-0.5"), TSR_RANGE, "no shares"},
	    {ONE(""), TSR_RANGE, "no arms"},
	    {ONE("1e999"), TSR_SYNTAX, "a number beyond the doubles"},
	    {ONE("\"1\""), TSR_SYNTAX, "a text"},
	    {ONE("null"), TSR_SYNTAX, "null"},
	    {"", TSR_SYNTAX, "nothing"},
	    {"{", TSR_SYNTAX, "no end"},
	    {"[]", TSR_SYNTAX, "no object"},
	    {"{}", TSR_SYNTAX, "no experiments"},
	    {"{\"experiments\":[]}", TSR_SYNTAX, "a list of experiments"},
	    {"{\"experiments\":{\"x\":[]}}", TSR_SYNTAX, "a list of weights"},
	    {"{\"experiments\":{\"x\":{\"weights\":[1]}}}", TSR_SYNTAX,
		"no version"},
	    {"{\"experiments\":{\"x\":{\"version\":1}}}", TSR_SYNTAX,
		"no weights"},
	    {"{\"experiments\":{\"x\":{\"version\":1.5,\"weights\":[1]}}}",
		TSR_SYNTAX, "half a version"},
	    {"{\"experiments\":{\"x\":{\"version\":-1,\"weights\":[1]}}}",
		TSR_SYNTAX, "a version below 0"},
	    {"{\"experiments\":{\"x\":{\"version\":4294967296,\"weights\":"
	     "[1]}}}", TSR_SYNTAX, "a version of 33 bits"},
	    {"{\"experiments\":{\"x\":{\"version\":1,\"weights\":[1]},"
	     "\"x\":{\"version\":1,\"weights\":[1]}}}", TSR_ORDER,
		"an experiment twice"},
	};
	struct tsr_span entries;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (check(&entries, rows[i].file) != rows[i].err)
			fail_msg("%s", rows[i].why);
}

static void
test_weights_are_rounded_with_the_largest_remainder(void **state)
{
	static const struct {
		const char *file;
		uint16_t units[4];
		const char *why;
	} rows[] = {
	    {ONE("0.2,0.8"), {2000, 8000}, "whole units"},
	    {ONE("0.07,0.93"), {700, 9300}, "no double is exactly so"},
	    {ONE("0.00004,0.99996"), {0, 10000}, "less than half a unit"},
	    {ONE("0.00006,0.99994"), {1, 9999}, "more than half a unit"},
	    {ONE("0.333,0.333,0.333"), {3334, 3333, 3333},
		"the first of equals has what is left"},
	    {ONE("0.05,0.05,0.05006,0.84994"), {500, 500, 501, 8499},
		"floors survive"},
	    {ONE("1,0,0"), {10000, 0, 0}, "everybody"},
	    {ONE("0.5,0.501"), {4995, 5005}, "a thousandth too much"},
	};
	struct tsr_weights_entry entry;
	struct tsr_span entries;
	size_t i;
	uint32_t k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_int_equal(check(&entries, rows[i].file), TSR_OK);
		assert_true(tsr_weights_next(&entry, &entries));
		for (k = 0; k < entry.count; k++)
			if (entry.units[k] != rows[i].units[k])
				fail_msg("%s: %u of arm %u", rows[i].why,
				    entry.units[k], k);
		assert_false(tsr_weights_next(&entry, &entries));
	}
}

struct release {
	uint8_t trials[2 * TSR_EXPERIMENT_SIZE], arms[4 * TSR_ARM_SIZE];
	struct tsr_table table;
};

/* "x" is a holdout and, as record 1, an experiment in version 1. */
static void
make_release(struct release *r, unsigned hash_version, uint32_t count,
    const uint32_t (*ranges)[2])
{
	static const uint8_t strings[] = "x";
	uint8_t *trial = r->trials + TSR_EXPERIMENT_SIZE;
	uint32_t i;

	memset(r, 0, sizeof(*r));
	tsr_put32(r->trials + 4, 1);
	r->trials[16] = TSR_TRIAL_HOLDOUT;
	tsr_put32(trial + 4, 1);
	trial[17] = (uint8_t)hash_version;
	tsr_put32(trial + 32, 1);
	tsr_put32(trial + 36, count);
	tsr_put32(trial + 52, 1);
	for (i = 0; i < count; i++) {
		tsr_put32(r->arms + (i + 1) * TSR_ARM_SIZE + 8, ranges[i][0]);
		tsr_put32(r->arms + (i + 1) * TSR_ARM_SIZE + 12, ranges[i][1]);
	}
	r->table.sections[TSR_SECTION_STRS].p = strings;
	r->table.sections[TSR_SECTION_STRS].n = 1;
	r->table.sections[TSR_SECTION_EXPT].p = r->trials;
	r->table.sections[TSR_SECTION_EXPT].count = 2;
	r->table.sections[TSR_SECTION_EARM].p = r->arms;
	r->table.sections[TSR_SECTION_EARM].count = count + 1;
}

static enum tsr_weights_fit
put(struct tsr_weights *out, const struct release *r, const char *file)
{
	struct tsr_weights_entry entry;
	struct tsr_span entries;

	memset(out, 0, sizeof(*out));
	assert_int_equal(check(&entries, file), TSR_OK);
	assert_true(tsr_weights_next(&entry, &entries));
	return tsr_weights_put(out, &r->table, &entry);
}

static void
test_weights_keep_the_part_of_all_visitors(void **state)
{
	static const struct {
		unsigned version;
		uint32_t ranges[2][2];
		const char *file;
		uint32_t cuts[2][2];
		const char *why;
	} rows[] = {
	    {2, {{0, 5000}, {5000, 10000}}, ONE("0.2,0.8"),
		{{0, 2000}, {2000, 10000}}, "everybody is in it"},
	    {2, {{0, 5000}, {5000, 10000}}, ONE("0,1"),
		{{0, 0}, {0, 10000}}, "an arm without visitors"},
	    {1, {{0, 500}, {500, 1000}}, ONE("0.2004,0.7996"),
		{{0, 201}, {201, 1000}}, "thousandths"},
	    {2, {{0, 2500}, {5000, 7500}}, ONE("0.2,0.8"),
		{{0, 1000}, {2000, 6000}}, "the first half of each"},
	    {2, {{0, 5000}, {10000, 10000}}, ONE("0.5,0.5"),
		{{0, 2500}, {5000, 7500}}, "the first half of one"},
	    {2, {{0, 2500}, {4990, 7485}}, ONE("0.2,0.8"),
		{{0, 999}, {2000, 5996}}, "weights that were 0.999"},
	    {2, {{1000, 2000}, {2000, 3000}}, ONE("0.2,0.8"),
		{{1000, 1400}, {1400, 3000}}, "ranges in a row"},
	};
	static struct tsr_weights weights;
	struct release r;
	uint32_t k;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		make_release(&r, rows[i].version, 2, rows[i].ranges);
		assert_int_equal(
		    put(&weights, &r, rows[i].file), TSR_WEIGHTS_FIT);
		assert_true(weights.has[1] && !weights.has[0]);
		assert_int_equal(weights.count, 1);
		for (k = 0; k < 2; k++)
			if (weights.cuts[k + 1].from != rows[i].cuts[k][0] ||
			    weights.cuts[k + 1].to != rows[i].cuts[k][1])
				fail_msg("%s: arm %u is [%u,%u)", rows[i].why,
				    k, weights.cuts[k + 1].from,
				    weights.cuts[k + 1].to);
	}
}

static void
test_weights_that_do_not_fit_change_nothing(void **state)
{
	static const uint32_t halves[2][2] = {{0, 5000}, {5000, 10000}};
	static const uint32_t gaps[2][2] = {{0, 1000}, {2000, 3000}};
	static const uint32_t back[2][2] = {{1000, 0}, {2000, 3000}};
	static const uint32_t nobody[2][2] = {{0, 0}, {0, 0}};
	static const struct {
		const uint32_t (*ranges)[2];
		const char *file;
		enum tsr_weights_fit fit;
	} rows[] = {
	    {halves, "{\"experiments\":{\"y\":{\"version\":1,\"weights\":"
		     "[0.5,0.5]}}}", TSR_WEIGHTS_UNKNOWN},
	    {halves, "{\"experiments\":{\"x\":{\"version\":2,\"weights\":"
		     "[0.5,0.5]}}}", TSR_WEIGHTS_VERSION},
	    {halves, ONE("1"), TSR_WEIGHTS_COUNT},
	    {halves, ONE("0.2,0.2,0.6"), TSR_WEIGHTS_COUNT},
	    {gaps, ONE("0.5,0.5"), TSR_WEIGHTS_RANGES},
	    {back, ONE("0.5,0.5"), TSR_WEIGHTS_RANGES},
	    {nobody, ONE("0.5,0.5"), TSR_WEIGHTS_RANGES},
	};
	static struct tsr_weights weights, none;
	struct release r;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		make_release(&r, 2, 2, rows[i].ranges);
		assert_int_equal(put(&weights, &r, rows[i].file), rows[i].fit);
		assert_memory_equal(&weights, &none, sizeof(none));
	}
	/* The same name, spelled otherwise. */
	make_release(&r, 2, 2, halves);
	assert_int_equal(put(&weights, &r,
	    "{\"experiments\":{\"\\u0078\":{\"version\":1,\"weights\":"
	    "[0.5,0.5]}}}"), TSR_WEIGHTS_FIT);
}

/* n experiments of n arms each, padded to so many bytes. */
static enum tsr_err
check_many(unsigned experiments, unsigned arms, size_t size)
{
	static char file[2 * TSR_WEIGHTS_FILE];
	struct tsr_span entries;
	size_t n = 0;
	unsigned i, k;

	n += (size_t)snprintf(file, sizeof(file), "{\"experiments\":{");
	for (i = 0; i < experiments; i++) {
		n += (size_t)snprintf(file + n, sizeof(file) - n,
		    "%s\"e%u\":{\"version\":1,\"weights\":[1",
		    i > 0 ? "," : "", i);
		for (k = 1; k < arms; k++)
			n += (size_t)snprintf(
			    file + n, sizeof(file) - n, ",0");
		n += (size_t)snprintf(file + n, sizeof(file) - n, "]}");
	}
	n += (size_t)snprintf(file + n, sizeof(file) - n, "}}");
	for (; n < size; n++)
		file[n] = ' ';
	return tsr_weights_check(
	    &entries, tsr_guard_copy(&guard, tsr_span_of(file, n)));
}

static void
test_weights_caps_are_met(void **state)
{
	(void)state;
	assert_int_equal(check_many(TSR_ATTRIBUTES_MAX, 2, 0), TSR_OK);
	assert_int_equal(check_many(TSR_ATTRIBUTES_MAX + 1, 2, 0), TSR_LONG);
	assert_int_equal(check_many(1, TSR_ARMS_EACH, 0), TSR_OK);
	assert_int_equal(check_many(1, TSR_ARMS_EACH + 1, 0), TSR_LONG);
	assert_int_equal(check_many(1, 2, TSR_WEIGHTS_FILE), TSR_OK);
	assert_int_equal(check_many(1, 2, TSR_WEIGHTS_FILE + 1), TSR_LONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_weights_file_of_another_form_is_refused),
	    cmocka_unit_test(
		test_weights_are_rounded_with_the_largest_remainder),
	    cmocka_unit_test(test_weights_keep_the_part_of_all_visitors),
	    cmocka_unit_test(test_weights_that_do_not_fit_change_nothing),
	    cmocka_unit_test(test_weights_caps_are_met),
	};
	int failed;

	tsr_guard_init(&guard, 2 * TSR_WEIGHTS_FILE);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	tsr_guard_free(&guard);
	return failed;
}
