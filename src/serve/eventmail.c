/*
 * eventmail - what workers and the writer of the log say to each other.
 */
#include "serve/eventmail.h"

size_t
tsr_eventmail_write(uint8_t out[TSR_EVENTMAIL_HEAD], uint64_t ticket,
    const struct tsr_collect *collect)
{
	uint8_t *p = out + 10;
	unsigned i;

	tsr_put64(out, ticket);
	tsr_put16(out + 8, (uint16_t)collect->count);
	for (i = 0; i < collect->count; i++) {
		p[0] = (uint8_t)collect->entries[i].stream;
		memcpy(p + 1, collect->entries[i].id, TSR_EVENT_ID_SIZE);
		tsr_put32(p + 17, (uint32_t)collect->entries[i].n);
		p += TSR_EVENTMAIL_ENTRY;
	}
	return (size_t)(p - out);
}

bool
tsr_eventmail_open(struct tsr_eventmail_question *out, struct tsr_span message)
{
	struct tsr_span head;
	uint64_t total = 0;
	unsigned i;

	if (tsr_span_cut(&head, &message, 10) != TSR_OK)
		return false;
	out->ticket = tsr_le64(head.p);
	out->count = tsr_le16(head.p + 8);
	out->next = 0;
	if (out->count > TSR_COLLECT_ENTRIES ||
	    tsr_span_cut(&out->entries, &message,
		out->count * TSR_EVENTMAIL_ENTRY) != TSR_OK)
		return false;
	out->bytes = message;
	for (i = 0; i < out->count; i++) {
		if (out->entries.p[i * TSR_EVENTMAIL_ENTRY] >=
		    TSR_COLLECT_STREAM_COUNT)
			return false;
		total +=
		    tsr_le32(out->entries.p + i * TSR_EVENTMAIL_ENTRY + 17);
	}
	return total == message.n;
}

bool
tsr_eventmail_next(
    struct tsr_eventmail_entry *out, struct tsr_eventmail_question *question)
{
	const uint8_t *p =
	    question->entries.p + question->next * TSR_EVENTMAIL_ENTRY;

	if (question->next == question->count)
		return false;
	question->next++;
	out->stream = (enum tsr_collect_stream)p[0];
	out->id = p + 1;
	return tsr_span_cut(&out->bytes, &question->bytes, tsr_le32(p + 17)) ==
	       TSR_OK;
}

void
tsr_eventmail_answer_write(uint8_t out[TSR_EVENTMAIL_ANSWER],
    const struct tsr_eventmail_answer *answer)
{
	tsr_put64(out, answer->ticket);
	out[8] = answer->result;
	tsr_put64(out + 9, answer->fresh);
}

bool
tsr_eventmail_answer_read(
    struct tsr_eventmail_answer *out, struct tsr_span *message)
{
	struct tsr_span s;

	if (tsr_span_cut(&s, message, TSR_EVENTMAIL_ANSWER) != TSR_OK)
		return false;
	out->ticket = tsr_le64(s.p);
	out->result = s.p[8];
	out->fresh = tsr_le64(s.p + 9);
	return true;
}
