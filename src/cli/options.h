/*
 * options - the command line of a verb, its help, and its reports.
 *
 * Exit codes of every verb: 0 done, 1 mistakes in the site, 2 wrong usage, 3
 * the system refused (files, permissions, space), 4 warnings under --strict.
 */
#ifndef TSR_CLI_OPTIONS_H
#define TSR_CLI_OPTIONS_H

#include "base/diag.h"

enum tsr_exit {
	TSR_EXIT_OK = 0,
	TSR_EXIT_MISTAKES = 1,
	TSR_EXIT_USAGE = 2,
	TSR_EXIT_SYSTEM = 3,
	TSR_EXIT_STRICT = 4
};

struct tsr_option {
	const char *name;  /* with its dashes: --threads */
	bool *flag;	   /* one of the three is not NULL */
	const char **text;
	uint32_t *number;
};

struct tsr_command {
	const char *help; /* usage line first; ends with a line end */
	const struct tsr_option *options;
	size_t option_count;
	size_t operands_min, operands_max;
};

/*
 * Read the options; operands move to argv[1], argv[2], ... and *argc counts
 * them. Prints help or what is wrong. -1: go on; otherwise exit with that code.
 */
int tsr_options_read(int *argc, char **argv, const struct tsr_command *command);

/*
 * Say what is wrong with the arguments, and the usage lines of the help (up to
 * its first empty line). Gives the exit code.
 */
int tsr_options_wrong(const char *help, const char *what, const char *which);

/* Whether colours and a progress line are wanted on a stream. */
bool tsr_terminal(FILE *stream);

/*
 * Print the messages for a person on stderr, with a last line that counts
 * them; nothing when there are none.
 */
void tsr_report(
    const struct tsr_diag *diag, const struct tsr_sources *sources);

/* One line on stderr: `tessera: WHAT: REASON`, the reason from err and errno. */
void tsr_report_error(const char *what, enum tsr_err err);

/* A progress line on a terminal; done == total clears it. */
void tsr_progress(void *ctx, size_t done, size_t total);

#endif
