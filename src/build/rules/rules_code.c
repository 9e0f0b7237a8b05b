/*
 * rules_code - operands and instructions of core's expressions.
 */
#include "build/rules/rules_code.h"

#include "core/jsontext.h"
#include "core/lower.h"
#include "core/number.h"
#include "core/number_text.h"

#define CODE_MAX 60000

unsigned
tsr_code_fail(struct maker *m, struct tsr_where where, const char *text)
{
	if (!m->failed)
		tsr_diag_add(
		    m->rules->diag, TSR_ERROR, "R005", where, "%s", text);
	m->failed = true;
	return TSR_EXPRESSION_FALSE;
}

/* What the reference answers false to, and what an author is told. */
unsigned
tsr_code_refuse(struct maker *m, const struct tsr_json *v, struct exits go,
    const char *text)
{
	return m->rules->relaxed ? go.no
				 : tsr_code_fail(m, tsr_json_where(v), text);
}

/* ---- operands ---- */

uint32_t
tsr_code_constant(struct maker *m, struct tsr_json v)
{
	m->constants = tsr_arena_grow(m->rules->arena, m->constants,
	    m->constant_count, &m->constant_cap, sizeof(*m->constants));
	m->constants[m->constant_count++] = v;
	return (uint32_t)m->constant_count;
}

struct tsr_json
tsr_code_number(double d)
{
	return (struct tsr_json){.type = TSR_JSON_REAL, .u.real = d};
}

struct tsr_json
tsr_code_null(void)
{
	return (struct tsr_json){.type = TSR_JSON_NULL};
}

struct tsr_span
tsr_code_lower(struct maker *m, struct tsr_span s)
{
	size_t room = s.n * 3 + 8;
	struct tsr_span out = s;

	(void)tsr_lower_text(
	    &out, s, tsr_arena_alloc(m->rules->arena, room), room);
	return out;
}

/* The number of which a string is the text, or null. */
struct tsr_json
tsr_code_number_of(struct tsr_span s)
{
	uint8_t text[TSR_NUMBER_TEXT];
	double d;

	if (!tsr_number_read(&d, s) ||
	    !tsr_span_eq(s, tsr_span_of(text, tsr_number_text(text, d))))
		return tsr_code_null();
	return tsr_code_number(d);
}

/* v, written as JSON, by what makes JavaScript's text of it; in the arena. */
static struct tsr_span
text_by(struct maker *m, const struct tsr_json *v,
    void (*write)(struct tsr_jsontext *text, struct tsr_span json))
{
	struct tsr_buf json;
	struct tsr_jsontext text = {NULL, 0, {NULL, 0}, 0, false};

	tsr_buf_init(&json, SIZE_MAX / 2);
	tsr_json_write(&json, v);
	text.cap = json.n * 22 + 32;
	text.room = tsr_arena_alloc(m->rules->arena, text.cap);
	write(&text, tsr_buf_view(&json));
	tsr_buf_free(&json);
	return tsr_span_of(text.room, text.n);
}

/* String(v), in the arena. */
struct tsr_span
tsr_code_text_of(struct maker *m, const struct tsr_json *v)
{
	return v->type == TSR_JSON_STRING
	    ? v->u.string : text_by(m, v, tsr_jsontext_string);
}

/* JSON.stringify(v), in the arena. */
struct tsr_span
tsr_code_json_of(struct maker *m, const struct tsr_json *v)
{
	return text_by(m, v, tsr_jsontext_json);
}

/* ---- instructions ---- */

unsigned
tsr_code_emit(struct maker *m, enum tsr_expression_op op, struct pick pick,
    struct operands with, struct exits go)
{
	if (m->count == CODE_MAX || pick.path > UINT16_MAX)
		return tsr_code_fail(m, m->where, "this condition is too large");
	tsr_buf_byte(&m->code, (uint8_t)op);
	tsr_buf_byte(&m->code, (uint8_t)pick.flags);
	tsr_buf_le16(&m->code, (uint16_t)pick.path);
	tsr_buf_le32(&m->code, with.first);
	tsr_buf_le32(&m->code, with.count);
	tsr_buf_le16(&m->code, 0);
	tsr_buf_le16(&m->code, (uint16_t)go.yes);
	tsr_buf_le16(&m->code, (uint16_t)go.no);
	tsr_buf_le16(&m->code, 0);
	return m->count++;
}

/* One with one operand. */
unsigned
tsr_code_one(struct maker *m, enum tsr_expression_op op, struct pick pick,
    struct tsr_json v, struct exits go)
{
	struct operands with = {tsr_code_constant(m, v), 1};

	return tsr_code_emit(m, op, pick, with, go);
}

unsigned
tsr_code_none(struct maker *m, enum tsr_expression_op op, struct pick pick,
    struct exits go)
{
	return tsr_code_emit(m, op, pick, (struct operands){0, 0}, go);
}

unsigned
tsr_code_array(struct maker *m, struct pick pick, struct exits go)
{
	return tsr_code_one(m, TSR_EXPRESSION_TYPE, pick,
	    tsr_code_number(TSR_EXPRESSION_ARRAY), go);
}
