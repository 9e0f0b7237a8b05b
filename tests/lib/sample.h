/*
 * sample - a small release with one of everything, in memory, and requests
 * that touch all of it.
 */
#ifndef TSR_TESTS_SAMPLE_H
#define TSR_TESTS_SAMPLE_H

#include "lib/small.h"

struct tsr_sample {
	struct tsr_small small;
	struct tsr_release release; /* borrowed from small */
	struct tsr_table table;
	struct tsr_span index; /* the bytes of site.tsr */
};

void tsr_sample_init(struct tsr_sample *sample);

/* Answer some requests from a store, and read each body to its end. */
void tsr_sample_answer(
    struct tsr_sample *sample, const struct tsr_store *store);

/* Answer one request from a store, and read its body to the end. */
void tsr_sample_request(struct tsr_small *s, const struct tsr_store *store,
    const struct tsr_request *request);

void tsr_sample_free(struct tsr_sample *sample);

#endif
