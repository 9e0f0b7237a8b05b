/*
 * schema_pattern - the regular expressions of schemas: ECMAScript, Unicode
 * mode.
 */
#include "build/schema/schema_pattern.h"

#include "build/regex/regex.h"
#include "core/automaton.h"

bool
tsr_schema_pattern(struct tsr_span *out, struct tsr_span text,
    struct tsr_where where, struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct tsr_regex_error err;

	if (tsr_regex_compile(out, &err, text, TSR_REGEX_UNICODE, arena))
		return true;
	*out = tsr_span_of(NULL, 0);
	if (diag == NULL)
		return false;
	tsr_diag_add(diag, TSR_ERROR, "S106", where,
	    "pattern \"%.*s\", byte %u: %s", TSR_ARG(text), err.off + 1,
	    err.text);
	if (err.hint != NULL)
		tsr_diag_hint(diag, "%s", err.hint);
	return false;
}

bool
tsr_schema_pattern_match(struct tsr_span pattern, struct tsr_span s)
{
	return pattern.n == 0 || tsr_automaton_match(pattern, s);
}
