/*
 * keys - the keys that sign what visitors bring back (libsodium).
 */
#include "serve/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limits.h"

static const char *const purposes[TSR_SEAL_COUNT] = {
    [TSR_SEAL_STATE] = "state",
    [TSR_SEAL_WHY] = "why",
    [TSR_SEAL_PREVIEW] = "preview",
    [TSR_SEAL_EVENTS] = "events",
};

const char *
tsr_keys_purpose(enum tsr_seal_purpose purpose)
{
	return purposes[purpose];
}

bool
tsr_keys_start(void)
{
	return sodium_init() >= 0;
}

/* ---- signatures ---- */

/* Keyed BLAKE2b of the purpose and the bytes. */
static void
make(uint8_t out[TSR_SEAL_SIZE], const struct tsr_key *key,
    struct tsr_span bytes)
{
	crypto_generichash_state state;
	uint8_t purpose = (uint8_t)key->purpose;

	crypto_generichash_init(
	    &state, key->bytes, sizeof(key->bytes), TSR_SEAL_SIZE);
	crypto_generichash_update(&state, &purpose, 1);
	if (bytes.n > 0)
		crypto_generichash_update(&state, bytes.p, bytes.n);
	crypto_generichash_final(&state, out, TSR_SEAL_SIZE);
}

static bool
sign(uint8_t signature[TSR_SEAL_SIZE], uint8_t *key, void *ctx,
    enum tsr_seal_purpose purpose, struct tsr_span bytes)
{
	const struct tsr_keys *keys = ctx;
	size_t i;

	for (i = 0; i < keys->count; i++)
		if (keys->list[i].purpose == purpose) {
			make(signature, &keys->list[i], bytes);
			*key = keys->list[i].number;
			return true;
		}
	return false;
}

static bool
check(void *ctx, enum tsr_seal_purpose purpose, uint8_t key,
    struct tsr_span bytes, const uint8_t signature[TSR_SEAL_SIZE])
{
	const struct tsr_keys *keys = ctx;
	uint8_t own[TSR_SEAL_SIZE];
	size_t i;

	for (i = 0; i < keys->count; i++)
		if (keys->list[i].purpose == purpose &&
		    keys->list[i].number == key) {
			make(own, &keys->list[i], bytes);
			return sodium_memcmp(own, signature, sizeof(own)) == 0;
		}
	return false;
}

/* ---- the file ---- */

static struct tsr_span
take_word(struct tsr_span *line)
{
	struct tsr_span word;
	size_t end;

	while (line->n > 0 && tsr_is_space(line->p[0]))
		*line = tsr_span_from(*line, 1);
	for (end = 0; end < line->n && !tsr_is_space(line->p[end]); end++)
		;
	word = tsr_span_part(*line, 0, end);
	*line = tsr_span_from(*line, end);
	return word;
}

static bool
read_number(uint8_t *out, struct tsr_span word)
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < word.n && i < 4; i++) {
		if (!tsr_is_digit(word.p[i]))
			return false;
		v = v * 10 + (unsigned)(word.p[i] - '0');
	}
	*out = (uint8_t)v;
	return word.n > 0 && word.n < 4 && v < 256;
}

