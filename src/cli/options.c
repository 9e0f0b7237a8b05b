/*
 * options - the command line of a verb, its help, and its reports.
 */
#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static bool
read_number(uint32_t *out, const char *text)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		if (!tsr_is_digit((uint8_t)text[i]) || n > 100000000)
			return false;
		n = n * 10 + (uint32_t)(text[i] - '0');
	}
	*out = n;
	return i > 0;
}

int
tsr_options_wrong(const char *help, const char *what, const char *which)
{
	const char *end = strstr(help, "\n\n");

	fprintf(stderr, "tessera: %s%s\n%.*s\n", what, which,
	    end != NULL ? (int)(end - help) : (int)strlen(help), help);
	return TSR_EXIT_USAGE;
}

static const struct tsr_option *
find(const struct tsr_command *command, const char *arg, size_t n)
{
	size_t i;

	for (i = 0; i < command->option_count; i++)
		if (strlen(command->options[i].name) == n &&
		    strncmp(command->options[i].name, arg, n) == 0)
			return &command->options[i];
	return NULL;
}

/* One option at argv[*i], its value behind "=" or in the next argument. */
static int
read_option(int *i, int argc, char **argv, const struct tsr_command *command)
{
	const char *arg = argv[*i], *value = strchr(arg, '=');
	size_t n = value != NULL ? (size_t)(value - arg) : strlen(arg);
	const struct tsr_option *option = find(command, arg, n);

	if (option == NULL)
		return tsr_options_wrong(command->help, "unknown option ", arg);
	if (option->flag != NULL) {
		if (value != NULL)
			return tsr_options_wrong(
			    command->help, "this option takes no value: ", arg);
		*option->flag = true;
		return -1;
	}
	if (value != NULL)
		value++;
	else if (*i + 1 < argc)
		value = argv[++*i];
	else
		return tsr_options_wrong(
		    command->help, "a value is missing after ", arg);
	if (option->text != NULL)
		*option->text = value;
	else if (!read_number(option->number, value))
		return tsr_options_wrong(
		    command->help, "not a whole number: ", value);
	return -1;
}

int
tsr_options_read(int *argc, char **argv, const struct tsr_command *command)
{
	int i, result, operands = 0;
	bool rest = false;

	for (i = 1; i < *argc; i++) {
		if (!rest && (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)) {
			fputs(command->help, stdout);
			return TSR_EXIT_OK;
		}
		if (!rest && strcmp(argv[i], "--") == 0) {
			rest = true;
		} else if (!rest && argv[i][0] == '-' && argv[i][1] != '\0') {
			result = read_option(&i, *argc, argv, command);
			if (result != -1)
				return result;
		} else {
			argv[++operands] = argv[i];
		}
	}
	*argc = operands;
	if ((size_t)operands < command->operands_min)
		return tsr_options_wrong(
		    command->help, "an argument is missing", "");
	if ((size_t)operands > command->operands_max)
		return tsr_options_wrong(command->help,
		    "one argument too many: ", argv[command->operands_max + 1]);
	return -1;
}

bool
tsr_terminal(FILE *stream)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(stream)) && (no == NULL || no[0] == '\0') &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

static void
print_count(size_t n, const char *what, const char *before)
{
	if (n > 0)
		fprintf(stderr, "%s%zu %s%s", before, n, what, n == 1 ? "" : "s");
}

void
tsr_report(const struct tsr_diag *diag, const struct tsr_sources *sources)
{
	if (diag->count == 0)
		return;
	tsr_diag_print(stderr, diag, sources, tsr_terminal(stderr));
	print_count(diag->errors, "error", "");
	print_count(diag->warnings, "warning", diag->errors > 0 ? ", " : "");
	print_count(diag->notes, "note",
	    diag->errors + diag->warnings > 0 ? ", " : "");
	fputc('\n', stderr);
}

void
tsr_report_error(const char *what, enum tsr_err err)
{
	fprintf(stderr, "tessera: %s: %s\n", what,
	    err == TSR_IO ? strerror(errno) : tsr_err_text(err));
}

/* Long enough that a quick build shows nothing. */
#define PROGRESS_AFTER 0.5

void
tsr_progress(void *ctx, size_t done, size_t total)
{
	struct timespec *start = ctx, now;
	double seconds;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (start->tv_sec == 0) {
		*start = now;
		return;
	}
	seconds = (double)(now.tv_sec - start->tv_sec) +
	    (double)(now.tv_nsec - start->tv_nsec) / 1e9;
	if (seconds < PROGRESS_AFTER || !isatty(STDERR_FILENO) || total == 0)
		return;
	fprintf(stderr, "\r\033[K%zu %%", done * 100 / total);
	if (done == total)
		fputs("\r\033[K", stderr);
	fflush(stderr);
}
