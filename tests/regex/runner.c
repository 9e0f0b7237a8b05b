/*
 * runner - the C side of differential.mjs.
 *
 * Reads lines of: flags (letters of "uip", or -), the pattern and any number of
 * subjects, all but the flags in hexadecimal (an empty text is -), parted by
 * blanks. p asks for a program where a table would do. Answers each with a
 * line: a letter for a mistake (S syntax, R not regular, L too large), or a 0 or
 * 1 for each subject, and then, after a blank each, the sample that matches and
 * the one that does not, in hexadecimal, or ! where there is none.
 */
#include <stdio.h>
#include <stdlib.h>

#include "build/regex/regex.h"
#include "core/automaton.h"

static struct tsr_span
unhex(const char **line, struct tsr_arena *arena)
{
	struct tsr_span s;
	uint8_t *out;
	size_t n = strcspn(*line, " \n"), i;

	out = tsr_arena_alloc(arena, n / 2 + 1);
	s = tsr_span_of(out, n / 2);
	for (i = 0; i < s.n; i++)
		out[i] = (uint8_t)(tsr_hex((uint8_t)(*line)[2 * i]) << 4 |
		    tsr_hex((uint8_t)(*line)[2 * i + 1]));
	*line += n;
	*line += **line == ' ';
	return s;
}

static void
print_sample(bool there, struct tsr_span s)
{
	size_t i;

	printf(there ? " " : " !");
	for (i = 0; there && i < s.n; i++)
		printf("%02x", s.p[i]);
}

static void
answer(const char *line, struct tsr_arena *arena)
{
	struct tsr_regex_error err;
	struct tsr_regex_sample sample;
	struct tsr_span automaton, pattern;
	unsigned flags = 0;

	for (; *line != ' '; line++)
		flags |= *line == 'u' ? TSR_REGEX_UNICODE :
		    *line == 'i'      ? TSR_REGEX_IGNORE_CASE :
		    *line == 'p'      ? TSR_REGEX_NO_TABLE :
					0;
	line++;
	pattern = unhex(&line, arena);
	if (!tsr_regex_compile(&automaton, &err, pattern, flags, arena)) {
		printf("%c\n", "SRL"[err.fault]);
		return;
	}
	if (tsr_automaton_check(automaton) != TSR_OK) {
		printf("check failed\n");
		return;
	}
	while (*line != '\n' && *line != '\0')
		putchar(tsr_automaton_match(automaton, unhex(&line, arena)) ?
			'1' :
			'0');
	tsr_regex_sample(&sample, automaton, arena);
	print_sample(sample.accepts, sample.in);
	print_sample(sample.rejects, sample.out);
	putchar('\n');
}

int
main(void)
{
	struct tsr_arena arena;
	struct tsr_arena_mark mark;
	char *line = NULL;
	size_t cap = 0;

	tsr_arena_init(&arena);
	mark = tsr_arena_mark(&arena);
	while (getline(&line, &cap, stdin) > 0) {
		answer(line, &arena);
		tsr_arena_rewind(&arena, mark);
	}
	free(line);
	tsr_arena_free(&arena);
	return 0;
}
