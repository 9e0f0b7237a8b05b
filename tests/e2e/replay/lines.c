/*
 * lines - a decision log of visitors drawn at random.
 *
 * usage: lines RELEASE COUNT SEED
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/decisionlog.h"
#include "lib/sender.h"
#include "serve/release.h"

static uint64_t
number(const char *text)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}

int
main(int argc, char **argv)
{
	static struct tsr_release release;
	static struct tsr_sender sender;
	static struct tsr_answer answer;
	static struct tsr_span pieces[TSR_PARTS_MAX];
	static uint8_t line[TSR_LOG_LINE];
	uint64_t count, i;
	size_t n;

	if (argc != 4 || tsr_release_open(&release, argv[1],
			     TSR_RELEASE_DEEP, NULL) != TSR_OK) {
		fprintf(stderr, "usage: lines RELEASE COUNT SEED\n");
		return 2;
	}
	count = number(argv[2]);
	tsr_sender_init(&sender, &release.store.table, number(argv[3]));
	for (i = 0; i < count; i++) {
		tsr_sender_draw(&sender);
		tsr_answer_make(&answer, pieces, &release.store,
		    &sender.request, NULL);
		if (answer.page == UINT32_MAX ||
		    !tsr_decisionlog_wanted(&answer.visit))
			abort();
		n = tsr_decisionlog_write(
		    line, sizeof(line), &answer.visit, answer.page);
		if (n == 0 || fwrite(line, 1, n, stdout) != n)
			abort();
	}
	tsr_release_close(&release);
	return fflush(stdout) == 0 ? 0 : 3;
}
