/*
 * current - which release is to be served now.
 */
#include "serve/current.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/keep.h"
#include "core/limits.h"
#include "serve/release.h"

void
tsr_current_init(
    struct tsr_current *current, struct tsr_log *log, const char *link)
{
	memset(current, 0, sizeof(*current));
	current->log = log;
	current->link = link;
}

static void
find(struct tsr_found *out, const char *link)
{
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (realpath(link, out->path) == NULL || stat(out->path, &st) == -1) {
		out->path[0] = '\0';
		return;
	}
	out->dev = st.st_dev;
	out->ino = st.st_ino;
	out->changed = st.st_ctim;
}

static bool
same(const struct tsr_found *a, const struct tsr_found *b)
{
	return strcmp(a->path, b->path) == 0 && a->dev == b->dev &&
	    a->ino == b->ino && a->changed.tv_sec == b->changed.tv_sec &&
	    a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Say what is wrong with a release that does not get served. */
static void
complain(struct tsr_current *current, const char *path, const char *wrong)
{
	if (current->served.path[0] == '\0')
		tsr_log(current->log, "%s: %s", path, wrong);
	else
		tsr_log(current->log, "%s: %s; still serving %s", path, wrong,
		    current->served.path);
}

/* ---- the check ---- */

/*
 * In the child: its exit code is the error. keyless: where to say that keys are
 * needed, or NULL. Packs that the trusted release has
 * too were read when that was checked.
 */
static _Noreturn void
check_and_exit(struct tsr_log *keyless, const char *path, const char *trusted,
    pid_t parent)
{
	struct tsr_release release, old;
	enum tsr_err err;
	bool have_old;

	signal(SIGBUS, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(TSR_IO);
	have_old = trusted[0] != '\0' &&
	    tsr_release_open(&old, trusted, TSR_RELEASE_QUICK, NULL) == TSR_OK;
	errno = 0;
	err = tsr_release_open(
	    &release, path, TSR_RELEASE_DEEP, have_old ? &old : NULL);
	if (err == TSR_OK && keyless != NULL && tsr_keep_days(
		&release.store.table) > 0)
		tsr_log(keyless, "%s reads the visitor state, and without "
		    "--keys there is none", path);
	/* The system's reason fits an exit code too: see verdict(). */
	_exit(err == TSR_IO && errno > 0 && errno < 200
		? (int)TSR_ERR_COUNT + errno
		: (int)err);
}

/* trusted: path of a release that is known to be good, or "". */
static pid_t
start_check(struct tsr_log *keyless, const char *path, const char *trusted)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		check_and_exit(keyless, path, trusted, parent);
	return pid;
}

/* What the end of a check says; NULL when the release is fine. */
static const char *
verdict(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGBUS
		    ? "a file ends before what it promised"
		    : "the check was ended by a signal";
	if (WEXITSTATUS(status) == 0)
		return NULL;
	if (WEXITSTATUS(status) > (int)TSR_ERR_COUNT)
		return strerror(WEXITSTATUS(status) - (int)TSR_ERR_COUNT);
	return tsr_err_text((enum tsr_err)WEXITSTATUS(status));
}

enum tsr_err
tsr_current_check(struct tsr_log *log, const char *link)
{
	struct tsr_found found;
	const char *wrong;
	int status;
	pid_t pid;

	find(&found, link);
	if (found.path[0] == '\0') {
		tsr_log(log, "%s: there is no release", link);
		return TSR_MISSING;
	}
	pid = start_check(NULL, found.path, "");
	if (pid == -1)
		return TSR_IO;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return TSR_IO;
	wrong = verdict(status);
	if (wrong == NULL)
		return TSR_OK;
	tsr_log(log, "%s: %s", found.path, wrong);
	return TSR_CHECKSUM;
}

/* ---- what to serve ---- */

static void
begin(struct tsr_current *current, const struct tsr_found *found,
    const char *trusted)
{
	/* What is served already was said before. */
	bool news = strcmp(found->path, current->served.path) != 0;
	pid_t pid = start_check(current->keyless && news ? current->log : NULL,
	    found->path, trusted);

	if (pid == -1) {
		tsr_log(current->log, "cannot check a release: error %d",
		    errno);
		return;
	}
	current->checker = pid;
	current->checking = *found;
}

void
tsr_current_look(struct tsr_current *current, int64_t now, bool again)
{
	struct tsr_found found;

	if (current->checker != 0)
		return;
	find(&found, current->link);
	if (!again && same(&found, &current->served))
		return;
	if (!again && same(&found, &current->refused) &&
	    now < current->retry_at)
		return;
	current->falling_back = false;
	if (found.path[0] != '\0') {
		begin(current, &found, again ? "" : current->served.path);
		return;
	}
	if (!same(&found, &current->refused) || current->retry_at == 0)
		complain(current, current->link, "there is no release");
	current->refused = found;
	current->retry_at = now + TSR_RETRY_MS;
}

void
tsr_current_doubt(struct tsr_current *current)
{
	if (current->checker != 0 || current->served.path[0] == '\0')
		return;
	current->falling_back = false;
	begin(current, &current->served, "");
}

static bool
accept_checked(struct tsr_current *current)
{
	bool other = strcmp(current->checking.path, current->served.path) != 0;

	if (other && !current->falling_back)
		current->previous = current->served;
	if (current->falling_back)
		memset(&current->previous, 0, sizeof(current->previous));
	current->served = current->checking;
	tsr_log(current->log, "serving %s", current->served.path);
	return true;
}

/*
 * What was checked is damaged. A release that is not served is put aside; the
 * one that is served gives way to the one before it.
 */
static void
refuse_checked(struct tsr_current *current, const char *wrong, int64_t now)
{
	bool known = same(&current->checking, &current->refused);
	struct tsr_found none = {0};

	if (current->falling_back) {
		tsr_log(current->log, "%s: %s; nothing to fall back to",
		    current->checking.path, wrong);
		current->previous = none;
		return;
	}
	current->refused = current->checking;
	current->retry_at = now + TSR_RETRY_MS;
	if (strcmp(current->checking.path, current->served.path) != 0) {
		if (!known)
			complain(current, current->checking.path, wrong);
		return;
	}
	if (!known)
		tsr_log(current->log, "%s: %s, and it is being served",
		    current->checking.path, wrong);
	/* It counts as new when it is whole again. */
	current->served.changed.tv_sec = 0;
	if (current->previous.path[0] == '\0')
		return;
	current->falling_back = true;
	begin(current, &current->previous, "");
}

bool
tsr_current_child(
    struct tsr_current *current, pid_t pid, int status, int64_t now)
{
	const char *wrong;

	if (current->checker == 0 || pid != current->checker)
		return false;
	current->checker = 0;
	wrong = verdict(status);
	if (wrong == NULL)
		return accept_checked(current);
	refuse_checked(current, wrong, now);
	return false;
}
