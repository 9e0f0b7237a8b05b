/*
 * canvas - text being rendered, with marks where something else will stand.
 *
 * A template writes to buf; slots, fragments and request-time texts are marks
 * at a position. Finished, it is the items of a row: text, mark, text.
 */
#ifndef TSR_BUILD_CANVAS_H
#define TSR_BUILD_CANVAS_H

#include "base/buf.h"
#include "build/render/page.h"

struct tsr_mark {
	size_t at;
	struct tsr_item item;
};

struct tsr_canvas {
	struct tsr_buf buf;
	struct tsr_mark *marks;
	size_t count, cap;
};

/* At most max bytes of text. */
void tsr_canvas_init(struct tsr_canvas *canvas, size_t max);
void tsr_canvas_free(struct tsr_canvas *canvas);

/* Put an item at the end of what was written so far. */
void tsr_canvas_mark(struct tsr_canvas *canvas, struct tsr_arena *arena,
    const struct tsr_item *item);

/*
 * Write an attribute, with the blank before it, into every element that is not
 * inside another; first: and ` data-why` into the first of them that can hold
 * a button.
 */
void tsr_canvas_attribute(
    struct tsr_canvas *canvas, struct tsr_span attribute, bool first);

/* The same with data-personalized-region; personal: and data-personalized. */
void tsr_canvas_region(struct tsr_canvas *canvas, struct tsr_span name,
    bool personal, bool first);

/* The row's items; texts are copied into the arena. */
void tsr_canvas_finish(struct tsr_row *out, const struct tsr_canvas *canvas,
    struct tsr_arena *arena);

#endif
