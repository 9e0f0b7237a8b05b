/*
 * event - what the visitor did: a batch of events, checked on arrival.
 */
#include "core/event.h"

#include "core/base64.h"
#include "core/event_field.h"
#include "core/jsonread.h"
#include "core/number.h"
#include "core/uuid.h"

/* Milliseconds in the years 1970 to 9999. */
#define MS_MAX 253402300799999.0

/* Members of an event, by their place in the table below. */
enum member {
	M_ID,
	M_K,
	M_N,
	M_T,
	M_F,
	M_AT,
	M_PAGE,
	M_VISITOR,
	M_RELEASE,
	M_SEEN,
	M_COUNT
};

#define BROWSER (1u << TSR_EVENT_FORM_BROWSER)
#define SERVER (1u << TSR_EVENT_FORM_SERVER)
#define LINE (1u << TSR_EVENT_FORM_LINE)

static const struct {
	char name[8];
	uint8_t forms, required; /* bits 1 << enum tsr_event_form */
} members[M_COUNT] = {
    [M_ID] = {"id", BROWSER | SERVER | LINE, BROWSER | SERVER | LINE},
    [M_K] = {"k", BROWSER | SERVER | LINE, BROWSER | SERVER | LINE},
    [M_N] = {"n", BROWSER | SERVER | LINE, BROWSER | SERVER | LINE},
    [M_T] = {"t", BROWSER | LINE, BROWSER},
    [M_F] = {"f", BROWSER | SERVER | LINE, 0},
    [M_AT] = {"at", SERVER | LINE, LINE},
    [M_PAGE] = {"page", SERVER | LINE, 0},
    [M_VISITOR] = {"visitor", SERVER | LINE, 0},
    [M_RELEASE] = {"release", LINE, LINE},
    [M_SEEN] = {"seen", LINE, 0},
};

static struct tsr_span
word(const char name[8])
{
	struct tsr_span s = tsr_span_of(name, 8);

	s.n = tsr_span_find(s, 0, 0);
	return s;
}

/* ---- forms of members ---- */

static bool
is_kind(struct tsr_span value, enum tsr_jsonread_kind kind)
{
	return tsr_jsonread_kind(value) == kind;
}

static bool
read_whole(uint64_t *out, struct tsr_span value, double least, double most)
{
	double d;

	if (!is_kind(value, TSR_JSONREAD_NUMBER) ||
	    !tsr_number_read(&d, value) || !(d >= least) || !(d <= most))
		return false;
	*out = (uint64_t)d;
	return true;
}

/* A whole number is meant, not one that is made whole. */
static bool
read_count(uint32_t *out, struct tsr_span value, uint32_t least, uint32_t most)
{
	uint64_t n;
	double d;

	if (!read_whole(&n, value, least, most) ||
	    !tsr_number_read(&d, value) || (double)n != d)
		return false;
	*out = (uint32_t)n;
	return true;
}

/*
 * A path as browsers have it: nothing in it needs an escape in JSON, but some
 * write \/ all the same. What follows a ? or # is not ours to know.
 */
static bool
read_path(struct tsr_span *out, struct tsr_span value,
    uint8_t room[TSR_PATH_MAX])
{
	struct tsr_span s;
	size_t i;

	if (!is_kind(value, TSR_JSONREAD_STRING) ||
	    !tsr_jsonread_text(&s, value, room, TSR_PATH_MAX) || s.n == 0 ||
	    s.n > TSR_PATH_MAX || s.p[0] != '/')
		return false;
	for (i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f || s.p[i] == '"' ||
		    s.p[i] == '\\' || s.p[i] == '?' || s.p[i] == '#')
			return false;
	*out = s;
	return true;
}

/* 128 bits, which have one text each. */
static bool
read_id(uint8_t id[TSR_EVENT_ID_SIZE], struct tsr_span *text,
    struct tsr_span value)
{
	struct tsr_span s = tsr_jsonread_parts(value), bytes;

	if (!is_kind(value, TSR_JSONREAD_STRING) || s.n != TSR_EVENT_ID_TEXT ||
	    tsr_base64_read(&bytes, s, id, TSR_EVENT_ID_SIZE) != TSR_OK)
		return false;
	*text = s;
	return true;
}

/* The same, or a UUID: another text of as many bits. */
static bool
read_event_id(uint8_t id[TSR_EVENT_ID_SIZE], struct tsr_span value)
{
	struct tsr_span text;

	return (is_kind(value, TSR_JSONREAD_STRING) &&
		   tsr_uuid_read(id, tsr_jsonread_parts(value))) ||
	    read_id(id, &text, value);
}

