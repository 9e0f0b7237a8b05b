/*
 * fcgi - FastCGI records in and out.
 */
#include "core/fcgi.h"

#include "core/digits.h"
#include "core/endpoint.h"

#define VERSION 1
#define RESPONDER 1
#define FLAG_KEEP 1
#define BEGIN_BODY 8

enum protocol_status {
	REQUEST_COMPLETE,
	CANT_MPX_CONN,
	OVERLOADED,
	UNKNOWN_ROLE
};

static const char *const names[] = {
    [TSR_FCGI_BEGIN] = "BEGIN_REQUEST",
    [TSR_FCGI_ABORT] = "ABORT_REQUEST",
    [TSR_FCGI_END] = "END_REQUEST",
    [TSR_FCGI_PARAMS] = "PARAMS",
    [TSR_FCGI_STDIN] = "STDIN",
    [TSR_FCGI_STDOUT] = "STDOUT",
    [TSR_FCGI_STDERR] = "STDERR",
    [TSR_FCGI_DATA] = "DATA",
    [TSR_FCGI_GET_VALUES] = "GET_VALUES",
    [TSR_FCGI_GET_VALUES_RESULT] = "GET_VALUES_RESULT",
    [TSR_FCGI_UNKNOWN_TYPE] = "UNKNOWN_TYPE",
};

const char *
tsr_fcgi_type_name(unsigned type)
{
	if (type == 0 || type >= TSR_COUNT_OF(names))
		return "unknown";
	return names[type];
}

void
tsr_fcgi_init(
    struct tsr_fcgi *fcgi, uint8_t *store, unsigned connections, bool trace)
{
	memset(fcgi, 0, sizeof(*fcgi));
	fcgi->store = store;
	fcgi->connections = connections;
	fcgi->trace = trace;
}

void
tsr_fcgi_header(
    uint8_t *out, enum tsr_fcgi_type type, uint16_t id, uint16_t n)
{
	out[0] = VERSION;
	out[1] = (uint8_t)type;
	out[2] = (uint8_t)(id >> 8);
	out[3] = (uint8_t)id;
	out[4] = (uint8_t)(n >> 8);
	out[5] = (uint8_t)n;
	out[6] = 0;
	out[7] = 0;
}

static void
end_record(uint8_t *out, uint16_t id, enum protocol_status status)
{
	tsr_fcgi_header(out, TSR_FCGI_END, id, 8);
	memset(out + TSR_FCGI_HEADER, 0, 8);
	out[TSR_FCGI_HEADER + 4] = (uint8_t)status;
}

void
tsr_fcgi_tail(uint8_t *out, uint16_t id)
{
	tsr_fcgi_header(out, TSR_FCGI_STDOUT, id, 0);
	end_record(out + TSR_FCGI_HEADER, id, REQUEST_COMPLETE);
}

void
tsr_fcgi_done(struct tsr_fcgi *fcgi)
{
	fcgi->id = 0;
	fcgi->store_n = 0;
	fcgi->params_done = false;
	fcgi->input_done = false;
	fcgi->body = 0;
	fcgi->kept_n = 0;
	fcgi->wanted = false;
}

bool
tsr_fcgi_idle(const struct tsr_fcgi *fcgi)
{
	return fcgi->id == 0 && fcgi->header_n == 0;
}

/* ---- names and values ---- */

/* A length of one or four bytes (FastCGI 3.4). */
static enum tsr_err
cut_length(uint64_t *out, struct tsr_span *in)
{
	size_t n = in->n > 0 && in->p[0] >= 0x80 ? 4 : 1;
	struct tsr_span s;

	if (tsr_span_cut(&s, in, n) != TSR_OK)
		return TSR_SHORT;
	*out = n == 1 ? s.p[0]
		      : (uint64_t)(s.p[0] & 0x7f) << 24 |
		(uint64_t)s.p[1] << 16 | (uint64_t)s.p[2] << 8 | s.p[3];
	return TSR_OK;
}

