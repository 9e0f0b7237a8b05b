/*
 * Saved groups: every id is found, nothing else is, and what they cost.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "build/rules/group_pack.h"
#include "core/group.h"
#include "lib/guard.h"
#include "lib/ids.h"

static struct tsr_guard guard;

struct packed {
	struct tsr_buf record, bytes;
	struct tsr_table table;
};

static void
pack(struct packed *p, const struct tsr_span *list, size_t n)
{
	memset(p, 0, sizeof(*p));
	tsr_buf_init(&p->record, 1024);
	tsr_buf_init(&p->bytes, 1u << 28);
	tsr_group_pack(&p->record, &p->bytes, list, n);
	p->table.sections[TSR_SECTION_GRPS].p = p->record.p;
	p->table.sections[TSR_SECTION_GRPS].n = p->record.n;
	p->table.sections[TSR_SECTION_GRPS].count = 1;
	p->table.sections[TSR_SECTION_GRPB].p = p->bytes.p;
	p->table.sections[TSR_SECTION_GRPB].n = p->bytes.n;
}

static void
unpack(struct packed *p)
{
	tsr_buf_free(&p->record);
	tsr_buf_free(&p->bytes);
}

/* An id with one byte more, less, or another one somewhere. */
static struct tsr_span
neighbour(struct ids *ids, struct tsr_span id, uint8_t room[300])
{
	size_t at = ids_below(ids, (unsigned)id.n);

	memcpy(room, id.p, id.n);
	switch (ids_below(ids, 4)) {
	case 0:
		room[id.n] = '7';
		return tsr_span_of(room, id.n + 1);
	case 1:
		return tsr_span_of(room, id.n - 1);
	case 2:
		room[at] = (uint8_t)("0a-@9fZ"[ids_below(ids, 7)]);
		break;
	default:
		room[at] = (uint8_t)(room[at] ^ 1);
	}
	return tsr_span_of(room, id.n);
}

static void
check_all(struct ids *ids)
{
	struct packed p;
	struct tsr_span id;
	uint8_t room[300];
	size_t i;

	pack(&p, ids->list, ids->n);
	assert_int_equal(tsr_group_verify(&p.table, 0), TSR_OK);
	for (i = 0; i < ids->n; i++) {
		if (!tsr_group_has(&p.table, 0, ids->list[i]))
			fail_msg("\"%.*s\" is not found",
			    (int)ids->list[i].n, ids->list[i].p);
		id = neighbour(ids, ids->list[i], room);
		if (tsr_group_has(&p.table, 0, id) != ids_have(ids, id))
			fail_msg("\"%.*s\" is taken for one", (int)id.n, id.p);
	}
	unpack(&p);
}

static void
test_group_of_each_kind_has_its_ids_and_no_other(void **state)
{
	static const size_t sizes[] = {1, 2, 63, 64, 65, 300, 20000};
	struct ids ids;
	unsigned kind;
	size_t i;

	(void)state;
	for (kind = 0; kind < IDS_KIND_COUNT; kind++)
		for (i = 0; i < TSR_COUNT_OF(sizes); i++) {
			ids_make(&ids, (enum ids_kind)kind, sizes[i]);
			check_all(&ids);
			ids_free(&ids);
		}
}

/* All kinds in one, and strange ones: empty, long, only an end. */
static void
test_group_of_mixed_ids_has_them(void **state)
{
	static const char *const strange[] = {"", "@", "@gmail.com", "a@",
	    "\xc3\xa4\xf0\x9f\x98\x80", "a b\tc", "@@@", "x@y@gmail.com"};
	struct ids ids;
	size_t i, n = 60000, k;
	char *id;

	(void)state;
	memset(&ids, 0, sizeof(ids));
	ids.list = TSR_NEW_ARRAY(&ids.arena, struct tsr_span, n);
	for (i = 0; i < n; i++) {
		id = ids_one(&ids, (enum ids_kind)(i % 9), i);
		ids.list[i] = tsr_span_of(id, strlen(id));
	}
	for (i = 0; i < TSR_COUNT_OF(strange); i++)
		ids.list[i] = tsr_span_of(strange[i], strlen(strange[i]));
	id = tsr_arena_alloc(&ids.arena, TSR_GROUP_ID_MAX);
	memset(id, 'q', TSR_GROUP_ID_MAX);
	ids.list[i] = tsr_span_of(id, TSR_GROUP_ID_MAX);
	ids.list[i + 1] = tsr_span_of(id, TSR_GROUP_ID_MAX - 1);
	qsort(ids.list, n, sizeof(*ids.list), ids_cmp);
	for (i = 1, k = 1; i < n; i++)
		if (!tsr_span_eq(ids.list[i], ids.list[k - 1]))
			ids.list[k++] = ids.list[i];
	ids.n = k;
	if (ids.list[0].n == 0) /* it has no neighbours */
		ids.list++, ids.n--;
	check_all(&ids);
	ids_free(&ids);
}

