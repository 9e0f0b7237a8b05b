/*
 * template_impl - what the files of template share, and nobody else sees.
 *
 * A template is parsed into nodes in the order of the text, children between a
 * node and its end. Spec mode runs these nodes. Site mode copies them into
 * units: one for each way a template is included (place in HTML, shapes of the
 * data), with what each tag needs there written into the node.
 */
#ifndef TSR_BUILD_TEMPLATE_IMPL_H
#define TSR_BUILD_TEMPLATE_IMPL_H

#include "build/template/pipe.h"
#include "build/model/shape.h"
#include "build/template/template.h"

enum node_kind {
	NODE_NONE, /* comments; nothing to do */
	NODE_TEXT,
	NODE_VAR,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL,
	NODE_PARENT,
	NODE_BLOCK,
	NODE_SLOT,
	NODE_FIELD, /* {{>text:name}} */
	NODE_DATA,  /* {{>tessera}} */
	NODE_WHY,   /* {{>why}} */
	NODE_GROUP, /* site mode: an expanded parent or block */
	NODE_END    /* only while parsing */
};

enum node_meta {
	META_NONE,
	META_INDEX,
	META_FIRST,
	META_LAST,
	META_LENGTH
};

struct pipe_call {
	struct tsr_pipe pipe;
	struct tsr_where where;
};

struct unit;
struct tmpl;

struct node {
	uint8_t kind;
	uint8_t hole; /* enum tsr_hole, site mode */
	uint8_t meta;
	bool bol;     /* first on its line: indentation goes before it */
	bool raw;     /* {{&x}} {{{x}}} */
	bool dynamic; /* {{>*x}} */
	bool own;     /* alone on its line(s) */
	bool pair;    /* a block that ends on the line where it begins */
	bool markdown;
	uint8_t nparts, npipes;
	uint32_t end; /* index behind the last child; own index + 1 without */
	struct tsr_where where;
	struct tsr_where close; /* of sections: the end tag */
	struct tsr_span text; /* literal text, or the name */
	struct tsr_span indent;
	const struct tsr_span *parts; /* of a dotted name; none for "." */
	const struct pipe_call *pipes;
	const struct tmpl *target; /* spec mode: included template or NULL */
	struct unit *unit;	   /* site mode */
};

struct nodes {
	struct node *list;
	size_t count, cap;
};

struct tmpl {
	struct tsr_span name;
	uint32_t src;
	struct tsr_template_shape fields;
	bool parsed, bad;
	bool wanted, linked; /* spec mode: may be included by what is compiled */
	struct nodes nodes;
};

/* What is known about one level of the data. */
enum view_kind {
	VIEW_ANY,
	VIEW_SCHEMA,
	VIEW_VALUE
};

struct view {
	enum view_kind kind;
	bool required;
	const struct tsr_json *value;
	struct tsr_shape shape;
};

struct level {
	struct view view;
	const struct level *outer;
	bool root;
	bool list; /* an item of a list */
};

/* A section that is open: what it asked for is there. */
struct guard {
	const struct node *node;
	const struct level *level;
	const struct guard *outer;
};

/* One way a template is included. */
struct unit {
	const struct tmpl *tmpl;
	struct tsr_htmltok start, end;
	const struct level *levels;
	bool isolated; /* a component: sees one level only */
	bool building, recursive, bad;
	bool used_all;
	const void *seen; /* by the last walk over all units */
	size_t sections;  /* how many were open where it began */
	struct nodes code;
	struct tsr_span *used; /* fields of the outermost level */
	size_t nused, cap_used;
};

/* The blocks between {{<parent}} and {{/parent}}. */
struct args {
	const struct nodes *nodes;
	size_t parent;
	const struct args *outer;
};

struct checker {
	struct tsr_template *t;
	struct tsr_templates *all;
	struct tsr_diag *diag;
	struct unit *unit; /* being built */
	struct nodes *code;
	const struct args *args;
	const struct guard *guards;
	struct tsr_htmltok html;
	const struct level *levels;
	size_t sections, depth, made;
	bool stopped;
	bool maybe; /* content read again that may be no list */
};