static enum tsr_err
cut_pair(struct tsr_param *out, struct tsr_span *in)
{
	uint64_t name, value;

	if (cut_length(&name, in) != TSR_OK || cut_length(&value, in) != TSR_OK)
		return TSR_SHORT;
	if (name + value > in->n)
		return TSR_SHORT;
	tsr_span_cut(&out->name, in, (size_t)name);
	tsr_span_cut(&out->value, in, (size_t)value);
	return TSR_OK;
}

enum tsr_err
tsr_fcgi_params(struct tsr_param *out, size_t *count, size_t cap,
    struct tsr_span stream)
{
	*count = 0;
	while (stream.n > 0) {
		if (*count == cap)
			return TSR_LONG;
		if (cut_pair(&out[*count], &stream) != TSR_OK)
			return TSR_SHORT;
		(*count)++;
	}
	return TSR_OK;
}

/* ---- what we say to records that are no request ---- */

static uint8_t *
put_value(uint8_t *p, struct tsr_span name, unsigned value)
{
	uint8_t room[TSR_DIGITS];
	struct tsr_span text = tsr_digits(room, value);

	*p++ = (uint8_t)name.n;
	*p++ = (uint8_t)text.n;
	memcpy(p, name.p, name.n);
	memcpy(p + name.n, text.p, text.n);
	return p + name.n + text.n;
}

/*
 * Each known name is answered once, however often it is asked for: so the
 * answer fits control[]. What did not fit small[] is not looked at.
 */
static enum tsr_fcgi_event
say_values(struct tsr_fcgi *fcgi)
{
	struct tsr_span known[] = {TSR_LIT("FCGI_MAX_CONNS"),
	    TSR_LIT("FCGI_MAX_REQS"), TSR_LIT("FCGI_MPXS_CONNS")};
	unsigned values[] = {fcgi->connections, fcgi->connections, 0};
	bool said[TSR_COUNT_OF(known)] = {false};
	struct tsr_span in = tsr_span_of(fcgi->small, fcgi->small_n);
	uint8_t *p = fcgi->control + TSR_FCGI_HEADER;
	struct tsr_param pair;
	size_t i;

	while (in.n > 0 && cut_pair(&pair, &in) == TSR_OK) {
		for (i = 0; i < TSR_COUNT_OF(known); i++) {
			if (said[i] || !tsr_span_eq(pair.name, known[i]))
				continue;
			said[i] = true;
			p = put_value(p, known[i], values[i]);
		}
	}
	fcgi->control_n = (size_t)(p - fcgi->control);
	tsr_fcgi_header(fcgi->control, TSR_FCGI_GET_VALUES_RESULT, 0,
	    (uint16_t)(fcgi->control_n - TSR_FCGI_HEADER));
	return TSR_FCGI_CONTROL;
}

static enum tsr_fcgi_event
say_unknown_type(struct tsr_fcgi *fcgi)
{
	uint8_t *p = fcgi->control;

	tsr_fcgi_header(p, TSR_FCGI_UNKNOWN_TYPE, 0, 8);
	memset(p + TSR_FCGI_HEADER, 0, 8);
	p[TSR_FCGI_HEADER] = fcgi->header[1];
	fcgi->control_n = TSR_FCGI_HEADER + 8;
	return TSR_FCGI_CONTROL;
}

static enum tsr_fcgi_event
say_end(struct tsr_fcgi *fcgi, uint16_t id, enum protocol_status status)
{
	end_record(fcgi->control, id, status);
	fcgi->control_n = TSR_FCGI_HEADER + 8;
	return TSR_FCGI_CONTROL;
}

/* ---- records ---- */

static uint16_t
record_id(const struct tsr_fcgi *fcgi)
{
	return (uint16_t)(fcgi->header[2] << 8 | fcgi->header[3]);
}