/* Every byte there is at every place: parts of the number are many. */
static void
test_group_of_long_random_ids_has_them(void **state)
{
	struct ids ids;
	uint8_t *id;
	size_t i, j;

	(void)state;
	memset(&ids, 0, sizeof(ids));
	ids.n = 5000;
	ids.list = TSR_NEW_ARRAY(&ids.arena, struct tsr_span, ids.n);
	for (i = 0; i < ids.n; i++) {
		id = tsr_arena_alloc(&ids.arena, TSR_GROUP_ID_MAX);
		for (j = 0; j < TSR_GROUP_ID_MAX; j++)
			id[j] = (uint8_t)(1 + ids_below(&ids, 244));
		ids.list[i] = tsr_span_of(id, TSR_GROUP_ID_MAX);
	}
	qsort(ids.list, ids.n, sizeof(*ids.list), ids_cmp);
	check_all(&ids);
	ids_free(&ids);
}

static void
test_group_of_numbers_has_whole_ones(void **state)
{
	static const struct tsr_span list[] = {{(const uint8_t *)"0", 1},
	    {(const uint8_t *)"17", 2}, {(const uint8_t *)"9007199254740992", 16}};
	static const struct {
		double number;
		bool is;
		const char *why;
	} rows[] = {
	    {0, true, "nothing"},
	    {-0.0, true, "the other nothing, which === it"},
	    {17, true, "a number"},
	    {17.5, false, "half of one more"},
	    {-17, false, "less than nothing"},
	    {9007199254740992.0, true, "the largest that is exact"},
	    {9007199254740994.0, false, "past it"},
	    {1e300, false, "far past it"},
	};
	struct packed p;
	size_t i;

	(void)state;
	pack(&p, list, TSR_COUNT_OF(list));
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_group_has_number(&p.table, 0, rows[i].number) !=
		    rows[i].is)
			fail_msg("%s", rows[i].why);
	unpack(&p);
}

/* 100,000 here; tools/bench has a million, and the bounds. */
static void
test_group_costs_what_its_ids_differ_by(void **state)
{
	static const double most[IDS_KIND_COUNT] = {
	    14.0, 12.5, 0.5, 2.7, 5.6, 6.7, 1.9, 9.2, 6.0};
	struct packed p;
	struct ids ids;
	unsigned kind;

	(void)state;
	for (kind = 0; kind < IDS_KIND_COUNT; kind++) {
		ids_make(&ids, (enum ids_kind)kind, 100000);
		pack(&p, ids.list, ids.n);
		if ((double)p.bytes.n > most[kind] * (double)ids.n)
			fail_msg("%s: %.2f bytes an id", ids_names[kind],
			    (double)p.bytes.n / (double)ids.n);
		unpack(&p);
		ids_free(&ids);
	}
}

/* ---- damage ---- */

#define MAX UINT32_MAX

/* Of the group below: its first table, end and class, and what they have. */
enum { RECORD, TABLE, END, CLASS, CLASS_1, PLACE, BLOCK, BITS };

static const struct row {
	unsigned what;
	uint32_t at;
	unsigned size;
	uint64_t value;
	enum tsr_err verify;
	const char *why;
} rows[] = {
    {RECORD, 0, 8, 1, TSR_RANGE, "bytes behind the section"},
    {RECORD, 0, 8, UINT64_MAX, TSR_RANGE, "far behind it"},
    {RECORD, 8, 8, UINT64_MAX, TSR_RANGE, "more bytes than there are"},
    {RECORD, 8, 8, 10, TSR_RANGE, "too few for its tables"},
    {RECORD, 16, 4, 7, TSR_RANGE, "ids"},
    {RECORD, 20, 4, 256, TSR_RANGE, "tables"},
    {RECORD, 24, 4, MAX, TSR_RANGE, "ends"},
    {RECORD, 28, 4, MAX, TSR_RANGE, "classes"},
    {END, 0, 4, MAX, TSR_RANGE, "an end's offset"},
    {END, 4, 4, MAX, TSR_RANGE, "its length"},
    {END, 4, 4, 0, TSR_RANGE, "no end"},
    {CLASS, 0, 4, 9, TSR_RANGE, "an end that is not there"},
    {CLASS, 4, 4, TSR_GROUP_ID_MAX + 1, TSR_RANGE, "ids too long"},
    {CLASS, 4, 4, 250, TSR_RANGE, "places behind the end"},
    {CLASS, 8, 4, 0, TSR_RANGE, "a class without ids"},
    {CLASS, 8, 4, MAX, TSR_RANGE, "blocks behind the end"},
    {CLASS, 12, 4, MAX, TSR_RANGE, "offset of the places"},
    {CLASS, 16, 4, MAX, TSR_RANGE, "offset of the blocks"},
    {CLASS, 20, 4, MAX, TSR_RANGE, "offset of the bits"},
    {CLASS, 24, 4, MAX, TSR_RANGE, "bytes of bits"},
    {CLASS, 24, 4, 8, TSR_RANGE, "fewer than are read at once"},
    {CLASS, 24, 4, 9, TSR_SHORT, "no bits"},
    {CLASS, 28, 4, 1, TSR_RANGE, "bits of the rest"},
    {CLASS_1, 0, 4, 0, TSR_ORDER, "classes out of order"},
    {PLACE, 0, 1, 255, TSR_RANGE, "a table that is not there"},
    {PLACE, 2, 1, 0, TSR_RANGE, "no part begins"},
    {PLACE, 2, 1, 65, TSR_RANGE, "a part of more than 64 bits"},
    {PLACE, 3, 1, 0, TSR_RANGE, "no characters"},
    {PLACE, 3, 1, 1, TSR_RANGE, "one character"},
    {BLOCK, 0, 8, UINT64_MAX, TSR_ORDER, "a first id that is too large"},
    {BLOCK, 8, 4, MAX, TSR_SHORT, "behind the bits"},
    {BITS, 8, 8, 0, TSR_SHORT, "bits that are all taken for one step"},
};

