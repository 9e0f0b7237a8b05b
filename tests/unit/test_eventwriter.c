/*
 * The writer of the log of events as a process: folders that cannot be made,
 * groups that the disk does not take; and the log of a CGI program.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/eventdirect.h"
#include "serve/eventmail.h"
#include "serve/eventwriter.h"

#define NOW INT64_C(1781524800000)

static char state[64];
static struct tsr_log quiet;
static struct tsr_collect batch;

static int
setup(void **unused)
{
	(void)unused;
	snprintf(state, sizeof(state), "/tmp/test_eventwriter.XXXXXX");
	assert_non_null(mkdtemp(state));
	tsr_log_init(&quiet, "test", false);
	quiet.second = tsr_log_clock() / 1000;
	quiet.lines = TSR_LOG_LINES;
	memset(&batch, 0, sizeof(batch));
	return 0;
}

static int
teardown(void **unused)
{
	char command[100];

	(void)unused;
	snprintf(command, sizeof(command), "rm -rf %s", state);
	return system(command);
}

static const char *
below(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", state, name);
	return path;
}

static void
add(enum tsr_collect_stream stream, uint8_t id, const char *text)
{
	struct tsr_collect_entry *entry = &batch.entries[batch.count++];

	entry->stream = stream;
	memset(entry->id, id, sizeof(entry->id));
	entry->n = strlen(text);
	memcpy(batch.text + batch.n, text, entry->n);
	batch.n += entry->n;
}

/* A writer that may write files of so many bytes; our end of its socket. */
static pid_t
start(int *socket, struct tsr_eventshare *share, rlim_t bytes)
{
	struct tsr_eventwriter_plan plan = {
	    .state = state, .count = 1, .share = share};
	struct rlimit limit = {bytes, bytes};
	int pair[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		plan.sockets = &pair[1];
		signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &limit);
		_exit(tsr_eventwriter_run(&quiet, &plan));
	}
	assert_true(pid > 0);
	close(pair[1]);
	*socket = pair[0];
	return pid;
}

static void
ask(int socket, uint64_t ticket)
{
	static uint8_t message[TSR_EVENTMAIL_MAX];
	size_t n = tsr_eventmail_write(message, ticket, &batch);

	memcpy(message + n, batch.text, batch.n);
	assert_int_equal(send(socket, message, n + batch.n, 0), n + batch.n);
}

/* What was answered to a ticket, whatever else is said before. */
static uint8_t
answer(int socket, uint64_t ticket)
{
	struct tsr_eventmail_answer got = {.result = 255};
	uint8_t room[40 * TSR_EVENTMAIL_ANSWER];
	struct tsr_span all;
	ssize_t n;

	while ((n = recv(socket, room, sizeof(room), 0)) > 0)
		for (all = tsr_span_of(room, (size_t)n);
		     tsr_eventmail_answer_read(&got, &all);)
			if (got.ticket == ticket)
				return got.result;
	return 255;
}

/* Bytes of the log's files in a folder, those that grow and those that do not. */
static size_t
size_of_files(const char *name)
{
	const struct dirent *entry;
	size_t size = 0;
	struct stat st;
	DIR *dir = opendir(below(name));

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if ((strstr(entry->d_name, ".open") != NULL ||
			strstr(entry->d_name, ".ndjson") != NULL) &&
		    fstatat(dirfd(dir), entry->d_name, &st, 0) == 0)
			size += (size_t)st.st_size;
	closedir(dir);
	return size;
}

