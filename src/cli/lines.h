/*
 * lines - a verb that answers one JSON object a line on standard input with
 * one line on standard output.
 */
#ifndef TSR_CLI_LINES_H
#define TSR_CLI_LINES_H

#include "build/read/json.h"

/* Write the answer, without its line end; mistakes go to the diag. */
typedef void tsr_line_fn(struct tsr_buf *out, const struct tsr_json *line,
    struct tsr_diag *diag, struct tsr_arena *arena);

/*
 * Run a verb. What is wrong with a line goes to standard error; its answer is
 * then `otherwise`. Returns the exit code.
 */
int tsr_lines_run(int argc, char **argv, const char *help, tsr_line_fn *answer,
    const char *otherwise);

#endif
