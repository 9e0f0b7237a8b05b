/*
 * template_value - print one value of the data where a tag stands.
 */
#include "build/template/template_value.h"

#include "build/template/escape.h"
#include "core/limits.h"

/* What the last pipe made of the value. */
enum made {
	MADE_TEXT,
	MADE_URL,     /* the builder's own: scheme and form are right */
	MADE_ENCODED, /* percent-encoded already */
	MADE_JSON
};

void
tsr_value_init(struct value_out *v, struct tsr_buf *out, struct tsr_diag *diag,
    const struct tsr_render_hooks *hooks)
{
	v->out = out;
	v->diag = diag;
	v->hooks = hooks;
	tsr_buf_init(&v->text[0], TSR_PAGE_TEXT_MAX);
	tsr_buf_init(&v->text[1], TSR_PAGE_TEXT_MAX);
}

void
tsr_value_free(struct value_out *v)
{
	tsr_buf_free(&v->text[0]);
	tsr_buf_free(&v->text[1]);
}

struct tsr_message *
tsr_value_mistake(struct value_out *v, const struct node *node,
    const struct tsr_json *value, const char *rule, const char *text)
{
	struct tsr_where where = node->where;
	struct tsr_message *m;

	if (value != NULL && value->src != 0)
		where = tsr_json_where(value);
	v->failed = true;
	m = tsr_diag_add(v->diag, TSR_ERROR, rule, where, "%s", text);
	if (where.src != node->where.src || where.off != node->where.off)
		m->also = node->where;
	return m;
}

/* A scalar as text; numbers and the like through a buffer. */
static struct tsr_span
text_of(struct value_out *v, const struct tsr_json *value)
{
	switch (value->type) {
	case TSR_JSON_STRING:
		return value->u.string;
	case TSR_JSON_BOOLEAN:
		return value->u.boolean ? TSR_LIT("true") : TSR_LIT("false");
	case TSR_JSON_INTEGER:
	case TSR_JSON_REAL:
		tsr_buf_clear(&v->text[1]);
		tsr_json_number_text(&v->text[1], value);
		return tsr_buf_view(&v->text[1]);
	default:
		return tsr_span_of(NULL, 0);
	}
}

void
tsr_value_print_spec(
    struct value_out *v, const struct node *node, const struct tsr_json *value)
{
	struct tsr_span text;

	if (value == NULL)
		return;
	text = text_of(v, value);
	if (node->raw)
		tsr_buf_add(v->out, text);
	else
		tsr_escape_html(v->out, text);
}

static struct tsr_where
place(const struct node *node, const struct tsr_json *value)
{
	return value->src != 0 ? tsr_json_where(value) : node->where;
}

/* asset, image and ref; false when the hook reported a mistake. */
static bool
run_hook(struct value_out *v, struct tsr_buf *to, enum tsr_pipe_kind kind,
    const struct tsr_json *value, struct tsr_where where)
{
	const struct tsr_render_hooks *h = v->hooks;
	bool (*fn)(void *, struct tsr_buf *, struct tsr_span,
	    struct tsr_where) = kind == TSR_PIPE_ASSET	 ? h->asset
				: kind == TSR_PIPE_IMAGE ? h->image
							 : h->ref;

	if (fn == NULL) {
		tsr_buf_add(to, value->u.string);
		return true;
	}
	return fn(h->ctx, to, value->u.string, where);
}

/* One pipe: *value becomes a string in one of the two buffers. */
static bool
run_pipe(struct value_out *v, const struct node *node, struct tsr_json *value,
    size_t i)
{
	const struct pipe_call *call = &node->pipes[i];
	enum tsr_pipe_kind kind = call->pipe.kind;
	struct tsr_buf *to = &v->text[i & 1];
	const char *want;

	tsr_buf_clear(to);
	if ((kind == TSR_PIPE_ASSET || kind == TSR_PIPE_IMAGE ||
		kind == TSR_PIPE_REF) &&
	    value->type == TSR_JSON_STRING) {
		if (!run_hook(v, to, kind, value, place(node, value))) {
			v->failed = true;
			return false;
		}
	} else {
		want = tsr_pipe_run(to, &call->pipe, value, v->hooks->locale);
		if (want != NULL) {
			tsr_value_mistake(v, node, value, "T029",
			    "a pipe cannot read this value");
			tsr_diag_hint(
			    v->diag, "%s takes %s", tsr_pipe_name(kind), want);
			return false;
		}
	}
	value->type = TSR_JSON_STRING;
	value->u.string = tsr_buf_view(to);
	return true;
}

