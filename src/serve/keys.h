/*
 * keys - the keys that sign what visitors bring back (libsodium).
 *
 * A file has lines `PURPOSE NUMBER HEX`: state, why, preview or events; 0 to
 * 255; 32 bytes as 64 hexadecimal digits. Empty lines and lines that begin
 * with # do not count. The first key of a purpose signs, all of them verify.
 * Nothing is allocated, and a key is never printed.
 */
#ifndef TSR_SERVE_KEYS_H
#define TSR_SERVE_KEYS_H

#include <sys/types.h>
#include <time.h>

#include "core/seal.h"
#include "core/request.h"
#include "serve/log.h"

#define TSR_KEY_SIZE 32

struct tsr_key {
	enum tsr_seal_purpose purpose;
	uint8_t number;
	uint8_t bytes[TSR_KEY_SIZE];
};

struct tsr_keys {
	struct tsr_key list[TSR_KEYS_MAX];
	size_t count;
	struct tsr_seal seal; /* its ctx is this struct: do not move it */
	/* Which file that was. */
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
	/* Random bytes that wait to be used. */
	uint8_t pool[TSR_RANDOM_SIZE * 64];
	size_t pool_left;
};

/* The word of a purpose: "state". */
const char *tsr_keys_purpose(enum tsr_seal_purpose purpose);

/* Ready libsodium, once, before anything else here. False: it is broken. */
bool tsr_keys_start(void);

/*
 * Read a file of keys; what is wrong is logged with its line, and *out is as
 * it was. Others may not read or write it.
 */
bool tsr_keys_read(
    struct tsr_keys *out, struct tsr_log *log, const char *path);

/* New keys, one for each purpose, that are nowhere but in memory. */
void tsr_keys_make(struct tsr_keys *out);

/* Fresh random bytes; for any thread. */
void tsr_keys_random(uint8_t out[TSR_RANDOM_SIZE]);

/* Has the file changed since it was read? One that is gone has not. */
bool tsr_keys_changed(const struct tsr_keys *keys, const char *path);

/* Give a request its seal and its random bytes. */
void tsr_keys_lend(struct tsr_request *request, struct tsr_keys *keys);

#endif
