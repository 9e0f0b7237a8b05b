/*
 * eval - tessera eval, hash and assign: the rule language, line by line.
 */
#include "build/rules/assign.h"
#include "build/rules/feature.h"
#include "build/rules/trial.h"
#include "cli/cli.h"
#include "cli/lines.h"
#include "core/hash.h"

static const char eval_help[] =
    "usage: tessera eval\n"
    "\n"
    "Read lines {\"condition\": ..., \"attributes\": ..., \"savedGroups\": ...}\n"
    "and answer each with true or false, as a served page would decide.\n"
    "What cannot be compiled answers false, the reason on standard error.\n"
    "\n"
    "exit codes: 0 answered, 2 wrong usage, 3 input or output failed\n";

static const char hash_help[] =
    "usage: tessera hash\n"
    "\n"
    "Read lines {\"seed\": ..., \"value\": ..., \"version\": 1 or 2} and answer\n"
    "each with the number in [0, 1) that decides about assignment, or null.\n"
    "\n"
    "exit codes: 0 answered, 2 wrong usage, 3 input or output failed\n";

static const char assign_help[] =
    "usage: tessera assign\n"
    "\n"
    "Read lines {\"experiment\": ..., \"attributes\": ..., \"savedGroups\": ...}\n"
    "and answer each with {\"inExperiment\": ..., \"variation\": ...,\n"
    "\"hashUsed\": ...}. A line may also have url, forcedVariations, features,\n"
    "groups, enabled, qaMode, and stickyBucketAssignmentDocs: then the answer\n"
    "has \"stickyBucketUsed\", too. With \"feature\" instead of \"experiment\" the\n"
    "answer is that feature's value.\n"
    "\n"
    "exit codes: 0 answered, 2 wrong usage, 3 input or output failed\n";

static void
eval_line(struct tsr_buf *out, const struct tsr_json *line,
    struct tsr_diag *diag, struct tsr_arena *arena)
{
	const struct tsr_json *condition = tsr_json_get(line, "condition");

	/* Without one nothing can hold. */
	tsr_buf_text(out, condition != NULL && tsr_trial(diag, condition,
		tsr_json_get(line, "attributes"),
		tsr_json_get(line, "savedGroups"), arena) ? "true" : "false");
}

static void
hash_line(struct tsr_buf *out, const struct tsr_json *line,
    struct tsr_diag *diag, struct tsr_arena *arena)
{
	const struct tsr_json *version = tsr_json_get(line, "version");
	const struct tsr_json *value = tsr_json_get(line, "value");
	struct tsr_json number = {.type = TSR_JSON_REAL};
	struct tsr_buf text;
	double v = tsr_json_is_number(version) ? tsr_json_number(version) : 0;

	(void)diag;
	tsr_buf_init(&text, SIZE_MAX / 2);
	if (tsr_json_is(value, TSR_JSON_STRING))
		tsr_buf_add(&text, value->u.string);
	else if (tsr_json_is_number(value))
		tsr_json_number_text(&text, value);
	else
		tsr_buf_add(&text, tsr_assign_text(value, arena));
	if (tsr_hash(&number.u.real, tsr_json_text(tsr_json_get(line, "seed")),
		tsr_buf_view(&text), v >= 1 && v <= 1 ? 1
		    : v >= 2 && v <= 2 ? 2 : 0))
		tsr_json_number_text(out, &number);
	else
		tsr_buf_text(out, "null");
	tsr_buf_free(&text);
}

static void
assign_line(struct tsr_buf *out, const struct tsr_json *line,
    struct tsr_diag *diag, struct tsr_arena *arena)
{
	const struct tsr_assign a = {diag, line, arena, NULL};
	const struct tsr_json *feature = tsr_json_get(line, "feature"), *value;
	struct tsr_assigned got;
	bool circle;

	if (feature != NULL) {
		value = tsr_feature_value(&circle, &a, tsr_json_text(feature));
		if (value != NULL)
			tsr_json_write(out, value);
		else
			tsr_buf_text(out, "null");
		return;
	}
	got = tsr_assign(&a, tsr_json_get(line, "experiment"));
	tsr_buf_printf(out,
	    "{\"inExperiment\":%s,\"variation\":%u,\"hashUsed\":%s",
	    got.in ? "true" : "false", got.variation,
	    got.hashed ? "true" : "false");
	if (tsr_json_get(line, "stickyBucketAssignmentDocs") != NULL)
		tsr_buf_printf(out, ",\"stickyBucketUsed\":%s",
		    got.sticky ? "true" : "false");
	tsr_buf_byte(out, '}');
}

int
tsr_cli_eval(int argc, char **argv)
{
	return tsr_lines_run(argc, argv, eval_help, eval_line, "false");
}

int
tsr_cli_hash(int argc, char **argv)
{
	return tsr_lines_run(argc, argv, hash_help, hash_line, "null");
}

int
tsr_cli_assign(int argc, char **argv)
{
	return tsr_lines_run(argc, argv, assign_help, assign_line,
	    "{\"inExperiment\":false,\"variation\":0,\"hashUsed\":false}");
}
