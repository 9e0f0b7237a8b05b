/*
 * predicate - one test of one attribute's value against constants.
 */
#include "core/predicate.h"

#include "core/automaton.h"
#include "core/fragment.h"
#include "core/group.h"
#include "core/number.h"

int
tsr_predicate_cmp(struct tsr_span a, struct tsr_span b)
{
	size_t n = a.n < b.n ? a.n : b.n, i;

	for (i = 0; i < n && a.p[i] == b.p[i]; i++)
		;
	if (i == n)
		return a.n < b.n ? -1 : a.n > b.n;
	/* Surrogates (from F0 on in UTF-8) come before U+E000 to U+FFFF. */
	if (a.p[i] >= 0xee && b.p[i] >= 0xee &&
	    (a.p[i] >= 0xf0) != (b.p[i] >= 0xf0))
		return a.p[i] >= 0xf0 ? -1 : 1;
	return a.p[i] < b.p[i] ? -1 : 1;
}

/* ToNumber of a value; false for NaN. */
static bool
value_number(double *out, const struct tsr_value *value)
{
	switch (value->kind) {
	case TSR_VALUE_BOOLEAN:
		*out = value->boolean;
		return true;
	case TSR_VALUE_NUMBER:
		*out = value->number;
		return true;
	case TSR_VALUE_STRING:
		return tsr_number_of_text(out, value->string);
	default:
		*out = 0;
		return true;
	}
}

/*
 * Order of a value and an operand by type and then by value, numbers as
 * numbers and texts bytewise: 0 means ===.
 */
static int
order(const struct tsr_table *t, const struct tsr_value *value,
    const uint8_t *operand)
{
	int kind = (int)value->kind - (int)TSR_VALUE_MISSING - (int)operand[0];
	double d;

	if (kind != 0)
		return kind;
	switch (operand[0]) {
	case TSR_OPERAND_BOOLEAN:
		return (int)value->boolean - (operand[1] != 0);
	case TSR_OPERAND_NUMBER:
		d = tsr_le_double(operand + 8);
		return value->number < d ? -1 : value->number > d;
	case TSR_OPERAND_STRING:
		return tsr_span_cmp(
		    value->string, tsr_table_text(t, operand + 8));
	case TSR_OPERAND_GROUP:
		return (int)value->boolean - (operand[1] != 0);
	default:
		return 0;
	}
}

static bool
is_in_group(const struct tsr_table *t, const struct tsr_value *value,
    const uint8_t *operand)
{
	uint32_t group = tsr_le32(operand + 8);

	if (operand[1] != 0)
		return value->kind == TSR_VALUE_NUMBER &&
		    tsr_group_has_number(t, group, value->number);
	return value->kind == TSR_VALUE_STRING &&
	    tsr_group_has(t, group, value->string);
}

