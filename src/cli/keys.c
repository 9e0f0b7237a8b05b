/*
 * keys - tessera keys: make the keys that tessera-fcgi signs with.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "core/collect.h"
#include "serve/keys.h"

static const char help[] =
    "usage: tessera keys [--out FILE] [--add]\n"
    "       tessera keys --token FILE\n"
    "\n"
    "Make new keys for the state, why, preview and events, one a line, and\n"
    "print them.\n"
    "\n"
    "  --out FILE  write them to a new file that only its owner reads\n"
    "  --add       put them before those that FILE has: the new ones sign,\n"
    "              the older ones still verify\n"
    "  --token FILE  print what a server of the site says to post events:\n"
    "              Authorization: Bearer TOKEN; by FILE's newest key\n"
    "\n"
    "exit codes: 0 done, 2 wrong usage, 3 the file cannot be read or written\n";

/* The number after the largest of a purpose; past 255 again from 0. */
static unsigned
next_number(const struct tsr_keys *old, enum tsr_seal_purpose purpose)
{
	bool used[256] = {false};
	unsigned number = 0;
	size_t i;

	for (i = 0; i < old->count; i++)
		if (old->list[i].purpose == purpose)
			used[old->list[i].number] = true;
	while (number < 255 && used[number])
		number++;
	return number;
}

static void
put_key(struct tsr_buf *out, const char *purpose, unsigned number,
    const uint8_t *bytes)
{
	char hex[2 * TSR_KEY_SIZE + 1];

	sodium_bin2hex(hex, sizeof(hex), bytes, TSR_KEY_SIZE);
	tsr_buf_printf(out, "%s %u %s\n", purpose, number, hex);
	sodium_memzero(hex, sizeof(hex));
}

static void
put_keys(struct tsr_buf *out, const struct tsr_keys *old)
{
	uint8_t bytes[TSR_KEY_SIZE];
	unsigned p;
	size_t i;

	for (p = 0; p < TSR_SEAL_COUNT; p++) {
		randombytes_buf(bytes, sizeof(bytes));
		put_key(out, tsr_keys_purpose((enum tsr_seal_purpose)p),
		    next_number(old, (enum tsr_seal_purpose)p), bytes);
	}
	for (i = 0; i < old->count; i++)
		put_key(out, tsr_keys_purpose(old->list[i].purpose),
		    old->list[i].number, old->list[i].bytes);
	sodium_memzero(bytes, sizeof(bytes));
}

/* Through a new file and a rename, so that a server never sees half of it. */
static enum tsr_err
write_file(const char *path, struct tsr_span text)
{
	char name[4096];
	int fd, n = snprintf(name, sizeof(name), "%s.new", path);
	bool fine;

	if (n < 0 || (size_t)n >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return TSR_IO;
	}
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return TSR_IO;
	fine = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	fine = close(fd) == 0 && fine && rename(name, path) == 0;
	if (!fine)
		(void)unlink(name);
	return fine ? TSR_OK : TSR_IO;
}

static int
run(const char *path, bool add)
{
	static struct tsr_keys old;
	struct tsr_log log;
	struct tsr_buf out;
	enum tsr_err err = TSR_OK;
	struct stat st;

	tsr_log_init(&log, "tessera", false);
	if (!tsr_keys_start() || (add && !tsr_keys_read(&old, &log, path)))
		return TSR_EXIT_SYSTEM;
	if (old.count + TSR_SEAL_COUNT > TSR_KEYS_MAX)
		return tsr_options_wrong(help, "take the oldest keys out of ",
		    path);
	if (path != NULL && !add && lstat(path, &st) == 0)
		return tsr_options_wrong(help,
		    "there is such a file already; say --add to rotate: ",
		    path);
	tsr_buf_init(&out, TSR_KEYS_FILE_MAX);
	put_keys(&out, &old);
	if (path != NULL)
		err = write_file(path, tsr_buf_view(&out));
	else if (fwrite(out.p, 1, out.n, stdout) != out.n ||
	    fflush(stdout) != 0)
		err = TSR_IO;
	if (err != TSR_OK)
		tsr_report_error(path != NULL ? path : "output", err);
	sodium_memzero(out.p, out.n);
	sodium_memzero(&old, sizeof(old));
	tsr_buf_free(&out);
	return err == TSR_OK ? TSR_EXIT_OK : TSR_EXIT_SYSTEM;
}

/* What a server that posts events says of itself. */
static int
print_token(const char *path)
{
	uint8_t token[TSR_COLLECT_TOKEN];
	static struct tsr_keys keys;
	struct tsr_log log;
	size_t n;

	tsr_log_init(&log, "tessera", false);
	if (!tsr_keys_start() || !tsr_keys_read(&keys, &log, path))
		return TSR_EXIT_SYSTEM;
	n = tsr_collect_token(token, &keys.seal);
	sodium_memzero(&keys, sizeof(keys));
	if (n == 0)
		return tsr_options_wrong(help, "no key is for events in ", path);
	printf("%.*s\n", (int)n, (const char *)token);
	return fflush(stdout) == 0 ? TSR_EXIT_OK : TSR_EXIT_SYSTEM;
}

int
tsr_cli_keys(int argc, char **argv)
{
	const char *path = NULL, *token = NULL;
	bool add = false;
	const struct tsr_option options[] = {
	    {.name = "--token", .text = &token},
	    {.name = "--out", .text = &path},
	    {.name = "--add", .flag = &add},
	};
	const struct tsr_command command = {.help = help, .options = options,
	    .option_count = TSR_COUNT_OF(options)};
	int code = tsr_options_read(&argc, argv, &command);

	if (code >= 0)
		return code;
	if (token != NULL && (add || path != NULL))
		return tsr_options_wrong(help, "--token stands alone", "");
	if (token != NULL)
		return print_token(token);
	if (add && path == NULL)
		return tsr_options_wrong(
		    help, "--add needs --out, the file to add to", "");
	return run(path, add);
}
