/*
 * state_text - the visitor state as the text of a signed cookie.
 */
#include "core/state_text.h"

#include "core/base64.h"

#define VERSION 2
#define HEADER 11
#define RAW_MAX TSR_BASE64_BYTES(TSR_STATE_TEXT)

/*
 * Everything but the buckets always fits, so that dropping them is enough:
 * header, journey, id and their count, history, counters, scores, signature.
 */
_Static_assert(HEADER + 5 + 5 + 2 + TSR_CAMPAIGN_MAX + TSR_RANDOM_SIZE + 1 +
		15 + 1 + TSR_COUNTERS_MAX * 9 + 1 + TSR_VECTORS_MAX * 11 +
		TSR_SEAL_SIZE <= RAW_MAX,
    "a state without buckets fits into the cookie");
_Static_assert(TSR_BUCKETS_MAX < 256 && TSR_COUNTERS_MAX < 256,
    "counts are bytes");

#define PURPOSES                                                               \
	(1u << TSR_PURPOSE_FUNCTIONAL | 1u << TSR_PURPOSE_ANALYTICS |          \
	    1u << TSR_PURPOSE_PERSONALIZATION)

/* ---- reading ---- */

/* What is left, and whether anything was wrong so far. */
struct reader {
	struct tsr_span in;
	bool bad;
};

static uint8_t
take_byte(struct reader *r)
{
	struct tsr_span one;

	if (tsr_span_cut(&one, &r->in, 1) != TSR_OK) {
		r->bad = true;
		return 0;
	}
	return one.p[0];
}

static uint32_t
take_word(struct reader *r)
{
	struct tsr_span four;

	if (tsr_span_cut(&four, &r->in, 4) != TSR_OK) {
		r->bad = true;
		return 0;
	}
	return tsr_le32(four.p);
}

static void
take_bytes(uint8_t *out, size_t n, struct reader *r)
{
	struct tsr_span bytes;

	if (tsr_span_cut(&bytes, &r->in, n) != TSR_OK)
		r->bad = true;
	else if (n > 0)
		memcpy(out, bytes.p, n);
}

static uint32_t
take_number(struct reader *r)
{
	uint64_t v = 0;
	unsigned shift;
	uint8_t byte = 0x80;

	for (shift = 0; shift <= 28 && (byte & 0x80) != 0; shift += 7) {
		byte = take_byte(r);
		v |= (uint64_t)(byte & 0x7f) << shift;
	}
	/* Not ended, too large, or a last byte that says nothing. */
	if ((byte & 0x80) != 0 || v > UINT32_MAX || (shift > 7 && byte == 0))
		r->bad = true;
	return (uint32_t)v;
}

/* A moment so many seconds before `issued`. */
static uint32_t
take_moment(struct reader *r, uint32_t issued)
{
	uint32_t age = take_number(r);

	if (age > issued) {
		r->bad = true;
		return 0;
	}
	return issued - age;
}

static void
read_functional(struct tsr_state *s, struct reader *r)
{
	s->session_start = take_moment(r, s->issued);
	s->session_pages = take_number(r);
	s->entry = take_byte(r);
	s->campaign_n = take_byte(r);
	if (s->entry >= TSR_ENTRY_COUNT || s->campaign_n > TSR_CAMPAIGN_MAX)
		r->bad = true;
	else
		take_bytes(s->campaign, s->campaign_n, r);
}

static void
read_analytics(struct tsr_state *s, struct reader *r)
{
	struct tsr_bucket *b;
	uint32_t i, count, version, day;

	take_bytes(s->id, sizeof(s->id), r);
	count = take_byte(r);
	if (count > TSR_BUCKETS_MAX)
		r->bad = true;
	for (i = 0; i < count && !r->bad; i++) {
		b = &s->buckets[i];
		b->experiment = take_word(r);
		version = take_number(r);
		b->arm = take_byte(r);
		day = take_number(r);
		b->version = (uint16_t)version;
		b->day = (uint16_t)day;
		b->ended = false;
		if (version > UINT16_MAX || day > UINT16_MAX ||
		    (i > 0 && b->experiment <= b[-1].experiment))
			r->bad = true;
	}
	s->bucket_count = i;
}

static void
read_points(struct tsr_state *s, struct reader *r)
{
	struct tsr_points *p;
	uint32_t i, count = take_byte(r);

	if (count > TSR_VECTORS_MAX)
		r->bad = true;
	for (i = 0; i < count && !r->bad; i++) {
		p = &s->points_of[i];
		p->name = take_byte(r);
		p->name = (uint16_t)(p->name | take_byte(r) << 8);
		p->points = take_number(r);
		p->at = take_moment(r, s->issued);
		if (p->points == 0 || p->points > TSR_SCORE_CAP * 256 ||
		    (i > 0 && p->name <= p[-1].name))
			r->bad = true;
	}
	s->points_count = i;
}

static void
read_personalization(struct tsr_state *s, struct reader *r)
{
	struct tsr_counter *c;
	uint32_t i, count;

	s->first_seen = take_moment(r, s->issued);
	s->visits = take_number(r);
	s->pages = take_number(r);
	count = take_byte(r);
	if (count > TSR_COUNTERS_MAX)
		r->bad = true;
	for (i = 0; i < count && !r->bad; i++) {
		c = &s->counters[i];
		c->name = take_word(r);
		c->value = take_number(r);
		if (c->value == 0 || (i > 0 && c->name <= c[-1].name))
			r->bad = true;
	}
	s->counter_count = i;
	read_points(s, r);
}