static bool
read_hex(uint8_t out[TSR_KEY_SIZE], struct tsr_span word)
{
	size_t i;
	int high, low;

	if (word.n != 2 * TSR_KEY_SIZE)
		return false;
	for (i = 0; i < TSR_KEY_SIZE; i++) {
		high = tsr_hex(word.p[2 * i]);
		low = tsr_hex(word.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

/* What is wrong with a line, or NULL. */
static const char *
read_line(struct tsr_keys *out, struct tsr_span line)
{
	struct tsr_span word = take_word(&line);
	struct tsr_key *key = &out->list[out->count];
	unsigned p;
	size_t i;

	if (word.n == 0 || word.p[0] == '#')
		return NULL;
	if (out->count == TSR_KEYS_MAX)
		return "too many keys";
	for (p = 0; p < TSR_SEAL_COUNT; p++)
		if (tsr_span_eq(word,
			tsr_span_of(purposes[p], strlen(purposes[p]))))
			break;
	if (p == TSR_SEAL_COUNT)
		return "the purpose is state, why, preview or events";
	key->purpose = (enum tsr_seal_purpose)p;
	if (!read_number(&key->number, take_word(&line)))
		return "the key's number is 0 to 255";
	if (!read_hex(key->bytes, take_word(&line)))
		return "a key is 64 hexadecimal digits";
	if (take_word(&line).n > 0)
		return "something follows the key";
	for (i = 0; i < out->count; i++)
		if (out->list[i].purpose == key->purpose &&
		    out->list[i].number == key->number)
			return "this purpose has a key with that number";
	out->count++;
	return NULL;
}

static bool
read_lines(struct tsr_keys *out, struct tsr_log *log, const char *path,
    struct tsr_span text)
{
	size_t from, end;
	unsigned number = 0;
	const char *wrong;
	bool fine = true;

	for (from = 0; from < text.n; from = end + 1) {
		end = tsr_span_find(text, '\n', from);
		number++;
		wrong = read_line(out, tsr_span_part(text, from, end - from));
		if (wrong != NULL)
			tsr_log(log, "%s:%u: %s", path, number, wrong);
		fine = fine && wrong == NULL;
	}
	return fine;
}

/* The bytes of the file; NULL, or what is wrong. */
static const char *
slurp(struct tsr_keys *out, struct tsr_span *text, uint8_t *room, size_t n,
    int fd)
{
	struct stat st;
	ssize_t got = 1;
	size_t have = 0;

	if (fd == -1 || fstat(fd, &st) == -1)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a plain file";
	if ((st.st_mode & (S_IROTH | S_IWOTH)) != 0)
		return "everybody may read or write it";
	while (have < n && got > 0) {
		got = read(fd, room + have, n - have);
		if (got == -1)
			return strerror(errno);
		have += (size_t)got;
	}
	if (have == n)
		return "too large for a file of keys";
	*text = tsr_span_of(room, have);
	out->dev = st.st_dev;
	out->ino = st.st_ino;
	out->size = st.st_size;
	out->changed = st.st_mtim;
	return NULL;
}

bool
tsr_keys_read(struct tsr_keys *out, struct tsr_log *log, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct tsr_keys keys = {.count = 0};
	struct tsr_span text = {NULL, 0};
	uint8_t room[TSR_KEYS_FILE_MAX + 1];
	const char *wrong = slurp(&keys, &text, room, sizeof(room), fd);
	bool fine = wrong == NULL;

	if (fd != -1)
		close(fd);
	if (!fine)
		tsr_log(log, "%s: %s", path, wrong);
	fine = fine && read_lines(&keys, log, path, text);
	if (fine) {
		*out = keys;
		out->seal = (struct tsr_seal){out, sign, check};
	}
	sodium_memzero(room, sizeof(room));
	sodium_memzero(&keys, sizeof(keys));
	return fine;
}

void
tsr_keys_make(struct tsr_keys *out)
{
	unsigned i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < TSR_SEAL_COUNT; i++) {
		out->list[i].purpose = (enum tsr_seal_purpose)i;
		randombytes_buf(out->list[i].bytes, TSR_KEY_SIZE);
	}
	out->count = TSR_SEAL_COUNT;
	out->seal = (struct tsr_seal){out, sign, check};
}

void
tsr_keys_random(uint8_t out[TSR_RANDOM_SIZE])
{
	randombytes_buf(out, TSR_RANDOM_SIZE);
}

bool
tsr_keys_changed(const struct tsr_keys *keys, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 &&
	    (st.st_dev != keys->dev || st.st_ino != keys->ino ||
		st.st_size != keys->size ||
		st.st_mtim.tv_sec != keys->changed.tv_sec ||
		st.st_mtim.tv_nsec != keys->changed.tv_nsec);
}

void
tsr_keys_lend(struct tsr_request *request, struct tsr_keys *keys)
{
	request->seal = NULL;
	request->random = NULL;
	if (keys->count == 0)
		return;
	/* One call to the system for many requests; none is used twice. */
	if (keys->pool_left < TSR_RANDOM_SIZE) {
		randombytes_buf(keys->pool, sizeof(keys->pool));
		keys->pool_left = sizeof(keys->pool);
	}
	keys->pool_left -= TSR_RANDOM_SIZE;
	keys->seal.ctx = keys;
	request->seal = &keys->seal;
	request->random = keys->pool + keys->pool_left;
}
