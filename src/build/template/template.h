/*
 * template - Mustache with escaping by context and paths checked by schema.
 *
 * Templates are added to a registry by name ("layouts/base",
 * "components/hero", "partials/price"), compiled once, and rendered by any
 * number of threads. There are two modes:
 *
 *	spec: Mustache 1.4 as its specification asks; what is missing is empty.
 *	site: what the language of a site is (doc/site.md). HTML is followed
 *	    through every template while it is compiled, so each tag is escaped
 *	    for the place where it stands, and what could not be escaped safely
 *	    is an error. Paths are looked up in the schemas.
 *
 * In site mode a template may include itself only inside a section, so that
 * the data decide when it ends; in spec mode depth alone is limited.
 * A section holds for everything but a missing value, null, false, the empty
 * string and the empty list: 0 is something.
 */
#ifndef TSR_BUILD_TEMPLATE_H
#define TSR_BUILD_TEMPLATE_H

#include "build/read/htmltok.h"
#include "build/read/json.h"

#define TSR_TEMPLATE_RULES(X)                                                  \
	X("T001", "a tag is not closed")                                       \
	X("T002", "an end tag does not fit the section that is open")          \
	X("T003", "a section, block or parent is not closed")                  \
	X("T004", "an end tag closes nothing")                                 \
	X("T005", "a tag has no name or one that cannot be")                   \
	X("T006", "delimiters are not two words of one line")                  \
	X("T007", "the included template does not exist")                      \
	X("T008", "a template includes itself without end")                    \
	X("T009", "a template is too large or too deeply nested")              \
	X("T010", "no schema knows the path")                                  \
	X("T011", "an object or list cannot be printed")                       \
	X("T012", "an attribute value that holds a tag needs quotes")          \
	X("T013", "names of tags and attributes cannot be printed")            \
	X("T014", "an attribute that is run as code cannot hold a tag")        \
	X("T015", "a comment cannot hold a tag; use {{! }} to leave it out")   \
	X("T016", "raw text, a doctype or CDATA cannot hold a tag")            \
	X("T017", "a script takes {{x|json}} where a value is expected")       \
	X("T018", "a script of an unknown type cannot hold a tag")             \
	X("T019", "a URL whose scheme is open cannot be completed safely")     \
	X("T020", "a URL must be relative, http, https, mailto or tel")        \
	X("T021", "a style takes words, numbers, lengths and #colours")        \
	X("T022", "branches end in different kinds of places")                 \
	X("T023", "a template ends inside a tag, script or comment")           \
	X("T024", "{{&x}} is for fields of format html or markdown")           \
	X("T025", "{{&x}} and slots stand in text, not inside a tag")          \
	X("T026", "no pipe has this name")                                     \
	X("T027", "a pipe has wrong arguments")                                \
	X("T028", "a pipe cannot take this type of value")                     \
	X("T029", "a pipe cannot read this value")                             \
	X("T030", "a request-time text stands in text or a quoted attribute")  \
	X("T031", "one slot stands twice in a rendering")                      \
	X("T032", "an attribute changes what its neighbours mean")             \
	X("T033", "a property of the schema is never used (warning)")          \
	X("T034", "an optional property is printed unasked (warning)")         \
	X("T035", "a section is always or never shown (warning)")              \
	X("T036", "inside a parent tag only blocks count")                     \
	X("T037", "the parent has no such block")                              \
	X("T038", "braces close a tag that was never opened")                  \
	X("T039", "a blank is missing between attributes")                     \
	X("T040", "a dynamic name stands in text and names a component")       \
	X("T041", "a rendering is too long or too deep")                       \
	X("T042", "loop data are used outside a list")                         \
	X("T043", "{{>tessera}}, {{>why}}: once, in a layout, behind all slots")

/* Explains a rule in one line; NULL for an unknown one. */
const char *tsr_template_rule(const char *rule);

/* The ids in order; NULL past the last. */
const char *tsr_template_rule_at(size_t i);

enum tsr_template_mode {
	TSR_TEMPLATE_SPEC,
	TSR_TEMPLATE_SITE
};

struct tsr_schema;
struct tsr_templates;
struct tsr_template;