static bool
is_base64(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!tsr_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

static bool
is_hex16(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (tsr_hex(s.p[i]) < 0 || tsr_lower(s.p[i]) != s.p[i])
			return false;
	return s.n == 16;
}

/* ---- one event ---- */

static bool
fail(struct tsr_event *out, enum tsr_event_fault fault, struct tsr_span at)
{
	out->fault = fault;
	out->at = at;
	return false;
}

/* A member is not of its form. */
static bool
bad(struct tsr_event *out, enum tsr_event_fault fault, enum member m,
    const struct tsr_span values[M_COUNT])
{
	out->field = word(members[m].name);
	return fail(out, fault, values[m]);
}

/* The members of an event by name. */
static bool
take_members(struct tsr_event *out, struct tsr_span values[M_COUNT],
    enum tsr_event_form form)
{
	struct tsr_span rest = tsr_jsonread_parts(out->whole), name, value;
	size_t i;

	if (!is_kind(out->whole, TSR_JSONREAD_OBJECT))
		return fail(out, TSR_EVENT_SHAPE, out->whole);
	while (tsr_jsonread_member(&name, &value, &rest)) {
		for (i = 0; i < M_COUNT; i++)
			if ((members[i].forms & 1u << form) != 0 &&
			    tsr_jsonread_is(name, word(members[i].name)))
				break;
		if (i == M_COUNT)
			return fail(out, TSR_EVENT_MEMBER, name);
		if (values[i].p != NULL)
			return fail(out, TSR_EVENT_TWICE, name);
		values[i] = value;
	}
	for (i = 0; i < M_COUNT; i++)
		if ((members[i].required & 1u << form) != 0 &&
		    values[i].p == NULL) {
			out->field = word(members[i].name);
			return fail(out, TSR_EVENT_LACKS, out->whole);
		}
	return true;
}

/* Member m is there and not of its form. */
#define BAD(m, ok) (values[m].p != NULL && !(ok))

/* All but kind, version and fields. */
static bool
check_members(struct tsr_event *out, const struct tsr_span values[M_COUNT])
{
	uint8_t visitor[TSR_EVENT_ID_SIZE];

	if (!read_event_id(out->id, values[M_ID]))
		return bad(out, TSR_EVENT_BAD_ID, M_ID, values);
	if (BAD(M_T, read_whole(&out->t, values[M_T], 0, TSR_EVENT_OPEN_MAX)))
		return bad(out, TSR_EVENT_SHAPE, M_T, values);
	if (BAD(M_AT, read_whole(&out->at_ms, values[M_AT], 0, MS_MAX)))
		return bad(out, TSR_EVENT_SHAPE, M_AT, values);
	if (BAD(M_PAGE, read_path(&out->page, values[M_PAGE], out->room)))
		return bad(out, TSR_EVENT_SHAPE, M_PAGE, values);
	if (BAD(M_VISITOR, read_id(visitor, &out->visitor, values[M_VISITOR])))
		return bad(out, TSR_EVENT_BAD_ID, M_VISITOR, values);
	out->release = tsr_jsonread_parts(values[M_RELEASE]);
	if (BAD(M_RELEASE, is_kind(values[M_RELEASE], TSR_JSONREAD_STRING) &&
		is_hex16(out->release)))
		return bad(out, TSR_EVENT_SHAPE, M_RELEASE, values);
	if (BAD(M_SEEN, is_kind(values[M_SEEN], TSR_JSONREAD_OBJECT)))
		return bad(out, TSR_EVENT_SHAPE, M_SEEN, values);
	out->seen = values[M_SEEN];
	if (BAD(M_F, is_kind(values[M_F], TSR_JSONREAD_OBJECT)))
		return bad(out, TSR_EVENT_SHAPE, M_F, values);
	out->f = values[M_F];
	return true;
}

static bool
sends(const struct tsr_table *t, uint32_t kind, enum tsr_event_form form)
{
	const uint8_t *k =
	    tsr_table_record(t, TSR_SECTION_EVNT, kind, TSR_EVENT_SIZE);

	if (form == TSR_EVENT_FORM_LINE)
		return true;
	return (k[21] & 1u << (form == TSR_EVENT_FORM_SERVER
			? TSR_EVENT_SERVER : TSR_EVENT_BROWSER)) != 0;
}

static void
check_event(struct tsr_event *out, const struct tsr_table *t,
    enum tsr_event_form form, struct tsr_span whole)
{
	struct tsr_span values[M_COUNT];

	memset(out, 0, offsetof(struct tsr_event, room));
	memset(values, 0, sizeof(values));
	out->whole = whole;
	out->kind = TSR_EVENT_UNKNOWN;
	if (!take_members(out, values, form) || !check_members(out, values))
		return;
	out->name = tsr_jsonread_parts(values[M_K]);
	if (!is_kind(values[M_K], TSR_JSONREAD_STRING) ||
	    !tsr_event_named(out->name, true)) {
		(void)bad(out, TSR_EVENT_SHAPE, M_K, values);
		return;
	}
	if (!read_count(
		&out->version, values[M_N], 1, TSR_EVENT_VERSION_MAX)) {
		(void)bad(out, TSR_EVENT_SHAPE, M_N, values);
		return;
	}
	out->kind = tsr_event_find(t, out->name, out->version);
	if (out->kind == TSR_EVENT_UNKNOWN &&
	    tsr_event_find(t, out->name, 0) == TSR_EVENT_UNKNOWN)
		(void)fail(out, TSR_EVENT_NO_KIND, values[M_K]);
	else if (out->kind == TSR_EVENT_UNKNOWN)
		(void)fail(out, TSR_EVENT_NO_VERSION, values[M_N]);
	else if (!sends(t, out->kind, form))
		(void)fail(out, TSR_EVENT_SENDER, values[M_K]);
	else
		tsr_event_fields(out, t);
}

enum tsr_event_fault
tsr_event_line(struct tsr_event *out, const struct tsr_table *t,
    struct tsr_span line)
{
	struct tsr_span value;

	if (tsr_jsonread_check(&value, line)) {
		check_event(out, t, TSR_EVENT_FORM_LINE, value);
		return out->fault;
	}
	memset(out, 0, offsetof(struct tsr_event, room));
	out->kind = TSR_EVENT_UNKNOWN;
	out->whole = line;
	(void)fail(out, TSR_EVENT_SYNTAX, line);
	return out->fault;
}

/* ---- a batch ---- */

enum envelope {
	E_V,
	E_EVENTS,
	E_PAGE,
	E_WHY,
	E_ID,
	E_C,
	E_MINUTE,
	E_COUNTS,
	E_COUNT
};

static const struct {
	char name[8];
	uint8_t forms, required; /* as of members */
} envelope[E_COUNT] = {
    [E_V] = {"v", BROWSER | SERVER, BROWSER | SERVER},
    [E_EVENTS] = {"events", BROWSER | SERVER, BROWSER | SERVER},
    [E_PAGE] = {"page", BROWSER, BROWSER},
    [E_WHY] = {"why", BROWSER, 0},
    [E_ID] = {"id", BROWSER | LINE, 0},
    [E_C] = {"c", BROWSER, 0},
    [E_MINUTE] = {"minute", LINE, LINE},
    [E_COUNTS] = {"counts", LINE, LINE},
};

static enum tsr_event_fault
refuse(struct tsr_event_batch *out, enum tsr_event_fault fault,
    struct tsr_span at)
{
	out->at = at;
	return fault;
}

static enum tsr_event_fault
lacks(struct tsr_event_batch *out, enum envelope m, struct tsr_span whole)
{
	out->field = word(envelope[m].name);
	return refuse(out, TSR_EVENT_LACKS, whole);
}

static enum tsr_event_fault
take_envelope(struct tsr_event_batch *out, struct tsr_span values[E_COUNT],
    struct tsr_span whole)
{
	struct tsr_span rest = tsr_jsonread_parts(whole), name, value;
	size_t i;

	if (!is_kind(whole, TSR_JSONREAD_OBJECT))
		return refuse(out, TSR_EVENT_SHAPE, whole);
	while (tsr_jsonread_member(&name, &value, &rest)) {
		for (i = 0; i < E_COUNT; i++)
			if ((envelope[i].forms & 1u << out->form) != 0 &&
			    tsr_jsonread_is(name, word(envelope[i].name)))
				break;
		if (i == E_COUNT)
			return refuse(out, TSR_EVENT_MEMBER, name);
		if (values[i].p != NULL)
			return refuse(out, TSR_EVENT_TWICE, name);
		values[i] = value;
	}
	for (i = 0; i < E_COUNT; i++)
		if ((envelope[i].required & 1u << out->form) != 0 &&
		    values[i].p == NULL)
			return lacks(out, (enum envelope)i, whole);
	/* By it they are counted once. */
	if (values[E_C].p != NULL && values[E_ID].p == NULL)
		return lacks(out, E_ID, whole);
	return TSR_EVENT_FINE;
}

/* A member is not of its form. */
static enum tsr_event_fault
wrong(struct tsr_event_batch *out, enum tsr_event_fault fault,
    enum envelope m, const struct tsr_span values[E_COUNT])
{
	out->field = word(envelope[m].name);
	return refuse(out, fault, values[m]);
}

/*
 * A page's text of why: signed, or blank where there is no key. A page that is
 * the same for everybody has its path instead, which says nothing new.
 */
static bool
read_why(struct tsr_span *out, struct tsr_span s)
{
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	*out = tsr_span_part(s, 0, s.n > 0 && s.p[0] == '/' ? 0 : s.n);
	return is_base64(*out);
}

/* Of a batch alone: events, and what they have in common. */
static enum tsr_event_fault
check_events(
    struct tsr_event_batch *out, const struct tsr_span values[E_COUNT])
{
	uint32_t v;
	size_t n;

	if (!read_count(&v, values[E_V], 1, 1))
		return wrong(out, TSR_EVENT_SHAPE, E_V, values);
	if (BAD(E_PAGE, read_path(&out->page, values[E_PAGE], out->room)))
		return wrong(out, TSR_EVENT_SHAPE, E_PAGE, values);
	if (BAD(E_WHY, is_kind(values[E_WHY], TSR_JSONREAD_STRING) &&
		read_why(&out->why, tsr_jsonread_parts(values[E_WHY]))))
		return wrong(out, TSR_EVENT_SHAPE, E_WHY, values);
	if (!is_kind(values[E_EVENTS], TSR_JSONREAD_ARRAY))
		return wrong(out, TSR_EVENT_SHAPE, E_EVENTS, values);
	n = tsr_jsonread_count(values[E_EVENTS]);
	if (n > TSR_EVENTS_MAX)
		return wrong(out, TSR_EVENT_MANY, E_EVENTS, values);
	out->count = (uint32_t)n;
	out->rest = tsr_jsonread_parts(values[E_EVENTS]);
	return TSR_EVENT_FINE;
}

static enum tsr_event_fault
check_envelope(
    struct tsr_event_batch *out, const struct tsr_span values[E_COUNT])
{
	bool line = out->form == TSR_EVENT_FORM_LINE;
	enum envelope counts = line ? E_COUNTS : E_C;
	enum tsr_event_fault fault =
	    line ? TSR_EVENT_FINE : check_events(out, values);

	if (fault != TSR_EVENT_FINE)
		return fault;
	if (BAD(E_ID, read_event_id(out->id, values[E_ID])))
		return wrong(out, TSR_EVENT_BAD_ID, E_ID, values);
	out->has_id = values[E_ID].p != NULL;
	if (BAD(E_MINUTE, read_whole(&out->minute, values[E_MINUTE], 0,
			      MS_MAX) && out->minute % 60000 == 0))
		return wrong(out, TSR_EVENT_SHAPE, E_MINUTE, values);
	if (BAD(counts, is_kind(values[counts], TSR_JSONREAD_OBJECT)))
		return wrong(out, TSR_EVENT_SHAPE, counts, values);
	out->counters = tsr_jsonread_parts(values[counts]);
	return TSR_EVENT_FINE;
}

enum tsr_event_fault
tsr_event_open(struct tsr_event_batch *out, const struct tsr_table *t,
    enum tsr_event_form form, struct tsr_span bytes)
{
	struct tsr_span values[E_COUNT], whole;
	enum tsr_event_fault fault;

	memset(out, 0, offsetof(struct tsr_event_batch, room));
	memset(values, 0, sizeof(values));
	out->table = t;
	out->form = form;
	if (!tsr_jsonread_check(&whole, bytes))
		return refuse(out, TSR_EVENT_SYNTAX, bytes);
	fault = take_envelope(out, values, whole);
	return fault == TSR_EVENT_FINE ? check_envelope(out, values) : fault;
}

bool
tsr_event_next(struct tsr_event *out, struct tsr_event_batch *batch)
{
	struct tsr_span item;

	if (!tsr_jsonread_item(&item, &batch->rest))
		return false;
	check_event(out, batch->table, batch->form, item);
	return true;
}

/* True when this kind was counted before in this batch. */
static bool
counted(struct tsr_event_batch *batch, uint32_t kind)
{
	uint64_t bit = (uint64_t)1 << kind % 64;
	bool was;

	if (kind >= TSR_EVENT_KINDS_MAX)
		return false;
	was = (batch->counted[kind / 64] & bit) != 0;
	batch->counted[kind / 64] |= bit;
	return was;
}

bool
tsr_event_counter(struct tsr_event_counter *out, struct tsr_event_batch *batch)
{
	/* Sums of the log may be any. */
	uint32_t most = batch->form == TSR_EVENT_FORM_LINE
	    ? UINT32_MAX : TSR_EVENT_COUNT_MAX;
	struct tsr_span name, value;

	if (!tsr_jsonread_member(&name, &value, &batch->counters))
		return false;
	memset(out, 0, sizeof(*out));
	out->at = name;
	out->kind = TSR_EVENT_UNKNOWN;
	out->name = tsr_jsonread_parts(name);
	if (!tsr_event_named(out->name, true)) {
		out->fault = TSR_EVENT_SHAPE;
		return true;
	}
	if (!read_count(&out->n, value, 0, most)) {
		out->at = value;
		out->fault = TSR_EVENT_SHAPE;
		return true;
	}
	out->kind = tsr_event_find(batch->table, out->name, 0);
	if (out->kind == TSR_EVENT_UNKNOWN)
		out->fault = TSR_EVENT_NO_KIND;
	else if (!sends(batch->table, out->kind, batch->form))
		out->fault = TSR_EVENT_SENDER;
	else if (counted(batch, out->kind))
		out->fault = TSR_EVENT_TWICE;
	return true;
}

/* ---- kinds, faults ---- */

uint32_t
tsr_event_find(
    const struct tsr_table *t, struct tsr_span name, uint32_t version)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_EVNT), i;
	uint32_t found = TSR_EVENT_UNKNOWN;
	const uint8_t *k;

	for (i = 0; i < count && i < TSR_EVENT_KINDS_MAX; i++) {
		k = tsr_table_record(t, TSR_SECTION_EVNT, i, TSR_EVENT_SIZE);
		if ((version == 0 || tsr_le32(k + 8) == version) &&
		    tsr_span_eq(tsr_table_text(t, k), name))
			found = i;
	}
	return found;
}

