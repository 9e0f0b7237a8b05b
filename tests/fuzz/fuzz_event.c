/*
 * Any bytes as a batch and as a line of the log, against the program's kinds
 * and against a table of any bytes: what is taken is written, within its bound,
 * as a line that is taken again.
 *
 * The first byte says whose batch it is; its high bit: the next 256 bytes are
 * the table's records.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base64.h"
#include "core/event.h"
#include "core/jsonread.h"
#include "lib/kinds_table.h"

#define RECORDS 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_event(const struct tsr_table *t, const struct tsr_event *e, bool ours)
{
	uint8_t log[TSR_EVENT_BYTES_MAX], line[2 * TSR_EVENT_BYTES_MAX];
	char id[TSR_EVENT_ID_TEXT];
	size_t n = tsr_event_write(log, sizeof(log), t, e), i;
	struct tsr_span json;
	struct tsr_event again;

	if (!ours || e->fault != TSR_EVENT_FINE)
		return;
	for (i = 0; i < n; i++)
		if (log[i] < 0x20 || log[i] == 0x7f)
			abort();
	if (n == 0 || !tsr_jsonread_check(&json, tsr_span_of(log, n)))
		abort();
	tsr_base64_write((uint8_t *)id, tsr_span_of(e->id, sizeof(e->id)));
	n = (size_t)snprintf((char *)line, sizeof(line),
	    "{\"at\":1,\"release\":\"0123456789abcdef\",\"id\":\"%.22s\","
	    "\"k\":\"%.*s\",\"n\":%u,\"f\":%.*s}", id,
	    (int)e->name.n, (const char *)e->name.p, e->version, (int)n,
	    (const char *)log);
	if (tsr_event_line(&again, t, tsr_span_of(line, n)) != TSR_EVENT_FINE)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_kinds_table kinds;
	static uint8_t aside[1 << 20];
	struct tsr_event_batch batch;
	struct tsr_event_counter c;
	struct tsr_event e;
	struct tsr_span text;
	struct tsr_table t;
	size_t from = 1;

	if (kinds.table.sections[TSR_SECTION_EVNT].count == 0)
		tsr_kinds_table_program(&kinds);
	if (size == 0 || size > sizeof(aside) ||
	    ((data[0] & 0x80) != 0 && size < 1 + RECORDS))
		return 0;
	t = kinds.table;
	if ((data[0] & 0x80) != 0) {
		t.sections[TSR_SECTION_EVNT].p = data + 1;
		t.sections[TSR_SECTION_EVNT].count = 2;
		t.sections[TSR_SECTION_EVFD].p = data + 65;
		t.sections[TSR_SECTION_EVFD].count = 3;
		t.sections[TSR_SECTION_EVCH].p = data + 209;
		t.sections[TSR_SECTION_EVCH].count = 5;
		from += RECORDS;
	}
	(void)tsr_event_verify(&t);
	text = tsr_span_of(data + from, size - from);
	(void)tsr_event_line(&e, &t, text);
	if (tsr_event_open(&batch, &t,
		(enum tsr_event_form)(data[0] % TSR_EVENT_FORM_COUNT), text) !=
	    TSR_EVENT_FINE)
		return 0;
	while (tsr_event_next(&e, &batch)) {
		check_event(&t, &e, from == 1);
		(void)tsr_event_compact(aside, sizeof(aside), e.whole);
	}
	while (tsr_event_counter(&c, &batch))
		;
	return 0;
}
