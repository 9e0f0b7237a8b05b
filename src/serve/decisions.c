/*
 * decisions - the decision log: sampled page views, one line each.
 */
#include "serve/decisions.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/calendar.h"
#include "core/decisionlog.h"

#define DAY_MS ((int64_t)86400000)

/* Lost lines are reported this often. */
#define REPORT_MS 10000

void
tsr_decisions_init(
    struct tsr_decisions *decisions, const char *folder, uint64_t rate)
{
	decisions->folder = rate > 0 ? folder : NULL;
	decisions->rate = rate;
	decisions->fd = -1;
	decisions->day = INT64_MIN;
	decisions->n = 0;
	/* Workers should not choose alike; that is all this is good for. */
	if (decisions->folder != NULL &&
	    getrandom(&decisions->dice, sizeof(decisions->dice), 0) == -1)
		decisions->dice = (uint64_t)getpid();
}

/* SplitMix64. */
static uint32_t
roll(struct tsr_decisions *decisions)
{
	uint64_t z = decisions->dice += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

void
tsr_decisions_make(struct tsr_decisions *decisions, struct tsr_answer *answer)
{
	decisions->n = 0;
	if (decisions->folder == NULL || answer->page == UINT32_MAX ||
	    (answer->status != 200 && answer->status != 304) ||
	    roll(decisions) >= decisions->rate ||
	    !tsr_decisionlog_wanted(&answer->visit))
		return;
	decisions->n = tsr_decisionlog_write(decisions->line,
	    sizeof(decisions->line), &answer->visit, answer->page);
	if (decisions->n == 0)
		decisions->lost++;
}

/* Year, month and day of a day since 1970, as YYYYMMDD. */
static unsigned
date_of(int64_t day)
{
	struct tsr_date date;

	tsr_calendar_date(&date, day);
	return (unsigned)date.year * 10000 + date.month * 100 + date.day;
}

/*
 * Have the file of that day open, with room in it and still in its folder. A
 * size and a name are looked at once a line: others write there too.
 */
static bool
open_file(struct tsr_decisions *d, int64_t day)
{
	char path[PATH_MAX];
	struct stat st;
	int n;

	if (d->day != day)
		d->number = 0;
	if (d->fd != -1 && d->day == day && fstat(d->fd, &st) == 0 &&
	    st.st_nlink > 0 && st.st_size < TSR_LOG_FILE)
		return true;
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
	d->day = day;
	for (; d->number < TSR_LOG_FILES; d->number++) {
		n = snprintf(path, sizeof(path), "%s/decisions-%08u-%u.ndjson",
		    d->folder, date_of(day), d->number);
		if (n < 0 || (size_t)n >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return false;
		}
		d->fd = open(path,
		    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
		if (d->fd == -1 || fstat(d->fd, &st) == -1)
			return false;
		if (st.st_size < TSR_LOG_FILE)
			return true;
		close(d->fd);
		d->fd = -1;
	}
	errno = EFBIG;
	return false;
}

static void
report(struct tsr_decisions *d, int64_t now, struct tsr_log *log)
{
	if (d->lost == 0 || (now >= d->reported && now - d->reported < REPORT_MS))
		return;
	tsr_log(log, "decision log: %llu lines lost, last error %d",
	    (unsigned long long)d->lost, errno);
	d->lost = 0;
	d->reported = now;
}

void
tsr_decisions_write(struct tsr_decisions *d, int64_t now, struct tsr_log *log)
{
	ssize_t n;

	if (d->folder == NULL)
		return;
	if (d->n > 0) {
		errno = 0;
		n = now >= 0 && open_file(d, now / DAY_MS)
		    ? write(d->fd, d->line, d->n) : -1;
		if (n != (ssize_t)d->n)
			d->lost++;
		d->n = 0;
	}
	report(d, now, log);
}