enum tsr_purpose
tsr_event_purpose(const struct tsr_table *t, uint32_t kind)
{
	const uint8_t *k =
	    tsr_table_record(t, TSR_SECTION_EVNT, kind, TSR_EVENT_SIZE);

	return k != NULL && k[20] < TSR_PURPOSE_COUNT ? (enum tsr_purpose)k[20]
						      : TSR_PURPOSE_NONE;
}

bool
tsr_event_aside(enum tsr_event_fault fault)
{
	return fault == TSR_EVENT_NO_KIND || fault == TSR_EVENT_NO_VERSION;
}

static const struct {
	const char *name, *text;
} faults[TSR_EVENT_FAULT_COUNT] = {
    [TSR_EVENT_FINE] = {"fine", "nothing is wrong"},
    [TSR_EVENT_NO_KIND] = {"unknown-kind", "this release has no such kind"},
    [TSR_EVENT_NO_VERSION] = {"unknown-version",
	"this release has the kind, not in this version"},
    [TSR_EVENT_SYNTAX] = {"syntax",
	"this is not JSON in UTF-8, or is nested too deep"},
    [TSR_EVENT_SHAPE] = {"shape", "this member has another type or form"},
    [TSR_EVENT_MEMBER] = {"unknown-member", "there is no such member"},
    [TSR_EVENT_TWICE] = {"twice", "this is named twice"},
    [TSR_EVENT_LACKS] = {"lacks-member", "a member is missing"},
    [TSR_EVENT_MANY] = {"too-many", "a batch may not have so many events"},
    [TSR_EVENT_BAD_ID] = {"id",
	"an id is 128 bits: 22 characters of base64url, or a UUID"},
    [TSR_EVENT_SENDER] = {"sender", "this kind does not come from here"},
    [TSR_EVENT_NO_FIELD] = {"unknown-field", "the kind has no such field"},
    [TSR_EVENT_MISSING] = {"lacks-field", "a required field is missing"},
    [TSR_EVENT_BAD_TYPE] = {"type", "the field has another type"},
    [TSR_EVENT_BAD_RANGE] = {"range", "the number is out of range"},
    [TSR_EVENT_BAD_LENGTH] = {"length", "the text is too long or too short"},
    [TSR_EVENT_BAD_CHOICE] = {"choice", "the text is none of those allowed"},
    [TSR_EVENT_BAD_PATTERN] = {"pattern",
	"the text does not match the pattern"},
};

const char *
tsr_event_fault_name(enum tsr_event_fault fault)
{
	return fault < TSR_EVENT_FAULT_COUNT ? faults[fault].name : "";
}

const char *
tsr_event_fault_text(enum tsr_event_fault fault)
{
	return fault < TSR_EVENT_FAULT_COUNT ? faults[fault].text : "";
}
