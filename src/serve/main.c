/*
 * main - tessera-fcgi, the program that answers requests.
 *
 * One program for FastCGI and CGI: how it was started decides. The
 * environment of a CGI program without a listening socket as descriptor 0: it
 * answers that one request. Otherwise it serves.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/cgi.h"
#include "serve/current.h"
#include "serve/keys.h"
#include "serve/listen.h"
#include "serve/options.h"
#include "serve/supervise.h"

enum exit_code {
	EXIT_FINE,
	EXIT_DAMAGED,
	EXIT_USAGE,
	EXIT_SYSTEM
};

/* Descriptors beside the connections: standard ones, epoll, files, spare. */
#define SPARE_DESCRIPTORS 64

static enum exit_code
complain(const char *what, const char *why)
{
	fprintf(stderr, "tessera-fcgi: %s: %s\n", what, why);
	return EXIT_SYSTEM;
}

/* Keys are read once as whoever we have become; what is wrong is logged. */
static enum exit_code
check_keys(struct tsr_log *log, const char *path)
{
	struct tsr_keys keys;
	bool fine;

	fine = tsr_keys_start() && tsr_keys_read(&keys, log, path);
	explicit_bzero(&keys, sizeof(keys));
	return fine ? EXIT_FINE : EXIT_SYSTEM;
}

static enum exit_code
check_state(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return complain(path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return complain(path, "not a folder");
	if (access(path, W_OK | X_OK) == -1)
		return complain(path, strerror(errno));
	return EXIT_FINE;
}

static enum exit_code
become(const char *name)
{
	struct passwd *user = getpwnam(name);

	if (user == NULL)
		return complain(name, "no such user");
	if (initgroups(name, user->pw_gid) == -1 ||
	    setgid(user->pw_gid) == -1 || setuid(user->pw_uid) == -1)
		return complain(name, strerror(errno));
	if (user->pw_uid != 0 && setuid(0) == 0)
		return complain(name, "rights could not be given up");
	return EXIT_FINE;
}

/* Every connection needs a descriptor; more than the hard limit is no use. */
static enum exit_code
raise_descriptors(unsigned connections)
{
	struct rlimit limit;
	rlim_t need = connections + SPARE_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return complain("descriptors", strerror(errno));
	if (limit.rlim_cur >= need)
		return EXIT_FINE;
	if (limit.rlim_max < need)
		return complain("descriptors",
		    "the limit is too low for so many --connections");
	limit.rlim_cur = need;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		return complain("descriptors", strerror(errno));
	return EXIT_FINE;
}

static enum exit_code
open_listener(struct tsr_listener *out, const struct tsr_options *options)
{
	const char *why = NULL;
	enum tsr_err err;

	if (options->listen == NULL) {
		err = tsr_listen_inherit(out);
		if (err == TSR_OK)
			return EXIT_FINE;
		complain("socket",
		    err == TSR_UNSUPPORTED
			? "more than one was handed over"
			: "none was handed over; say --listen");
		return EXIT_USAGE;
	}
	err = tsr_listen_open(out, &why, options->listen, options->mode);
	if (err == TSR_OK)
		return EXIT_FINE;
	complain(options->listen, why != NULL ? why : strerror(errno));
	return err == TSR_IO ? EXIT_SYSTEM : EXIT_USAGE;
}

/* What the options ask for, before anything is served. */
static enum exit_code
prepare(struct tsr_log *log, const struct tsr_options *options)
{
	enum exit_code code = raise_descriptors(options->connections);

	if (code == EXIT_FINE && options->user != NULL)
		code = become(options->user);
	if (code == EXIT_FINE && options->keys != NULL)
		code = check_keys(log, options->keys);
	if (code == EXIT_FINE && options->state != NULL)
		code = check_state(options->state);
	return code;
}

static enum exit_code
serve(struct tsr_log *log, const struct tsr_options *options)
{
	struct tsr_supervise_plan plan = {.workers = options->workers,
	    .connections = options->connections,
	    .release = options->release,
	    .state = options->state,
	    .keys = options->keys,
	    .log_rate = options->log_rate,
	    .events_each = options->events_each,
	    .events_all = options->events_all,
	    .events_sync = options->events_sync};
	struct tsr_listener listener;
	enum exit_code code;

	code = open_listener(&listener, options);
	if (code != EXIT_FINE)
		return code;
	code = prepare(log, options);
	if (code == EXIT_FINE) {
		plan.listener = listener.fd;
		code = (enum exit_code)tsr_supervise(log, &plan);
	}
	tsr_listen_unlink(&listener);
	return code;
}

/*
 * Whether we are a CGI program. Its arguments are the words of a query
 * without "=" (RFC 3875, 4.4), so they are a visitor's and not looked at:
 * only when there is no such query may one name the release.
 */
static const char *
cgi_release(int argc, char *const *argv)
{
	const char *release = getenv("TESSERA_RELEASE");
	const char *query = getenv("QUERY_STRING");

	if (release != NULL)
		return release;
	if (query != NULL && query[0] != '\0' && strchr(query, '=') == NULL)
		return NULL;
	return argc == 2 && argv[1][0] != '-' ? argv[1] : NULL;
}

int
main(int argc, char **argv)
{
	struct tsr_options options;
	struct tsr_log log;

	tsr_log_init(&log, "tessera-fcgi", false);
	if (tsr_cgi_wanted() && !tsr_listen_is(STDIN_FILENO))
		return tsr_cgi_run(&log, cgi_release(argc, argv));
	if (!tsr_serve_options_read(&options, argc, argv))
		return EXIT_USAGE;
	if (options.action == TSR_OPTIONS_HELP) {
		tsr_serve_options_help();
		return EXIT_FINE;
	}
	if (options.action == TSR_OPTIONS_VERSION) {
		puts("tessera-fcgi " TSR_PROGRAM_VERSION);
		return EXIT_FINE;
	}
	log.trace = options.trace;
	if (options.release == NULL) {
		complain("release", "give one, or set TESSERA_RELEASE");
		return EXIT_USAGE;
	}
	if (options.action == TSR_OPTIONS_CHECK)
		return tsr_current_check(&log, options.release) == TSR_OK
		    ? EXIT_FINE
		    : EXIT_DAMAGED;
	return (int)serve(&log, &options);
}