/* Is the value one of the n operands from first, which are in order? */
static bool
is_in(const struct tsr_table *t, const struct tsr_value *value,
    uint32_t first, uint32_t n)
{
	const uint8_t *operand;
	uint32_t half, groups;
	int c;

	for (groups = 0; groups < 2 && n > 0; groups++, n--) {
		if (n - 1 > UINT32_MAX - first)
			return false;
		operand = tsr_table_record(
		    t, TSR_SECTION_VALU, first + n - 1, TSR_OPERAND_SIZE);
		if (operand == NULL || operand[0] != TSR_OPERAND_GROUP)
			break;
		if (is_in_group(t, value, operand))
			return true;
	}
	while (n > 0) {
		half = n / 2;
		operand = tsr_table_record(
		    t, TSR_SECTION_VALU, first + half, TSR_OPERAND_SIZE);
		if (operand == NULL)
			return false;
		c = order(t, value, operand);
		if (c == 0)
			return true;
		if (c > 0) {
			first += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return false;
}

static bool
truthy(const struct tsr_value *value)
{
	switch (value->kind) {
	case TSR_VALUE_BOOLEAN:
		return value->boolean;
	case TSR_VALUE_NUMBER:
		return value->number < 0 || value->number > 0;
	case TSR_VALUE_STRING:
		return value->string.n > 0;
	default:
		return value->kind == TSR_VALUE_JSON;
	}
}

/* String(value) === the text of the operand. */
static bool
bare_text(const struct tsr_table *t, const struct tsr_value *value,
    const uint8_t *operand, const uint8_t *number)
{
	struct tsr_span text = tsr_table_text(t, operand + 8);

	switch (value->kind) {
	case TSR_VALUE_STRING:
		return tsr_span_eq(value->string, text);
	case TSR_VALUE_NUMBER:
		return number != NULL && number[0] == TSR_OPERAND_NUMBER &&
		    order(t, value, number) == 0;
	case TSR_VALUE_BOOLEAN:
		return value->boolean ? tsr_span_eq(text, TSR_LIT("true"))
				      : tsr_span_eq(text, TSR_LIT("false"));
	default:
		return tsr_span_eq(text, TSR_LIT("null"));
	}
}

static bool
bare(const struct tsr_table *t, const struct tsr_value *value,
    const uint8_t *operand, const uint8_t *number)
{
	double d, c;

	switch (operand[0]) {
	case TSR_OPERAND_STRING:
		return bare_text(t, value, operand, number);
	case TSR_OPERAND_NUMBER:
		c = tsr_le_double(operand + 8);
		return value_number(&d, value) && d >= c && d <= c;
	case TSR_OPERAND_BOOLEAN:
		return value->kind != TSR_VALUE_MISSING &&
		    truthy(value) == (operand[1] != 0);
	default:
		return value->kind == TSR_VALUE_MISSING;
	}
}

static bool
relates(unsigned operator, int c)
{
	switch (operator) {
	case TSR_OPERATOR_LT:
		return c < 0;
	case TSR_OPERATOR_LTE:
		return c <= 0;
	case TSR_OPERATOR_GT:
		return c > 0;
	default:
		return c >= 0;
	}
}

static bool
related(const struct tsr_table *t, const struct tsr_value *value,
    unsigned operator, const uint8_t *operand, const uint8_t *number)
{
	double d, c;

	if (operand[0] == TSR_OPERAND_STRING) {
		if (value->kind == TSR_VALUE_STRING)
			return relates(operator, tsr_predicate_cmp(
			    value->string, tsr_table_text(t, operand + 8)));
		if (number == NULL || number[0] != TSR_OPERAND_NUMBER)
			return false;
		operand = number;
	}
	if (!value_number(&d, value))
		return false;
	c = operand[0] == TSR_OPERAND_NUMBER ? tsr_le_double(operand + 8)
	    : operand[0] == TSR_OPERAND_BOOLEAN ? operand[1] != 0 : 0;
	return relates(operator, d < c ? -1 : d > c);
}

static bool
matches(const struct tsr_table *t, const struct tsr_value *value, uint32_t i)
{
	const uint8_t *a = tsr_table_record(t, TSR_SECTION_AUTO, i, 8);
	struct tsr_span text;

	if (a == NULL)
		return false;
	switch (value->kind) {
	case TSR_VALUE_STRING:
		text = value->string;
		break;
	case TSR_VALUE_BOOLEAN:
		text = value->boolean ? TSR_LIT("true") : TSR_LIT("false");
		break;
	case TSR_VALUE_MISSING:
		text = TSR_LIT("null");
		break;
	default:
		/* The build refuses expressions over numbers. */
		return false;
	}
	return tsr_automaton_match(tsr_table_text(t, a), text);
}

bool
tsr_predicate_holds(const struct tsr_table *t, const uint8_t *predicate,
    const struct tsr_value *value)
{
	uint32_t first = tsr_le32(predicate + 8);
	uint32_t count = tsr_le32(predicate + 12);
	uint32_t number = tsr_le32(predicate + 16);
	const uint8_t *a = NULL, *b = NULL;

	if (count > 0)
		a = tsr_table_record(
		    t, TSR_SECTION_VALU, first, TSR_OPERAND_SIZE);
	if (count > 1 && first < UINT32_MAX)
		b = tsr_table_record(
		    t, TSR_SECTION_VALU, first + 1, TSR_OPERAND_SIZE);
	switch (predicate[0]) {
	case TSR_OPERATOR_EXISTS:
		return value->kind != TSR_VALUE_MISSING;
	case TSR_OPERATOR_EQ:
		return a != NULL && order(t, value, a) == 0;
	case TSR_OPERATOR_IN:
		return is_in(t, value, first, count);
	case TSR_OPERATOR_BARE:
		return a != NULL && bare(t, value, a, b);
	case TSR_OPERATOR_LT:
	case TSR_OPERATOR_LTE:
	case TSR_OPERATOR_GT:
	case TSR_OPERATOR_GTE:
		return a != NULL && related(t, value, predicate[0], a, b);
	case TSR_OPERATOR_REGEX:
		return matches(t, value, number);
	case TSR_OPERATOR_FRAGMENT:
		return value->kind == TSR_VALUE_STRING &&
		    tsr_fragment_find(t, number, value->string) != NULL;
	default:
		return false;
	}
}

/* The text of a string operand lies in STRS; the double is no NaN. */
static bool
operand_ok(const struct tsr_table *t, const uint8_t *operand)
{
	size_t all = t->sections[TSR_SECTION_STRS].n;
	size_t off = tsr_le32(operand + 8), n = tsr_le32(operand + 12);
	uint64_t bits = tsr_le64(operand + 8) & ~((uint64_t)1 << 63);

	switch (operand[0]) {
	case TSR_OPERAND_NULL:
		return true;
	case TSR_OPERAND_BOOLEAN:
		return operand[1] <= 1;
	case TSR_OPERAND_NUMBER:
		return bits <= (uint64_t)0x7ff << 52;
	case TSR_OPERAND_STRING:
		return off <= all && n <= all - off;
	case TSR_OPERAND_GROUP:
		return operand[1] <= 1 && tsr_le32(operand + 8) <
		    tsr_table_count(t, TSR_SECTION_GRPS);
	default:
		return false;
	}
}

/* Does an operand come before the next one? */
static bool
before(const struct tsr_table *t, const uint8_t *operand, const uint8_t *next)
{
	struct tsr_value value = {.kind = TSR_VALUE_MISSING};

	value.kind += operand[0];
	value.boolean = operand[1] != 0;
	if (operand[0] == TSR_OPERAND_NUMBER)
		value.number = tsr_le_double(operand + 8);
	else if (operand[0] == TSR_OPERAND_STRING)
		value.string = tsr_table_text(t, operand + 8);
	return order(t, &value, next) < 0;
}

bool
tsr_predicate_ordered(const struct tsr_table *t, const uint8_t *predicate)
{
	uint32_t first = tsr_le32(predicate + 8);
	uint32_t count = tsr_le32(predicate + 12), i;
	const uint8_t *last = NULL, *operand;

	for (i = 0; i < count; i++) {
		operand = tsr_table_record(
		    t, TSR_SECTION_VALU, first + i, TSR_OPERAND_SIZE);
		if (operand == NULL || !operand_ok(t, operand) ||
		    (last != NULL && !before(t, last, operand)))
			return false;
		last = operand;
	}
	return true;
}

enum tsr_err
tsr_predicate_verify(const struct tsr_table *t, uint32_t i)
{
	const uint8_t *p = tsr_table_record(
	    t, TSR_SECTION_PRED, i, TSR_PREDICATE_SIZE), *last = NULL, *operand;
	uint32_t first, count, all = tsr_table_count(t, TSR_SECTION_VALU), j;

	if (p == NULL || p[0] >= TSR_OPERATOR_COUNT || p[1] >= TSR_TIER_COUNT ||
	    tsr_le32(p + 4) >= tsr_table_count(t, TSR_SECTION_ATTR))
		return TSR_RANGE;
	first = tsr_le32(p + 8);
	count = tsr_le32(p + 12);
	if (first > all || count > all - first)
		return TSR_RANGE;
	if (p[0] == TSR_OPERATOR_REGEX &&
	    tsr_le32(p + 16) >= tsr_table_count(t, TSR_SECTION_AUTO))
		return TSR_RANGE;
	if (p[0] == TSR_OPERATOR_FRAGMENT &&
	    tsr_le32(p + 16) >= tsr_table_count(t, TSR_SECTION_FSET))
		return TSR_RANGE;
	if (p[0] >= TSR_OPERATOR_EQ && p[0] <= TSR_OPERATOR_GTE && count == 0)
		return TSR_SHORT;
	for (j = 0; j < count; j++) {
		operand = tsr_table_record(
		    t, TSR_SECTION_VALU, first + j, TSR_OPERAND_SIZE);
		if (!operand_ok(t, operand) ||
		    (operand[0] == TSR_OPERAND_GROUP &&
			p[0] != TSR_OPERATOR_IN &&
			p[0] != TSR_OPERATOR_EXPRESSION))
			return TSR_RANGE;
		if (p[0] == TSR_OPERATOR_IN && last != NULL &&
		    !before(t, last, operand))
			return TSR_ORDER;
		last = operand;
	}
	return TSR_OK;
}