/* The bytes without their signature, which is right. */
static enum tsr_err
read_bytes(struct tsr_state *out, struct tsr_span bytes, int64_t now)
{
	struct reader r = {bytes, false};

	out->issued = tsr_le32(bytes.p + 2);
	out->expires = tsr_le32(bytes.p + 6);
	out->purposes = bytes.p[10];
	r.in = tsr_span_from(bytes, HEADER);
	if (out->purposes == 0 || (out->purposes & ~PURPOSES) != 0 ||
	    out->expires <= out->issued ||
	    out->expires - out->issued > TSR_STATE_DAYS_MAX * 86400u)
		return TSR_RANGE;
	if ((out->purposes & 1u << TSR_PURPOSE_FUNCTIONAL) != 0)
		read_functional(out, &r);
	if ((out->purposes & 1u << TSR_PURPOSE_ANALYTICS) != 0)
		read_analytics(out, &r);
	if ((out->purposes & 1u << TSR_PURPOSE_PERSONALIZATION) != 0)
		read_personalization(out, &r);
	if (r.bad || r.in.n > 0)
		return TSR_RANGE;
	return now / 1000 >= (int64_t)out->expires ? TSR_MISSING : TSR_OK;
}

enum tsr_err
tsr_state_read(struct tsr_state *out, struct tsr_span text,
    const struct tsr_seal *seal, int64_t now)
{
	uint8_t room[RAW_MAX];
	struct tsr_span all;
	enum tsr_err err;

	memset(out, 0, sizeof(*out));
	if (text.n > TSR_STATE_TEXT)
		return TSR_LONG;
	err = tsr_base64_read(&all, text, room, sizeof(room));
	if (err != TSR_OK)
		return err;
	if (all.n < HEADER + TSR_SEAL_SIZE)
		return TSR_SHORT;
	if (all.p[0] != VERSION)
		return TSR_VERSION;
	all.n -= TSR_SEAL_SIZE;
	if (!seal->check(seal->ctx, TSR_SEAL_STATE, all.p[1], all,
		all.p + all.n))
		return TSR_CHECKSUM;
	err = read_bytes(out, all, now);
	if (err != TSR_OK)
		memset(out, 0, sizeof(*out));
	return err;
}

/* ---- writing ---- */

/* n goes on counting past the end, so that one knows what it would take. */
struct writer {
	uint8_t bytes[RAW_MAX];
	size_t n;
};

static void
put_byte(struct writer *w, uint32_t v)
{
	if (w->n < sizeof(w->bytes))
		w->bytes[w->n] = (uint8_t)v;
	w->n++;
}

static void
put_word(struct writer *w, uint32_t v)
{
	unsigned shift;

	for (shift = 0; shift < 32; shift += 8)
		put_byte(w, v >> shift & 0xff);
}

static void
put_bytes(struct writer *w, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		put_byte(w, p[i]);
}

static void
put_number(struct writer *w, uint32_t v)
{
	for (; v >= 0x80; v >>= 7)
		put_byte(w, (v & 0x7f) | 0x80);
	put_byte(w, v);
}

static void
put_state(struct writer *w, const struct tsr_state *s, uint8_t key)
{
	uint32_t i;

	w->n = 0;
	put_byte(w, VERSION);
	put_byte(w, key);
	put_word(w, s->issued);
	put_word(w, s->expires);
	put_byte(w, s->purposes);
	if ((s->purposes & 1u << TSR_PURPOSE_FUNCTIONAL) != 0) {
		put_number(w, s->issued - s->session_start);
		put_number(w, s->session_pages);
		put_byte(w, s->entry);
		put_byte(w, s->campaign_n);
		put_bytes(w, s->campaign, s->campaign_n);
	}
	if ((s->purposes & 1u << TSR_PURPOSE_ANALYTICS) != 0) {
		put_bytes(w, s->id, sizeof(s->id));
		put_byte(w, s->bucket_count);
		for (i = 0; i < s->bucket_count; i++) {
			put_word(w, s->buckets[i].experiment);
			put_number(w, s->buckets[i].version);
			put_byte(w, s->buckets[i].arm);
			put_number(w, s->buckets[i].day);
		}
	}
	if ((s->purposes & 1u << TSR_PURPOSE_PERSONALIZATION) != 0) {
		put_number(w, s->issued - s->first_seen);
		put_number(w, s->visits);
		put_number(w, s->pages);
		put_byte(w, s->counter_count);
		for (i = 0; i < s->counter_count; i++) {
			put_word(w, s->counters[i].name);
			put_number(w, s->counters[i].value);
		}
		put_byte(w, s->points_count);
		for (i = 0; i < s->points_count; i++) {
			put_byte(w, s->points_of[i].name & 0xff);
			put_byte(w, s->points_of[i].name >> 8);
			put_number(w, s->points_of[i].points);
			put_number(w, s->issued - s->points_of[i].at);
		}
	}
}

size_t
tsr_state_write(uint8_t out[TSR_STATE_TEXT], struct tsr_state *state,
    const struct tsr_seal *seal)
{
	uint8_t signature[TSR_SEAL_SIZE], key = 0;
	struct writer w;

	/* Which key signs is known only by asking, and it is signed too. */
	if (!seal->sign(signature, &key, seal->ctx, TSR_SEAL_STATE,
		tsr_span_of(NULL, 0)))
		return 0;
	put_state(&w, state, key);
	while (w.n > RAW_MAX - TSR_SEAL_SIZE && tsr_state_bucket_drop(state))
		put_state(&w, state, key);
	if (w.n > RAW_MAX - TSR_SEAL_SIZE ||
	    !seal->sign(signature, &key, seal->ctx, TSR_SEAL_STATE,
		tsr_span_of(w.bytes, w.n)))
		return 0;
	put_bytes(&w, signature, sizeof(signature));
	return tsr_base64_write(out, tsr_span_of(w.bytes, w.n));
}