static enum tsr_fcgi_event
begin_request(struct tsr_fcgi *fcgi)
{
	const uint8_t *body = fcgi->small;
	uint16_t id = record_id(fcgi);
	bool keep = (body[2] & FLAG_KEEP) != 0;

	if (fcgi->small_n < BEGIN_BODY)
		return TSR_FCGI_BROKEN;
	if (fcgi->id != 0) {
		/* Its id can no longer be used, even if it is ours. */
		if (fcgi->id == id)
			tsr_fcgi_done(fcgi);
		return say_end(fcgi, id, CANT_MPX_CONN);
	}
	if ((body[0] << 8 | body[1]) != RESPONDER) {
		fcgi->close = !keep;
		return say_end(fcgi, id, UNKNOWN_ROLE);
	}
	fcgi->id = id;
	fcgi->keep = keep;
	return TSR_FCGI_MORE;
}

static enum tsr_fcgi_event
abort_request(struct tsr_fcgi *fcgi)
{
	uint16_t id = fcgi->id;

	fcgi->close = !fcgi->keep;
	tsr_fcgi_done(fcgi);
	return say_end(fcgi, id, REQUEST_COMPLETE);
}

/* Are the parameters those of a POST below /_tessera/? */
static bool
wants_body(const struct tsr_fcgi *fcgi)
{
	struct tsr_span in = tsr_span_of(fcgi->store, fcgi->store_n);
	struct tsr_param pair, method = {{NULL, 0}, {NULL, 0}};
	struct tsr_param uri = method, info = method;

	while (in.n > 0 && cut_pair(&pair, &in) == TSR_OK) {
		if (method.name.p == NULL &&
		    tsr_span_eq(pair.name, TSR_LIT("REQUEST_METHOD")))
			method = pair;
		else if (uri.name.p == NULL &&
		    tsr_span_eq(pair.name, TSR_LIT("REQUEST_URI")))
			uri = pair;
		else if (info.name.p == NULL &&
		    tsr_span_eq(pair.name, TSR_LIT("PATH_INFO")))
			info = pair;
	}
	return tsr_span_eq(method.value, TSR_LIT("POST")) &&
	    tsr_endpoint_is(uri.value.n > 0 ? uri.value : info.value);
}

/* More of a body; what does not fit is counted, up to one byte too many. */
static void
keep(struct tsr_fcgi *fcgi, struct tsr_span s)
{
	if (fcgi->kept == NULL || !fcgi->params_done || s.n == 0)
		return;
	if (fcgi->body == 0)
		fcgi->wanted = wants_body(fcgi);
	if (!fcgi->wanted || fcgi->kept_n > TSR_BODY_KEPT)
		return;
	if (s.n > TSR_BODY_KEPT - fcgi->kept_n) {
		fcgi->kept_n = TSR_BODY_KEPT + 1;
		return;
	}
	memcpy(fcgi->kept + fcgi->kept_n, s.p, s.n);
	fcgi->kept_n += s.n;
}

/* Some content of the record at hand; it is taken off *in. */
static enum tsr_fcgi_event
take_content(struct tsr_fcgi *fcgi, struct tsr_span *in)
{
	unsigned type = fcgi->header[1];
	uint16_t id = record_id(fcgi);
	struct tsr_span s;
	size_t n;

	tsr_span_cut(&s, in, in->n < fcgi->content ? in->n : fcgi->content);
	fcgi->content = (uint16_t)(fcgi->content - s.n);
	if (type == TSR_FCGI_BEGIN || type == TSR_FCGI_GET_VALUES) {
		n = sizeof(fcgi->small) - fcgi->small_n;
		n = s.n < n ? s.n : n;
		memcpy(fcgi->small + fcgi->small_n, s.p, n);
		fcgi->small_n += n;
	}
	if (id == 0 || id != fcgi->id)
		return TSR_FCGI_MORE;
	if (type == TSR_FCGI_PARAMS && !fcgi->params_done) {
		if (s.n > TSR_PARAMS_MAX - fcgi->store_n)
			return TSR_FCGI_TOO_LONG;
		memcpy(fcgi->store + fcgi->store_n, s.p, s.n);
		fcgi->store_n += s.n;
	} else if (type == TSR_FCGI_STDIN || type == TSR_FCGI_DATA) {
		if (type == TSR_FCGI_STDIN)
			keep(fcgi, s);
		fcgi->body += s.n;
		if (fcgi->body > TSR_BODY_MAX)
			return TSR_FCGI_TOO_BIG;
	}
	return TSR_FCGI_MORE;
}

