/*
 * fuzz_group - hostile groups are read within their bounds; packed ones have
 * their ids and nothing else.
 *
 * First byte 0: then a record of GRPS and the bytes. Else: ids, separated by it.
 */
#include <stdlib.h>

#include "build/rules/group_pack.h"
#include "core/group.h"
#include "lib/ids.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
set(struct tsr_table *t, const uint8_t *record, struct tsr_span bytes)
{
	memset(t, 0, sizeof(*t));
	t->sections[TSR_SECTION_GRPS].p = record;
	t->sections[TSR_SECTION_GRPS].count = 1;
	t->sections[TSR_SECTION_GRPB].p = bytes.p;
	t->sections[TSR_SECTION_GRPB].n = bytes.n;
}

static void
check(const struct ids *ids, struct tsr_table *t)
{
	struct tsr_buf record, bytes;
	struct tsr_span id;
	size_t i;

	tsr_buf_init(&record, 1024);
	tsr_buf_init(&bytes, 1u << 24);
	tsr_group_pack(&record, &bytes, ids->list, ids->n);
	set(t, record.p, tsr_buf_view(&bytes));
	if (tsr_group_verify(t, 0) != TSR_OK)
		abort();
	for (i = 0; i < ids->n; i++) {
		if (!tsr_group_has(t, 0, ids->list[i]))
			abort();
		id = tsr_span_from(ids->list[i], 1);
		if (tsr_group_has(t, 0, id) != ids_have(ids, id))
			abort();
	}
	tsr_buf_free(&record);
	tsr_buf_free(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span all = tsr_span_of(data, size), id;
	struct ids ids = {.n = 0};
	struct tsr_table t;
	size_t at, end, cap = 0, i, n = 0;

	if (size <= TSR_GROUP_SIZE)
		return 0;
	if (data[0] == 0) {
		set(&t, data + 1, tsr_span_from(all, 1 + TSR_GROUP_SIZE));
		(void)tsr_group_verify(&t, 0);
		(void)tsr_group_has(&t, 0, TSR_LIT("anna@gmail.com"));
		(void)tsr_group_has_number(&t, 0, 1234);
		return 0;
	}
	for (at = 1; at < size; at = end + 1) {
		end = tsr_span_find(all, data[0], at);
		id = tsr_span_part(all, at, end - at);
		ids.list = tsr_arena_grow(
		    &ids.arena, ids.list, ids.n, &cap, sizeof(*ids.list));
		if (id.n > 0 && id.n <= TSR_GROUP_ID_MAX)
			ids.list[ids.n++] = id;
	}
	if (ids.n > 0)
		qsort(ids.list, ids.n, sizeof(*ids.list), ids_cmp);
	for (i = 0; i < ids.n; i++)
		if (n == 0 || !tsr_span_eq(ids.list[n - 1], ids.list[i]))
			ids.list[n++] = ids.list[i];
	ids.n = n;
	if (n > 0)
		check(&ids, &t);
	ids_free(&ids);
	return 0;
}
