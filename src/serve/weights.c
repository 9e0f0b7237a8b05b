/*
 * weights - the weights file that is served now.
 */
#include "serve/weights.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/memory.h"

/* ---- the file ---- */

static int
open_current(char *path, size_t room, const char *folder, struct stat *st)
{
	int n, fd;

	n = snprintf(path, room, "%s/weights/current", folder);
	if (n < 0 || (size_t)n >= room) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return -1;
	if (fstat(fd, st) == 0)
		return fd;
	close(fd);
	return -1;
}

/* What is wrong with the file; NULL: it is good. */
static const char *
read_text(struct tsr_weights_text *out, int fd, const struct stat *st)
{
	uint8_t hash[32];
	struct tsr_span entries;
	enum tsr_err err;
	ssize_t n;

	out->n = 0;
	if (!S_ISREG(st->st_mode))
		return "not a plain file";
	if (st->st_size > TSR_WEIGHTS_FILE)
		return tsr_err_text(TSR_LONG);
	while (out->n < sizeof(out->bytes)) {
		n = read(fd, out->bytes + out->n, sizeof(out->bytes) - out->n);
		if (n == -1 && errno != EINTR)
			return tsr_err_text(TSR_IO);
		if (n == 0)
			break;
		out->n += n > 0 ? (size_t)n : 0;
	}
	err = tsr_weights_check(&entries, tsr_span_of(out->bytes, out->n));
	if (err != TSR_OK)
		return tsr_err_text(err);
	if (sodium_init() == -1)
		return "libsodium does not start";
	crypto_generichash(hash, sizeof(hash), out->bytes, out->n, NULL, 0);
	memcpy(out->hash, hash, sizeof(out->hash));
	return NULL;
}

static void
hash_text(char out[2 * TSR_WEIGHTS_HASH + 1], const uint8_t *hash)
{
	sodium_bin2hex(
	    out, 2 * TSR_WEIGHTS_HASH + 1, hash, TSR_WEIGHTS_HASH);
}

/* ---- the parent ---- */

bool
tsr_weights_watch_init(struct tsr_weights_watch *watch, struct tsr_log *log,
    const char *folder)
{
	memset(watch, 0, sizeof(*watch));
	watch->log = log;
	watch->folder = folder;
	if (folder == NULL)
		return true;
	watch->share = tsr_memory_share(sizeof(*watch->share));
	return watch->share != NULL;
}

/* True when the file is another than last time. */
static bool
is_news(struct tsr_weights_watch *watch, const struct stat *st)
{
	bool same = watch->known && watch->dev == st->st_dev &&
	    watch->ino == st->st_ino && watch->size == st->st_size &&
	    watch->changed.tv_sec == st->st_ctim.tv_sec &&
	    watch->changed.tv_nsec == st->st_ctim.tv_nsec;

	watch->known = true;
	watch->dev = st->st_dev;
	watch->ino = st->st_ino;
	watch->size = st->st_size;
	watch->changed = st->st_ctim;
	return !same;
}

/* The other text is read by nobody who will believe it. */
static void
take(struct tsr_weights_watch *watch, const char *path, int fd,
    const struct stat *st)
{
	struct tsr_weights_share *share = watch->share;
	unsigned number = atomic_load(&share->number), next = number + 1;
	const char *wrong = read_text(&share->texts[next & 1], fd, st);
	char hash[2 * TSR_WEIGHTS_HASH + 1];

	if (wrong != NULL) {
		tsr_log(watch->log, "%s: %s; %s", path, wrong, number == 0
			? "the release's weights count"
			: "the weights before it stay");
		return;
	}
	/* 0 says that there is none. */
	atomic_store(&share->number, next == 0 ? 2 : next);
	hash_text(hash, share->texts[next & 1].hash);
	tsr_log(watch->log, "weights %s", hash);
}

void
tsr_weights_look(struct tsr_weights_watch *watch)
{
	char path[PATH_MAX];
	struct stat st;
	int fd, n;

	if (watch->folder == NULL)
		return;
	n = snprintf(path, sizeof(path), "%s/weights/current", watch->folder);
	if (n < 0 || (size_t)n >= sizeof(path) || stat(path, &st) == -1 ||
	    !is_news(watch, &st))
		return;
	fd = open_current(path, sizeof(path), watch->folder, &st);
	if (fd == -1) {
		tsr_log(watch->log, "%s: error %d", path, errno);
		return;
	}
	take(watch, path, fd, &st);
	close(fd);
}

/* ---- a worker ---- */

static void
bind_entries(struct tsr_weights_bound *bound, const struct tsr_table *table,
    bool tell)
{
	struct tsr_weights_entry entry;
	struct tsr_span entries;
	enum tsr_weights_fit fit;

	memset(&bound->weights, 0, sizeof(bound->weights));
	memcpy(bound->weights.hash, bound->text.hash, TSR_WEIGHTS_HASH);
	if (tsr_weights_check(&entries,
		tsr_span_of(bound->text.bytes, bound->text.n)) != TSR_OK)
		return;
	while (tsr_weights_next(&entry, &entries)) {
		fit = tsr_weights_put(&bound->weights, table, &entry);
		if (fit == TSR_WEIGHTS_FIT || !tell)
			continue;
		tsr_log(bound->log, "weights of %.*s are not used: %s",
		    entry.name.n < 80 ? (int)entry.name.n : 80,
		    (const char *)entry.name.p, tsr_weights_fit_text(fit));
	}
}

const struct tsr_weights *
tsr_weights_bind(struct tsr_weights_bound *bound,
    struct tsr_weights_share *share, const struct tsr_table *table)
{
	const struct tsr_weights_text *text;
	unsigned number;

	if (share == NULL)
		return NULL;
	number = atomic_load(&share->number);
	if (number == 0)
		return NULL;
	if (number == bound->number)
		return &bound->weights;
	/*
	 * The parent writes to this text again only after it has counted on,
	 * so a copy is whole if the number is still the same behind it.
	 */
	for (;;) {
		text = &share->texts[number & 1];
		bound->number = 0;
		bound->text.n = text->n <= sizeof(text->bytes) ? text->n : 0;
		memcpy(bound->text.hash, text->hash, sizeof(text->hash));
		memcpy(bound->text.bytes, text->bytes, bound->text.n);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load(&share->number) == number)
			break;
		number = atomic_load(&share->number);
	}
	/* All workers find the same: the first one says it. */
	bind_entries(bound, table,
	    atomic_exchange(&share->told, number) != number);
	bound->number = number;
	return &bound->weights;
}

const struct tsr_weights *
tsr_weights_read(struct tsr_weights_bound *bound, struct tsr_log *log,
    const char *folder, const struct tsr_table *table)
{
	char path[PATH_MAX];
	const char *wrong;
	struct stat st;
	int fd = open_current(path, sizeof(path), folder, &st);

	if (fd == -1) {
		if (errno != ENOENT)
			tsr_log(log, "%s: error %d", path, errno);
		return NULL;
	}
	wrong = read_text(&bound->text, fd, &st);
	close(fd);
	if (wrong != NULL) {
		tsr_log(log, "%s: %s; the release's weights count", path,
		    wrong);
		return NULL;
	}
	/* Every request is a process: what does not fit is not worth a line. */
	bind_entries(bound, table, false);
	return &bound->weights;
}
