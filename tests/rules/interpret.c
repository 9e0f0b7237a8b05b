/*
 * interpret - the second opinion on tessera eval.
 *
 * Reads the same lines and answers each with true or false, but as the build's
 * interpreter reads the condition: nothing is compiled.
 */
#include "build/rules/condition.h"
#include "build/regex/regex.h"
#include "cli/lines.h"

static struct tsr_span
automaton_of(void *ctx, struct tsr_span pattern, bool caseless)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (!tsr_regex_compile(&automaton, &err, pattern, TSR_REGEX_UTF16 |
		(caseless ? (unsigned)TSR_REGEX_IGNORE_CASE : 0), ctx))
		return tsr_span_of(NULL, 0);
	return automaton;
}

static void
eval_line(struct tsr_buf *out, const struct tsr_json *line,
    struct tsr_diag *diag, struct tsr_arena *arena)
{
	const struct tsr_json *condition = tsr_json_get(line, "condition");
	const struct tsr_json none = {.type = TSR_JSON_OBJECT};
	const struct tsr_json *object = tsr_json_get(line, "attributes");
	struct tsr_condition_world world = {.automaton = automaton_of,
	    .groups = tsr_json_get(line, "savedGroups"), .ctx = arena};

	(void)diag;
	tsr_buf_text(out, condition != NULL && tsr_condition_eval(&world,
		condition, object != NULL ? object : &none) ? "true"
							     : "false");
}

int
main(int argc, char **argv)
{
	return tsr_lines_run(argc - 1, argv + 1,
	    "usage: interpret eval\n", eval_line, "false");
}
