/*
 * options - the command line of tessera-fcgi.
 */
#include "serve/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/limits.h"

void
tsr_serve_options_help(void)
{
	fputs("usage: tessera-fcgi [options] [RELEASE]\n"
	      "\n"
	      "Answer requests from a release that `tessera build` made, over "
	      "FastCGI or CGI.\n"
	      "RELEASE is a release folder or a link to one, such as "
	      "out/current; without it\n"
	      "TESSERA_RELEASE names it. The listening socket is descriptor "
	      "0, or systemd's, or:\n"
	      "\n"
	      "  --listen PATH|HOST:PORT  make a unix or a TCP socket\n"
	      "  --mode OCTAL             mode of the unix socket (0660)\n"
	      "  --workers N              processes that answer (2)\n"
	      "  --connections N          connections of each (1024)\n"
	      "  --state DIR              folder for what is written while "
	      "serving\n"
	      "  --keys FILE              keys for signatures\n"
	      "  --log-decisions RATE     log this part of the page views, 0 "
	      "to 1, in --state\n"
	      "  --events-rate N          events a second of one address "
	      "(100; 0: any number)\n"
	      "  --events-total N         of all together (50000; 0: any)\n"
	      "  --events-sync WORD       group (answered when on the disk) or "
	      "none\n"
	      "  --user NAME              become this user before serving\n"
	      "  -d                       one worker, one line for each event\n"
	      "  -dd                      and one for each FastCGI record\n"
	      "  --check                  verify the release and exit\n"
	      "  --help, --version\n"
	      "\n"
	      "exit codes: 0 stopped or fine, 1 the release is damaged or "
	      "missing, 2 wrong\nusage, 3 the system refused\n",
	    stdout);
}

static bool
complain(const char *what, const char *about)
{
	fprintf(stderr, "tessera-fcgi: %s%s (see --help)\n", what, about);
	return false;
}

/* A number in the given base from 1 to max. */
static bool
read_number(unsigned *out, const char *s, unsigned base, unsigned max)
{
	unsigned v = 0;

	for (; *s != '\0'; s++) {
		if (*s < '0' || *s >= (char)('0' + base))
			return false;
		v = v * base + (unsigned)(*s - '0');
		if (v > max)
			return false;
	}
	*out = v;
	return v > 0;
}

bool
tsr_serve_options_rate(uint64_t *out, const char *s)
{
	uint64_t v = 0, scale = 1;
	unsigned digits = 0;
	bool point = false;

	for (; *s != '\0'; s++) {
		if (*s == '.' && !point) {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9' || ++digits > 10)
			return false;
		v = v * 10 + (uint64_t)(*s - '0');
		if (point)
			scale *= 10;
	}
	if (digits == 0 || v > scale)
		return false;
	*out = v == scale ? (uint64_t)1 << 32
			  : (uint64_t)((double)v / (double)scale * 4294967296.0);
	return true;
}

/* Events a second; 0 says that there is no limit. */
static bool
read_events(uint32_t *out, const char *s)
{
	unsigned n = 0;

	if (strcmp(s, "0") != 0 && !read_number(&n, s, 10, 1000000))
		return complain("a number of events a second is 0 to 1000000, "
				"not ",
		    s);
	*out = n;
	return true;
}

static bool
read_sync(bool *out, const char *s)
{
	*out = strcmp(s, "group") == 0;
	return *out || strcmp(s, "none") == 0 ||
	    complain("--events-sync takes group or none, not ", s);
}

/* An option with a value. */
static bool
take_value(struct tsr_options *out, const char *name, const char *value)
{
	unsigned mode = 0;

	if (strcmp(name, "--listen") == 0)
		out->listen = value;
	else if (strcmp(name, "--state") == 0)
		out->state = value;
	else if (strcmp(name, "--keys") == 0)
		out->keys = value;
	else if (strcmp(name, "--user") == 0)
		out->user = value;
	else if (strcmp(name, "--events-rate") == 0)
		return read_events(&out->events_each, value);
	else if (strcmp(name, "--events-total") == 0)
		return read_events(&out->events_all, value);
	else if (strcmp(name, "--events-sync") == 0)
		return read_sync(&out->events_sync, value);
	else if (strcmp(name, "--workers") == 0)
		return read_number(&out->workers, value, 10, TSR_WORKERS_MAX) ||
		    complain("--workers takes a number from 1 to 64, not ",
			value);
	else if (strcmp(name, "--connections") == 0)
		return read_number(&out->connections, value, 10,
			   TSR_CONNECTIONS_MAX) ||
		    complain("--connections takes a number from 1 to 16384, "
			     "not ",
			value);
	else if (strcmp(name, "--log-decisions") == 0)
		return tsr_serve_options_rate(&out->log_rate, value) ||
		    complain("--log-decisions takes a number from 0 to 1, not ",
			value);
	else if (strcmp(name, "--mode") == 0) {
		if (!read_number(&mode, value, 8, 0777))
			return complain("--mode takes an octal number such as "
					"0660, not ",
			    value);
		out->mode = (mode_t)mode;
	} else
		return complain("unknown option ", name);
	return true;
}

/* An option without a value; false when it is none of them. */
static bool
take_flag(struct tsr_options *out, const char *arg)
{
	if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
		out->action = TSR_OPTIONS_HELP;
	} else if (strcmp(arg, "--version") == 0) {
		out->action = TSR_OPTIONS_VERSION;
	} else if (strcmp(arg, "--check") == 0) {
		out->action = TSR_OPTIONS_CHECK;
	} else if (strcmp(arg, "-dd") == 0) {
		out->verbose = true;
		out->trace = true;
	} else if (strcmp(arg, "-d") == 0) {
		out->trace = out->verbose;
		out->verbose = true;
	} else {
		return false;
	}
	return true;
}

/* "--name=value" or "--name value"; *i moves to the last word used. */
static bool
take_option(struct tsr_options *out, int *i, int argc, char *const *argv)
{
	const char *arg = argv[*i], *equals = strchr(arg, '=');
	char name[32];

	if (equals == NULL && *i + 1 == argc)
		return complain("unknown option, or a value is missing: ", arg);
	if (equals == NULL)
		return take_value(out, arg, argv[++*i]);
	if ((size_t)(equals - arg) >= sizeof(name))
		return complain("unknown option ", arg);
	memcpy(name, arg, (size_t)(equals - arg));
	name[equals - arg] = '\0';
	return take_value(out, name, equals + 1);
}

bool
tsr_serve_options_read(struct tsr_options *out, int argc, char *const *argv)
{
	const char *release = NULL;
	int i;

	memset(out, 0, sizeof(*out));
	out->mode = 0660;
	out->workers = 2;
	out->connections = TSR_CONNECTIONS;
	out->events_each = TSR_RATES_EACH;
	out->events_all = TSR_RATES_ALL_TOGETHER;
	out->events_sync = true;
	for (i = 1; i < argc; i++) {
		if (take_flag(out, argv[i]))
			continue;
		if (argv[i][0] == '-') {
			if (!take_option(out, &i, argc, argv))
				return false;
		} else if (release != NULL) {
			return complain("more than one release: ", argv[i]);
		} else {
			release = argv[i];
		}
	}
	if (out->verbose)
		out->workers = 1;
	if (out->log_rate > 0 && out->state == NULL)
		return complain("--log-decisions", " needs --state");
	out->release = release != NULL ? release : getenv("TESSERA_RELEASE");
	return true;
}