static enum made
made_by(const struct node *node)
{
	if (node->npipes == 0)
		return MADE_TEXT;
	switch (node->pipes[node->npipes - 1].pipe.kind) {
	case TSR_PIPE_ASSET:
	case TSR_PIPE_IMAGE:
	case TSR_PIPE_REF:
		return MADE_URL;
	case TSR_PIPE_URL:
		return MADE_ENCODED;
	case TSR_PIPE_JSON:
		return MADE_JSON;
	default:
		return MADE_TEXT;
	}
}

static bool
in_url(enum tsr_hole hole)
{
	return hole >= TSR_HOLE_URL && hole <= TSR_HOLE_SRCSET;
}

/* In a style a URL may hold only what ends neither strings nor url(). */
static bool
plain_url(struct tsr_span url)
{
	size_t i;

	for (i = 0; i < url.n; i++) {
		uint8_t c = url.p[i];

		if (!tsr_is_alnum(c) && c != '/' && c != '.' && c != '-' &&
		    c != '_' && c != '%' && c != ':')
			return false;
	}
	return true;
}

static void
unsafe_value(struct value_out *v, const struct node *node,
    const struct tsr_json *value, enum tsr_unsafe why)
{
	if (why == TSR_UNSAFE_CSS) {
		tsr_value_mistake(v, node, value, "T021",
		    "this value cannot stand in a style");
		tsr_diag_hint(
		    v->diag, "a word, a number with a unit, or a #colour can");
	} else if (why == TSR_UNSAFE_BYTES) {
		tsr_value_mistake(v, node, value, "T020",
		    "a URL cannot hold control characters");
	} else {
		tsr_value_mistake(v, node, value, "T020",
		    "the scheme of this URL is not allowed");
		tsr_diag_hint(v->diag,
		    "relative, http:, https:, mailto: and tel: are; page "
		    "names go through |ref");
	}
}

static void
print_text(struct value_out *v, const struct node *node,
    const struct tsr_json *value, struct tsr_span text)
{
	enum tsr_hole hole = (enum tsr_hole)node->hole;
	enum made made = made_by(node);
	enum tsr_unsafe why;

	if (in_url(hole) && (made == MADE_URL || made == MADE_ENCODED))
		hole = TSR_HOLE_ATTR;
	if (hole == TSR_HOLE_CSS && made == MADE_URL && plain_url(text)) {
		tsr_buf_add(v->out, text);
		return;
	}
	why = tsr_escape(v->out, hole, text);
	if (why != TSR_SAFE)
		unsafe_value(v, node, value, why);
}

static void
print_markup(
    struct value_out *v, const struct node *node, const struct tsr_json *value)
{
	if (value->type != TSR_JSON_STRING)
		tsr_value_mistake(
		    v, node, value, "T024", "markup must be a string");
	else if (v->hooks->markup == NULL)
		tsr_escape_attr(v->out, value->u.string);
	else if (!v->hooks->markup(
		     v->hooks->ctx, v->out, value, node->markdown))
		v->failed = true;
}

void
tsr_value_print(
    struct value_out *v, const struct node *node, const struct tsr_json *value)
{
	struct tsr_json now;
	size_t i;

	if (value == NULL ||
	    (value->type == TSR_JSON_NULL && node->hole != TSR_HOLE_SCRIPT)) {
		if (node->hole == TSR_HOLE_SCRIPT)
			tsr_buf_text(v->out, "null");
		return;
	}
	if (node->raw) {
		print_markup(v, node, value);
		return;
	}
	now = *value;
	for (i = 0; i < node->npipes; i++)
		if (!run_pipe(v, node, &now, i))
			return;
	if (now.type == TSR_JSON_ARRAY || now.type == TSR_JSON_OBJECT) {
		tsr_value_mistake(v, node, value, "T011",
		    "an object or list cannot be printed");
		return;
	}
	print_text(v, node, value, text_of(v, &now));
}
