/*
 * look - one page of a site, rendered in memory, and a visitor who looks at it.
 *
 * For those who explain: nothing is folded, packed or written. What the visitor
 * has is read by core from a request, as the server would, with values put in
 * by name.
 */
#ifndef TSR_CLI_LOOK_H
#define TSR_CLI_LOOK_H

#include "build/pack/texts.h"
#include "build/render/render.h"
#include "core/visit.h"

struct tsr_look {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_site_output site;
	const struct tsr_page *page;
	/* The decision table, as it would be written. */
	struct tsr_buf sections[TSR_SECTION_COUNT];
	struct tsr_texts texts;
	struct tsr_table table;
	/* The visitor. */
	int64_t now;
	unsigned purposes;
	struct tsr_param params[4];
	struct tsr_request request;
	struct tsr_value overrides[TSR_ATTRIBUTES_MAX];
	bool browser; /* some value of the browser was put in */
	struct tsr_visit visit;
};

/*
 * Render the page that url asks for: a path or a whole address, with or without
 * a query. False after mistakes, which are in the diag, or when there is no
 * such page: page is NULL then. Close it in any case.
 */
bool tsr_look_open(struct tsr_look *look, const char *folder, const char *url);

/*
 * Say why it was not opened: on standard error; json: mistakes of the site as an
 * object on standard output.
 */
void tsr_look_refuse(const struct tsr_look *look, const char *url, bool json);

void tsr_look_close(struct tsr_look *look);

/* Put in a value: name=text. NULL, or what is wrong with it. */
const char *tsr_look_set(struct tsr_look *look, const char *pair);

/* Once all is set: the visit of the page. */
void tsr_look_begin(struct tsr_look *look);

/*
 * The visitor's values as an object, as the interpreter takes them. When values
 * of the browser were put in, its others are as they are when a page begins,
 * and it counts scores on from the server's.
 */
struct tsr_json tsr_look_values(struct tsr_look *look);

#endif
