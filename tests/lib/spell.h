/*
 * spell - a visitor drawn at random, and the request that says who it is.
 *
 * Every value of the visitor is spelled as its source wants it: a header, a
 * cookie or a parameter, percent-encoded here and there, among decoys. Some
 * are not well formed, some lack consent: those the visitor does not have.
 * What stands beside a request is beside.h: its attributes are missing here.
 */
#ifndef TSR_TESTS_SPELL_H
#define TSR_TESTS_SPELL_H

#include "lib/visitor.h"

/* What a request says, in the bytes that are sent. */
struct tsr_spelled {
	struct tsr_buf headers; /* a JSON array of pairs */
	struct tsr_buf cookie, query;
};

void tsr_spelled_init(struct tsr_spelled *out);
void tsr_spelled_free(struct tsr_spelled *out);

struct tsr_speller {
	const struct tsr_rules *rules;
	struct tsr_span consent_cookie; /* empty: the site asks for none */
	const struct tsr_span *ids;	/* of records, as values of texts */
	size_t id_count;
	struct tsr_dice dice;
	int64_t now; /* milliseconds since 1970 */
	struct tsr_span mobile; /* what Sec-CH-UA-Mobile was said to be */
};

/*
 * Draw a visitor and spell it. The result holds the attributes that a server
 * should find in the request, and the time.
 */
struct tsr_json tsr_spell_random(struct tsr_spelled *out,
    struct tsr_speller *speller, struct tsr_arena *arena);

/* Spell the given values plainly, with consent to everything. */
struct tsr_json tsr_spell_values(struct tsr_spelled *out,
    struct tsr_speller *speller, const struct tsr_json *values,
    struct tsr_arena *arena);

/*
 * spell_signal.c: values that are worked out from more than one text, and
 * JSON. True when the server should find *value; values: the visitor's, or
 * NULL for one at random.
 */
bool tsr_spell_signal(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *speller, const struct tsr_rules_attribute *attribute,
    const struct tsr_json *values, struct tsr_arena *arena);
struct tsr_json tsr_spell_json(
    struct tsr_speller *speller, struct tsr_arena *arena);

/* Add a header to what is said. */
void tsr_spell_header(struct tsr_spelled *out, struct tsr_span name,
    struct tsr_span value);

/* Bytes as a JSON string with one character, up to U+00FF, for each. */
void tsr_spell_bytes(struct tsr_buf *out, struct tsr_span bytes);

#endif
