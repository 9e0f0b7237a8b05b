/*
 * query - lists: which records of a catalogue, in which order.
 *
 * A catalogue is sorted once for each order that anybody asks for; a query
 * then walks in that order and stops when it has enough, so ten thousand
 * pages with a short list each do not look at every record ten thousand times.
 */
#ifndef TSR_BUILD_QUERY_H
#define TSR_BUILD_QUERY_H

#include "build/model/model.h"

struct tsr_queries;

/* Lives as long as the arena. Threads may share it; free ends it. */
struct tsr_queries *tsr_queries_new(struct tsr_arena *arena);
void tsr_queries_free(struct tsr_queries *queries);

struct tsr_query_result {
	const struct tsr_json **records;
	uint32_t count;
};

/*
 * A list {where, order, limit, offset} over a catalogue as it reads in a
 * locale. Mistakes in it go to the diag; false then.
 */
struct tsr_query {
	const struct tsr_catalogue *catalogue;
	uint32_t locale;
	const struct tsr_json *list; /* what stands under "list" */
};

bool tsr_query_run(struct tsr_query_result *out, struct tsr_queries *queries,
    const struct tsr_query *query, struct tsr_arena *arena,
    struct tsr_diag *diag);

#endif