static int
descriptors(pid_t pid)
{
	char path[40];
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
test_eventwriter_a_folder_that_cannot_be_made_costs_no_descriptors(
    void **unused)
{
	struct tsr_eventshare *share = tsr_eventshare_open(0, 0);
	int socket, before, fd, i;
	uint64_t ticket = 1;
	pid_t pid;

	(void)unused;
	/* A file where a folder should be. */
	assert_int_equal(mkdir(below("events"), 0700), 0);
	fd = open(below("events/aside"), O_CREAT | O_WRONLY, 0600);
	assert_true(fd != -1);
	close(fd);
	add(TSR_COLLECT_EVENTS, 1, "{}\n");
	pid = start(&socket, share, RLIM_INFINITY);
	ask(socket, ticket);
	assert_int_equal(answer(socket, ticket), TSR_EVENTMAIL_FAILED);
	before = descriptors(pid);
	for (i = 0; i < 3; i++) {
		/* Longer than it waits until it tries again. */
		usleep(120000);
		ask(socket, ++ticket);
		assert_int_equal(answer(socket, ticket), TSR_EVENTMAIL_FAILED);
	}
	assert_int_equal(descriptors(pid), before);
	assert_int_equal(unlink(below("events/aside")), 0);
	usleep(120000);
	ask(socket, ++ticket);
	assert_int_equal(answer(socket, ticket), TSR_EVENTMAIL_KEPT);
	close(socket);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
end(int socket, pid_t pid)
{
	kill(pid, SIGKILL);
	close(socket);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

#define COUNTS(id) "{\"minute\":0,\"id\":\"" id "\",\"counts\":{\"view\":3}}\n"

static void
test_eventwriter_counts_are_there_when_they_are_answered_and_once(
    void **unused)
{
	struct tsr_eventshare *share = tsr_eventshare_open(0, 0);
	uint64_t ticket = 0;
	int socket, round;
	pid_t pid;

	(void)unused;
	add(TSR_COLLECT_COUNTS, 0, COUNTS("AAAAAAAAAAAAAAAAAAAAAA"));
	for (round = 0; round < 2; round++) {
		pid = start(&socket, share, RLIM_INFINITY);
		ask(socket, ++ticket);
		assert_int_equal(answer(socket, ticket), TSR_EVENTMAIL_KEPT);
		end(socket, pid);
		assert_int_equal(
		    size_of_files("events/counts"), batch.entries[0].n);
	}
	assert_int_equal(share->counts[TSR_EVENTCOUNT_RESTRICTED], 1);
	assert_int_equal(share->counts[TSR_EVENTCOUNT_DUPLICATES], 1);
}

static void
test_eventwriter_counts_of_a_failed_group_are_counted_once(void **unused)
{
	struct tsr_eventshare *share = tsr_eventshare_open(0, 0);
	uint64_t ticket = 0;
	int socket;
	pid_t pid;

	(void)unused;
	add(TSR_COLLECT_COUNTS, 0, COUNTS("AAAAAAAAAAAAAAAAAAAAAA"));
	add(TSR_COLLECT_EVENTS, 1,
	    "a line that is longer than a file may be, which is as long as the "
	    "other line is, and that is not as long as this line is\n");
	pid = start(&socket, share, batch.entries[0].n);
	while (ticket < 3) {
		ask(socket, ++ticket);
		assert_int_equal(answer(socket, ticket), TSR_EVENTMAIL_FAILED);
	}
	/* Who is told that nothing is kept sends all of it again. */
	assert_int_equal(size_of_files("events/counts"), 0);
	batch.count = 1;
	batch.n = batch.entries[0].n;
	ask(socket, ++ticket);
	assert_int_equal(answer(socket, ticket), TSR_EVENTMAIL_KEPT);
	assert_int_equal(size_of_files("events/counts"), batch.n);
	end(socket, pid);
}

static void
test_eventdirect_an_id_twice_in_a_batch_is_logged_once(void **unused)
{
	(void)unused;
	add(TSR_COLLECT_EVENTS, 0, "{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\"}\n");
	add(TSR_COLLECT_EVENTS, 0, "{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\"}\n");
	assert_true(tsr_eventdirect_write(&batch, &quiet, state, NOW));
	assert_int_equal(batch.fresh, 1);
	assert_int_equal(size_of_files("events"), batch.entries[0].n);
}

/* As a CGI program, which ends, and with it the file's lock. */
static bool
write_directly(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(!tsr_eventdirect_write(&batch, &quiet, state, NOW));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static void
test_eventdirect_counts_that_come_again_are_logged_once(void **unused)
{
	(void)unused;
	add(TSR_COLLECT_COUNTS, 0, COUNTS("AAAAAAAAAAAAAAAAAAAAAA"));
	assert_true(write_directly());
	assert_true(write_directly());
	assert_int_equal(size_of_files("events/counts"), batch.entries[0].n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_eventwriter_a_folder_that_cannot_be_made_costs_no_descriptors,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_eventwriter_counts_are_there_when_they_are_answered_and_once,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_eventwriter_counts_of_a_failed_group_are_counted_once,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_eventdirect_an_id_twice_in_a_batch_is_logged_once, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_eventdirect_counts_that_come_again_are_logged_once, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