struct name_list {
	struct tsr_template_name *list;
	size_t count, cap;
};

struct tsr_template {
	struct tsr_templates *all;
	const struct tmpl *tmpl;
	const struct unit *unit; /* site mode */
	struct name_list slots, texts, includes;
	const struct node *data; /* {{>tessera}}, or NULL */
	const struct node *why;	 /* {{>why}}, or NULL */
};

struct global {
	struct tsr_span name;
	struct tsr_template_shape shape;
};

struct tsr_templates {
	struct tsr_arena *arena;
	const struct tsr_sources *sources;
	enum tsr_template_mode mode;
	bool flat;
	struct tmpl **list;
	size_t count, cap;
	struct global *globals;
	size_t nglobals, cap_globals;
	struct unit **units;
	size_t nunits, cap_units;
};

/* Parses once; mistakes go to the diag and set tmpl->bad. */
void tsr_template_parse(
    struct tsr_templates *all, struct tmpl *tmpl, struct tsr_diag *diag);

struct tmpl *tsr_template_find(
    const struct tsr_templates *all, struct tsr_span name);

/* The place of s in the text of source src; s must point into it. */
struct tsr_where tsr_template_where(
    const struct tsr_templates *all, uint32_t src, struct tsr_span s);

/* Site mode: template_check.c. False when there was a mistake. */
bool tsr_template_check(struct tsr_template *t, struct tsr_diag *diag);

/* Nodes [from, to) into the code being made. */
void tsr_check_walk(struct checker *ck, const struct nodes *nodes, size_t from,
    size_t to);
/* Its text stands in the message; the unit is bad. */
struct tsr_message *tsr_check_mistake(struct checker *ck, const char *rule,
    const struct node *node, const char *text);
/* A copy of a node: its index, or itself, which the next one may move. */
size_t tsr_check_emit(struct checker *ck, const struct node *node);
struct node *tsr_check_node(struct checker *ck, const struct node *node);
/* What was emitted since stands between it and its end. */
void tsr_check_end(struct checker *ck, size_t at);
/* The place of byte i of a text node. */
struct tsr_where tsr_check_place(
    const struct checker *ck, const struct node *node, size_t i);

/* template_include.c: partials and parents, blocks, a unit's own code. */
void tsr_check_include(
    struct checker *ck, const struct nodes *nodes, size_t at);
void tsr_check_block(struct checker *ck, const struct nodes *nodes, size_t at);
void tsr_check_unit(struct checker *ck, struct unit *unit);

/* What overrides the block at node: the outermost parent's. 0: nothing. */
size_t tsr_template_override(const struct nodes **in, const struct args *args,
    const struct node *node);

/* template_path.c: what the schemas say about the name of a tag. */
struct found {
	struct view view;
	const struct level *level; /* NULL: a global */
};

/* False, with a message, when nothing has the name. */
bool tsr_path_find(
    struct found *out, struct checker *ck, const struct node *node);
void tsr_path_check_print(struct checker *ck, const struct node *node,
    const struct found *found);
void tsr_path_check_section(struct checker *ck, const struct node *node,
    const struct found *found);
/* All fields of the outermost level count as used. */
void tsr_path_use_all(struct checker *ck);
void tsr_path_use(struct checker *ck, struct unit *unit, struct tsr_span name);
void tsr_path_report_unused(struct checker *ck, const struct unit *unit);

/* template_view.c */
struct view tsr_view_of(struct tsr_template_shape shape);
struct view tsr_view_member(const struct view *view, struct tsr_span name);
struct view tsr_view_item(const struct view *view);
bool tsr_view_known(const struct view *view);
enum tsr_format tsr_view_format(const struct view *view);
bool tsr_view_same(const struct view *a, const struct view *b);
unsigned tsr_view_types(const struct view *view);
size_t tsr_view_names(
    struct tsr_span *out, size_t max, const struct view *view);

#define TYPES_ALL ((1u << TSR_JSON_TYPE_COUNT) - 1)

#endif