static size_t
place_of(const struct tsr_buf *bytes, const uint8_t *record, unsigned what)
{
	size_t tables = tsr_le32(record + 20), ends = tsr_le32(record + 24);
	size_t class = tables * TSR_GROUP_TABLE + ends * TSR_GROUP_END;

	switch (what) {
	case TABLE:
		return 0;
	case END:
		return tables * TSR_GROUP_TABLE;
	case CLASS:
		return class;
	case CLASS_1:
		return class + (tsr_le32(record + 28) - 1) * TSR_GROUP_CLASS;
	case PLACE:
		return tsr_le32(bytes->p + class + 12);
	case BLOCK:
		return tsr_le32(bytes->p + class + 16);
	default:
		return tsr_le32(bytes->p + class + 20);
	}
}

/* E-mails: ends, and rests of ids. */
static void
damaged(struct packed *p, struct ids *ids)
{
	ids_make(ids, IDS_MAIL, 6000);
	pack(p, ids->list, ids->n);
}

static void
ask(const struct packed *p, const struct ids *ids)
{
	size_t i;

	for (i = 0; i < ids->n; i += 97)
		(void)tsr_group_has(&p->table, 0, ids->list[i]);
}

static void
test_group_damaged_field_is_refused(void **state)
{
	uint8_t record[TSR_GROUP_SIZE], *file, *at;
	struct packed p;
	struct ids ids;
	enum tsr_err err;
	size_t i;
	unsigned k;

	(void)state;
	damaged(&p, &ids);
	assert_true(tsr_le32(p.record.p + 24) > 0);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		file = tsr_guard_room(&guard, p.bytes.n);
		memcpy(file, p.bytes.p, p.bytes.n);
		memcpy(record, p.record.p, sizeof(record));
		at = rows[i].what == RECORD ? record
		    : file + place_of(&p.bytes, record, rows[i].what);
		for (k = 0; k < rows[i].size; k++)
			at[rows[i].at + k] = (uint8_t)(rows[i].value >> 8 * k);
		p.table.sections[TSR_SECTION_GRPS].p = record;
		p.table.sections[TSR_SECTION_GRPB].p = file;
		err = tsr_group_verify(&p.table, 0);
		if (err != rows[i].verify)
			fail_msg("%s: \"%s\"", rows[i].why, tsr_err_text(err));
		ask(&p, &ids);
	}
	unpack(&p);
	ids_free(&ids);
}

static void
test_group_with_any_byte_changed_is_read_within_its_bounds(void **state)
{
	struct packed p;
	struct ids ids;
	uint8_t *file;
	unsigned i;

	(void)state;
	damaged(&p, &ids);
	for (i = 0; i < 3000; i++) {
		file = tsr_guard_room(&guard, p.bytes.n);
		memcpy(file, p.bytes.p, p.bytes.n);
		file[ids_below(&ids, (unsigned)(i % 2 == 0
			? p.bytes.n : tsr_le32(p.record.p + 20) * 256 + 2000))]
		    ^= (uint8_t)(1 + ids_below(&ids, 255));
		p.table.sections[TSR_SECTION_GRPB].p = file;
		ask(&p, &ids);
		if (i % 100 == 0)
			(void)tsr_group_verify(&p.table, 0);
	}
	assert_false(tsr_group_has(&p.table, 1, ids.list[0]));
	unpack(&p);
	ids_free(&ids);
}

static int
open_guard(void **state)
{
	(void)state;
	tsr_guard_init(&guard, 1u << 20);
	return 0;
}

static int
close_guard(void **state)
{
	(void)state;
	tsr_guard_free(&guard);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_group_of_each_kind_has_its_ids_and_no_other),
	    cmocka_unit_test(test_group_of_mixed_ids_has_them),
	    cmocka_unit_test(test_group_of_long_random_ids_has_them),
	    cmocka_unit_test(test_group_of_numbers_has_whole_ones),
	    cmocka_unit_test(test_group_costs_what_its_ids_differ_by),
	    cmocka_unit_test(test_group_damaged_field_is_refused),
	    cmocka_unit_test(
		test_group_with_any_byte_changed_is_read_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, open_guard, close_guard);
}