/*
 * What is known about a value before there is one: a compiled schema, or a
 * value of the same form. Both NULL: nothing, and every path is allowed.
 */
struct tsr_template_shape {
	const struct tsr_schema *schema;
	const struct tsr_json *value;
};

struct tsr_templates *tsr_templates_new(struct tsr_arena *arena,
    const struct tsr_sources *sources, enum tsr_template_mode mode);

/*
 * Add the text of a source. fields: of the data it is rendered with, when it
 * is not included by others. The name is copied; a name added twice: the last
 * counts.
 */
void tsr_templates_add(struct tsr_templates *all, struct tsr_span name,
    uint32_t src, struct tsr_template_shape fields);

/* A name that is found when no field has it: page, site, strings, record. */
void tsr_templates_global(struct tsr_templates *all, struct tsr_span name,
    struct tsr_template_shape shape);

/* Included names have "_" where they say "/": names of files in one folder. */
void tsr_templates_flat(struct tsr_templates *all);

/*
 * Compile one template with all it includes. All mistakes are added to the
 * diag, each once, however often a template is included. NULL when the name
 * does not exist (no message) or there was an error. One thread.
 */
const struct tsr_template *tsr_template_compile(
    struct tsr_templates *all, struct tsr_span name, struct tsr_diag *diag);

/* A name that a template says, and where. */
struct tsr_template_name {
	struct tsr_span name;
	struct tsr_where where;
};

struct tsr_template_names {
	const struct tsr_template_name *list;
	size_t count;
};

/* What the template and all it includes refer to, in the order found. */
struct tsr_template_names tsr_template_slots(const struct tsr_template *t);
struct tsr_template_names tsr_template_texts(const struct tsr_template *t);
/* Names of templates, in full. */
struct tsr_template_names tsr_template_includes(const struct tsr_template *t);

/*
 * What the caller does for a template. All append to out; a false return means
 * that the function has reported a mistake. where: of the value in the
 * content, or of the tag when the value has no place. Functions that are NULL:
 * slot, text, data and why print nothing, asset, image and ref print what they are given,
 * markup prints it escaped.
 */
struct tsr_render_hooks {
	void *ctx;
	/* tag: the place of {{>slot:name}}. */
	bool (*slot)(void *ctx, struct tsr_buf *out, struct tsr_span name,
	    struct tsr_where tag);
	/* hole: TSR_HOLE_TEXT or TSR_HOLE_ATTR. */
	bool (*text)(void *ctx, struct tsr_buf *out, struct tsr_span name,
	    enum tsr_hole hole, struct tsr_where tag);
	/* {{>tessera}}: the data of the page for scripts. */
	bool (*data)(void *ctx, struct tsr_buf *out, struct tsr_where tag);
	/* {{>why}}: what a form sends to ask why the page is as it is. */
	bool (*why)(void *ctx, struct tsr_buf *out, struct tsr_where tag);
	/* URLs, not escaped for HTML. */
	bool (*asset)(void *ctx, struct tsr_buf *out, struct tsr_span path,
	    struct tsr_where where);
	bool (*image)(void *ctx, struct tsr_buf *out, struct tsr_span path,
	    struct tsr_where where);
	bool (*ref)(void *ctx, struct tsr_buf *out, struct tsr_span target,
	    struct tsr_where where);
	/* HTML that may stand in text. markdown, or else html. */
	bool (*markup)(void *ctx, struct tsr_buf *out,
	    const struct tsr_json *value, bool markdown);
	struct tsr_span locale; /* "de-AT"; empty: neutral forms */
};

struct tsr_render_global {
	struct tsr_span name;
	const struct tsr_json *value;
};

struct tsr_render {
	const struct tsr_json *data; /* NULL: none */
	const struct tsr_render_global *globals;
	size_t nglobals;
	const struct tsr_render_hooks *hooks; /* may be NULL */
};

/*
 * Append one rendering. False when a message was added or a hook reported one;
 * out then holds what could be rendered. Any thread, each with its own diag;
 * nothing else is allocated but the messages and out.
 */
bool tsr_template_render(struct tsr_buf *out, const struct tsr_template *t,
    const struct tsr_render *render, struct tsr_diag *diag);

#endif
