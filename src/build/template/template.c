/*
 * template - the registry, and what a compiled template answers.
 */
#include "build/template/template_impl.h"

#define ID(id, text) id,
#define TEXT(id, text) text,

static const char *const ids[] = {TSR_TEMPLATE_RULES(ID)};
static const char *const texts[] = {TSR_TEMPLATE_RULES(TEXT)};

const char *
tsr_template_rule(const char *rule)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(ids); i++)
		if (strcmp(ids[i], rule) == 0)
			return texts[i];
	return NULL;
}

const char *
tsr_template_rule_at(size_t i)
{
	return i < TSR_COUNT_OF(ids) ? ids[i] : NULL;
}

struct tsr_templates *
tsr_templates_new(struct tsr_arena *arena, const struct tsr_sources *sources,
    enum tsr_template_mode mode)
{
	struct tsr_templates *all = TSR_NEW(arena, struct tsr_templates);

	all->arena = arena;
	all->sources = sources;
	all->mode = mode;
	return all;
}

void
tsr_templates_flat(struct tsr_templates *all)
{
	all->flat = true;
}

static struct tmpl *
find_exact(const struct tsr_templates *all, struct tsr_span name)
{
	size_t i;

	for (i = all->count; i-- > 0;)
		if (tsr_span_eq(all->list[i]->name, name))
			return all->list[i];
	return NULL;
}

/* The same name but for "/", which a flat folder's names have as "_". */
static bool
flat_eq(struct tsr_span flat, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < name.n && i < flat.n; i++)
		if (flat.p[i] != (name.p[i] == '/' ? '_' : name.p[i]))
			return false;
	return flat.n == name.n;
}

struct tmpl *
tsr_template_find(const struct tsr_templates *all, struct tsr_span name)
{
	struct tmpl *tmpl = find_exact(all, name);
	size_t i;

	for (i = all->count; tmpl == NULL && all->flat && i-- > 0;)
		if (flat_eq(all->list[i]->name, name))
			tmpl = all->list[i];
	return tmpl;
}

void
tsr_templates_add(struct tsr_templates *all, struct tsr_span name, uint32_t src,
    struct tsr_template_shape fields)
{
	struct tmpl *tmpl = TSR_NEW(all->arena, struct tmpl);

	tmpl->name = tsr_arena_dup(all->arena, name);
	tmpl->src = src;
	tmpl->fields = fields;
	all->list = tsr_arena_grow(
	    all->arena, all->list, all->count, &all->cap, sizeof(*all->list));
	all->list[all->count++] = tmpl;
}

void
tsr_templates_global(struct tsr_templates *all, struct tsr_span name,
    struct tsr_template_shape shape)
{
	struct global *global;

	all->globals = tsr_arena_grow(all->arena, all->globals, all->nglobals,
	    &all->cap_globals, sizeof(*all->globals));
	global = &all->globals[all->nglobals++];
	global->name = tsr_arena_dup(all->arena, name);
	global->shape = shape;
}

size_t
tsr_template_override(
    const struct nodes **in, const struct args *args, const struct node *node)
{
	size_t found = 0;

	for (; args != NULL; args = args->outer) {
		const struct nodes *nodes = args->nodes;
		size_t k = args->parent + 1;

		for (; k < nodes->list[args->parent].end;
		     k = nodes->list[k].end) {
			if (nodes->list[k].kind == NODE_BLOCK &&
			    tsr_span_eq(nodes->list[k].text, node->text)) {
				found = k;
				*in = nodes;
			}
		}
	}
	return found;
}

/* Find what a template includes; a dynamic name may be any. */
static void
link_one(struct tsr_templates *all, struct tmpl *tmpl)
{
	size_t i, k;

	for (i = 0; i < tmpl->nodes.count; i++) {
		struct node *node = &tmpl->nodes.list[i];
		struct tmpl *target;

		if (node->kind != NODE_PARTIAL && node->kind != NODE_PARENT)
			continue;
		for (k = 0; node->dynamic && k < all->count; k++)
			all->list[k]->wanted = true;
		target = tsr_template_find(all, node->text);
		node->target = target;
		if (target != NULL)
			target->wanted = true;
	}
}

/* Spec mode: all that can be reached from root must be well formed. */
static bool
link_all(struct tsr_templates *all, struct tmpl *root, struct tsr_diag *diag)
{
	bool good = true, more = true;
	size_t i;

	for (i = 0; i < all->count; i++)
		all->list[i]->wanted = all->list[i]->linked = false;
	root->wanted = true;
	while (more) {
		more = false;
		for (i = 0; i < all->count; i++) {
			struct tmpl *tmpl = all->list[i];

			if (!tmpl->wanted || tmpl->linked)
				continue;
			tmpl->linked = more = true;
			tsr_template_parse(all, tmpl, diag);
			link_one(all, tmpl);
			good = good && !tmpl->bad;
		}
	}
	return good;
}

const struct tsr_template *
tsr_template_compile(
    struct tsr_templates *all, struct tsr_span name, struct tsr_diag *diag)
{
	struct tmpl *tmpl = tsr_template_find(all, name);
	struct tsr_template *t;
	bool good;

	if (tmpl == NULL)
		return NULL;
	t = TSR_NEW(all->arena, struct tsr_template);
	t->all = all;
	t->tmpl = tmpl;
	if (all->mode == TSR_TEMPLATE_SPEC)
		good = link_all(all, tmpl, diag);
	else
		good = tsr_template_check(t, diag);
	return good ? t : NULL;
}

static struct tsr_template_names
names_of(const struct name_list *list)
{
	struct tsr_template_names names = {list->list, list->count};

	return names;
}

struct tsr_template_names
tsr_template_slots(const struct tsr_template *t)
{
	return names_of(&t->slots);
}

struct tsr_template_names
tsr_template_texts(const struct tsr_template *t)
{
	return names_of(&t->texts);
}

struct tsr_template_names
tsr_template_includes(const struct tsr_template *t)
{
	return names_of(&t->includes);
}
