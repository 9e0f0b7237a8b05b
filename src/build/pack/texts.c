/*
 * texts - texts that are kept once and known by their offset.
 */
#include "build/pack/texts.h"

#include "core/table.h"

void
tsr_texts_init(struct tsr_texts *in, struct tsr_arena *arena, size_t max)
{
	memset(in, 0, sizeof(*in));
	tsr_buf_init(&in->bytes, max);
	in->arena = arena;
	in->buckets = 1024;
	in->cells =
	    TSR_NEW_ARRAY(arena, struct tsr_texts_cell, in->buckets);
}

static void
grow(struct tsr_texts *in)
{
	struct tsr_texts_cell *from = in->cells;
	size_t old = in->buckets, i, place;

	in->buckets *= 2;
	in->cells = TSR_NEW_ARRAY(
	    in->arena, struct tsr_texts_cell, in->buckets);
	for (i = 0; i < old; i++) {
		if (from[i].length == 0)
			continue;
		place = from[i].hash & (in->buckets - 1);
		while (in->cells[place].length != 0)
			place = (place + 1) & (in->buckets - 1);
		in->cells[place] = from[i];
	}
}

uint32_t
tsr_texts_add(struct tsr_texts *in, struct tsr_span s)
{
	uint32_t hash = tsr_hash32(s);
	size_t place;

	if (s.n == 0)
		return 0;
	if (in->count * 2 >= in->buckets)
		grow(in);
	place = hash & (in->buckets - 1);
	while (in->cells[place].length != 0) {
		if (in->cells[place].hash == hash &&
		    tsr_span_eq(s,
			tsr_span_of(in->bytes.p + in->cells[place].offset,
			    in->cells[place].length)))
			return in->cells[place].offset;
		place = (place + 1) & (in->buckets - 1);
	}
	in->cells[place].offset = (uint32_t)in->bytes.n;
	in->cells[place].length = (uint32_t)s.n;
	in->cells[place].hash = hash;
	in->count++;
	tsr_buf_add(&in->bytes, s);
	return in->cells[place].offset;
}

void
tsr_texts_free(struct tsr_texts *in)
{
	tsr_buf_free(&in->bytes);
}
