/*
 * template_parse - what the two steps of reading a template share.
 */
#ifndef TSR_BUILD_TEMPLATE_PARSE_H
#define TSR_BUILD_TEMPLATE_PARSE_H

#include "build/template/template_impl.h"
#include "core/limits.h"

struct piece {
	struct node node;
	bool eol;      /* text that ends its line */
	bool closes;   /* {{/x}} */
	bool family;   /* part of inheritance: may share a line with its like */
	size_t opener; /* of a closing piece: index of the opening one */
};

struct parser {
	struct tsr_templates *all;
	struct tmpl *tmpl;
	struct tsr_diag *diag;
	struct tsr_span text;
	size_t pos;
	struct tsr_span open, close;
	struct piece *list;
	size_t count, cap;
	size_t stack[TSR_TEMPLATE_NESTING];
	size_t depth;
	bool site;
};

/* From pieces to nodes; where standalone tags stood, the line goes. */
void tsr_template_lines(struct parser *ps);

#endif