/* The content of a record is complete; its padding may be still to come. */
static enum tsr_fcgi_event
end_content(struct tsr_fcgi *fcgi)
{
	bool empty = fcgi->header[4] == 0 && fcgi->header[5] == 0;
	unsigned type = fcgi->header[1];
	uint16_t id = record_id(fcgi);

	if (id == 0)
		return type == TSR_FCGI_GET_VALUES ? say_values(fcgi)
						   : say_unknown_type(fcgi);
	if (type == TSR_FCGI_BEGIN)
		return begin_request(fcgi);
	if (id != fcgi->id)
		return TSR_FCGI_MORE;
	if (type == TSR_FCGI_ABORT)
		return abort_request(fcgi);
	if (type == TSR_FCGI_PARAMS && empty)
		fcgi->params_done = true;
	else if (type == TSR_FCGI_STDIN && empty)
		fcgi->input_done = true;
	else
		return TSR_FCGI_MORE;
	return fcgi->params_done && fcgi->input_done ? TSR_FCGI_REQUEST
						     : TSR_FCGI_MORE;
}

/* Collect the header; TSR_FCGI_RECORD when it is there, MORE when not. */
static enum tsr_fcgi_event
take_header(struct tsr_fcgi *fcgi, struct tsr_span *in)
{
	size_t n = TSR_FCGI_HEADER - fcgi->header_n;
	struct tsr_span s;

	tsr_span_cut(&s, in, in->n < n ? in->n : n);
	memcpy(fcgi->header + fcgi->header_n, s.p, s.n);
	fcgi->header_n += (unsigned)s.n;
	if (fcgi->header_n > 0 && fcgi->header[0] != VERSION)
		return TSR_FCGI_BROKEN;
	if (fcgi->header_n < TSR_FCGI_HEADER)
		return TSR_FCGI_MORE;
	fcgi->content =
	    (uint16_t)(fcgi->header[4] << 8 | fcgi->header[5]);
	fcgi->padding = fcgi->header[6];
	fcgi->small_n = 0;
	fcgi->begun = true;
	return TSR_FCGI_RECORD;
}

/*
 * The content ends with an event (`begun` is cleared first), and the padding
 * is passed over by the next call: a request is answered without waiting for
 * padding that may come late.
 */
enum tsr_fcgi_event
tsr_fcgi_read(struct tsr_fcgi *fcgi, struct tsr_span *in)
{
	enum tsr_fcgi_event event;
	struct tsr_span skipped;

	for (;;) {
		if (fcgi->header_n < TSR_FCGI_HEADER) {
			if (in->n == 0)
				return TSR_FCGI_MORE;
			event = take_header(fcgi, in);
			if (event != TSR_FCGI_RECORD || fcgi->trace)
				return event;
		}
		if (fcgi->begun && fcgi->content > 0) {
			if (in->n == 0)
				return TSR_FCGI_MORE;
			event = take_content(fcgi, in);
			if (event != TSR_FCGI_MORE)
				return event;
			if (fcgi->content > 0)
				return TSR_FCGI_MORE;
		}
		if (fcgi->begun) {
			fcgi->begun = false;
			event = end_content(fcgi);
			if (event != TSR_FCGI_MORE)
				return event;
		}
		tsr_span_cut(&skipped, in,
		    in->n < fcgi->padding ? in->n : fcgi->padding);
		fcgi->padding = (uint8_t)(fcgi->padding - skipped.n);
		if (fcgi->padding > 0)
			return TSR_FCGI_MORE;
		fcgi->header_n = 0;
	}
}
