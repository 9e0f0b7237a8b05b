/*
 * reply - a whole answer in one piece of memory, ready to be sent.
 */
#include "serve/reply.h"

/* Copy the answer's head and body into the area. */
static enum tsr_err
copy(struct tsr_reply *reply)
{
	const struct tsr_answer *answer = &reply->answer;
	size_t n = answer->head_length, want = answer->length;

	if (answer->no_body)
		want = 0;
	if (want > TSR_REPLY_AREA - n)
		return TSR_LONG;
	memcpy(reply->area, answer->head, n);
	if (want > 0) {
		tsr_body_start(&reply->body, answer);
		if (tsr_body_read(reply->area + n, want, &reply->body) != want)
			return TSR_CHECKSUM;
	}
	reply->bytes = tsr_span_of(reply->area, n + want);
	return TSR_OK;
}

enum tsr_err
tsr_reply_make(struct tsr_reply *reply, const struct tsr_release *release,
    const struct tsr_request *request)
{
	tsr_answer_make(&reply->answer, reply->pieces, &release->store, request,
	    NULL);
	return copy(reply);
}

void
tsr_reply_error(struct tsr_reply *reply, uint32_t status)
{
	tsr_answer_error(&reply->answer, reply->pieces, status);
	(void)copy(reply);
}
