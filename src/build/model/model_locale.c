/*
 * model_locale - tessera.json: the site's name, address and locales; and the
 * interface texts, which fall back from one locale to the next.
 */
#include "build/read/mistake.h"
#include "build/model/model_part.h"
#include "core/language.h"
#include "core/why_words.h"

/* scheme://host[:port] and nothing after it. */
static bool
is_base_url(struct tsr_span s)
{
	size_t i = tsr_span_starts(s, TSR_LIT("https://")) ? 8
	    : tsr_span_starts(s, TSR_LIT("http://"))	   ? 7
							   : s.n;

	if (i == s.n)
		return false;
	for (; i < s.n; i++)
		if (!tsr_is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' &&
		    s.p[i] != ':' && s.p[i] != '[' && s.p[i] != ']')
			return false;
	return true;
}

/* BCP 47 by its form: letters and digits in parts of 1 to 8. */
static bool
is_tag(struct tsr_span s)
{
	return tsr_language_range(s) && s.n >= 2;
}

static void
name_locales(struct tsr_modeler *m, const struct tsr_json *locales,
    struct tsr_span standard)
{
	struct tsr_model *model = m->model;
	struct tsr_locale *l;
	const struct tsr_member *member;
	uint32_t i;

	model->locales =
	    TSR_NEW_ARRAY(m->arena, struct tsr_locale, locales->count + 1u);
	model->locales[0].tag = standard;
	model->locales[0].prefix = TSR_LIT("");
	model->locales[0].where =
	    tsr_json_where(tsr_json_get(locales, "default"));
	model->locale_count = 1;
	for (i = 0; i < locales->count; i++) {
		member = &locales->u.members[i];
		if (tsr_span_eq(member->name, TSR_LIT("default")))
			continue;
		if (!is_tag(member->name)) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_UNKNOWN_LOCALE,
			    tsr_json_name_where(member),
			    "\"%.*s\" is no locale: expected a tag like \"en\" "
			    "or \"de-AT\"",
			    TSR_ARG(member->name));
			continue;
		}
		l = &model->locales[0];
		if (!tsr_span_eq(member->name, standard)) {
			l = &model->locales[model->locale_count++];
			l->tag = member->name;
			l->prefix = tsr_span_of(
			    tsr_arena_printf(m->arena, "/%.*s",
				TSR_ARG(member->name)),
			    member->name.n + 1);
		}
		l->where = tsr_json_name_where(member);
		l->name = tsr_json_text(tsr_json_get(&member->value, "name"));
	}
	for (i = 0; i < model->locale_count; i++)
		if (model->locales[i].name.n == 0)
			model->locales[i].name = model->locales[i].tag;
}

static bool
in_chain(const struct tsr_locale *l, uint32_t number)
{
	uint32_t i;

	for (i = 0; i < l->chain_count; i++)
		if (l->chain[i] == number)
			return true;
	return false;
}

static void
chain_locale(
    struct tsr_modeler *m, uint32_t number, const struct tsr_json *fallback)
{
	struct tsr_model *model = m->model;
	struct tsr_locale *l = &model->locales[number];
	uint32_t i, other;

	l->chain = TSR_NEW_ARRAY(m->arena, uint32_t, model->locale_count + 1u);
	l->chain[l->chain_count++] = number;
	for (i = 0; fallback != NULL && i < fallback->count; i++) {
		const struct tsr_json *v = &fallback->u.items[i];

		other = tsr_model_locale(model, tsr_json_text(v));
		if (other == UINT32_MAX || in_chain(l, other)) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_FALLBACK,
			    tsr_json_where(v),
			    other == UINT32_MAX
				? "\"%.*s\" is no locale of this site"
				: "\"%.*s\" is in this chain already",
			    TSR_ARG(tsr_json_text(v)));
			continue;
		}
		if (other != 0)
			l->chain[l->chain_count++] = other;
	}
	if (number != 0)
		l->chain[l->chain_count++] = 0;
}

static const struct tsr_site_file *
config_file(const struct tsr_site *site)
{
	size_t i;

	for (i = 0; i < site->count; i++)
		if (tsr_model_is(&site->files[i], TSR_FILE_CONFIG))
			return &site->files[i];
	return NULL;
}

static void
check_base_url(struct tsr_modeler *m)
{
	const struct tsr_json *v = tsr_json_get(m->model->config, "baseUrl");

	m->model->base_url = tsr_json_text(v);
	if (v == NULL || is_base_url(m->model->base_url))
		return;
	tsr_diag_add(m->diag, TSR_ERROR, TSR_M_BASE_URL, tsr_json_where(v),
	    "expected scheme and host alone");
	tsr_diag_hint(m->diag, "like \"https://www.example.com\"");
}

bool
tsr_model_config(struct tsr_modeler *m)
{
	const struct tsr_site_file *file = config_file(m->site);
	struct tsr_model *model = m->model;
	const struct tsr_json *locales, *v;
	uint32_t i;

	if (file == NULL)
		return false;
	model->config = &file->json;
	check_base_url(m);
	if (!tsr_model_fits(m, TSR_FILE_CONFIG, &file->json))
		return false;
	locales = tsr_json_get(model->config, "locales");
	v = tsr_json_get(locales, "default");
	if (tsr_json_text(v).n == 0)
		return false;
	name_locales(m, locales, v->u.string);
	for (i = 0; i < model->locale_count; i++)
		chain_locale(m, i,
		    tsr_json_get(
			tsr_json_find(locales, model->locales[i].tag),
			"fallback"));
	model->name = tsr_json_text(tsr_json_get(model->config, "name"));
	model->not_found =
	    tsr_json_text(tsr_json_get(model->config, "notFound"));
	model->consent_cookie = tsr_json_text(
	    tsr_json_get(tsr_json_get(model->config, "consent"), "cookie"));
	return true;
}

/* Texts of a locale's own file, or NULL. */
static const struct tsr_json *
own_strings(struct tsr_modeler *m, struct tsr_span tag)
{
	const struct tsr_site_file *f;
	size_t i;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (tsr_model_is(f, TSR_FILE_STRINGS) &&
		    tsr_span_eq(f->name, tag))
			return &f->json;
	}
	return NULL;
}

/* The site's own words for /_tessera/why: each is one of those, and short. */
static void
check_why(struct tsr_modeler *m, const struct tsr_json *strings)
{
	static const char *const names[] = {
#define X(name, key) "why-" key,
	    TSR_WHY_WORD_LIST(X)
#undef X
	};
	const struct tsr_member *member;
	struct tsr_names known = {NULL, 0, 0};
	uint32_t i, k;

	for (k = 0; k < TSR_COUNT_OF(names); k++)
		tsr_names_add(&known, m->arena,
		    tsr_span_of(names[k], strlen(names[k])), k);
	for (i = 0; tsr_json_is(strings, TSR_JSON_OBJECT) &&
	    i < strings->count; i++) {
		member = &strings->u.members[i];
		if (!tsr_span_starts(member->name, TSR_LIT("why-")))
			continue;
		if (tsr_names_find(&known, member->name) == TSR_NAMES_NONE)
			tsr_model_unknown(m->diag, TSR_M_WHY_WORD,
			    tsr_json_name_where(member), "string",
			    member->name, &known);
		else if (tsr_json_text(&member->value).n > TSR_WHY_WORD_MAX)
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_WHY_WORD,
			    tsr_json_where(&member->value),
			    "this has more than %d bytes", TSR_WHY_WORD_MAX);
	}
}

static void
warn_missing(struct tsr_modeler *m, const struct tsr_locale *l,
    const struct tsr_json *own, const struct tsr_json *base)
{
	uint32_t i;

	for (i = 0; base != NULL && i < base->count; i++) {
		const struct tsr_member *member = &base->u.members[i];

		if (tsr_json_find(own, member->name) != NULL ||
		    tsr_span_eq(member->name, TSR_LIT("$schema")))
			continue;
		tsr_diag_add(m->diag, TSR_WARNING, TSR_M_STRING,
		    tsr_json_name_where(member),
		    "content/strings/%.*s.json lacks \"%.*s\"",
		    TSR_ARG(l->tag), TSR_ARG(member->name));
	}
}

static struct tsr_member
member_of(const char *name, struct tsr_json value)
{
	struct tsr_member m = {
	    .name = tsr_span_of(name, strlen(name)), .value = value};

	return m;
}

static struct tsr_json
site_of(struct tsr_modeler *m, const struct tsr_locale *l)
{
	struct tsr_member *list = TSR_NEW_ARRAY(m->arena, struct tsr_member, 4);
	const struct tsr_json *fields =
	    tsr_json_get(m->model->config, "fields");
	struct tsr_json empty = {.type = TSR_JSON_OBJECT};
	struct tsr_json out = {.type = TSR_JSON_OBJECT, .count = 4};

	list[0] = member_of("name", tsr_json_string(m->model->name));
	list[1] = member_of("baseUrl", tsr_json_string(m->model->base_url));
	list[2] = member_of("locale", tsr_json_string(l->tag));
	list[3] = member_of("fields", fields != NULL ? *fields : empty);
	out.u.members = list;
	return out;
}

void
tsr_model_strings(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	const struct tsr_site_file *f;
	const struct tsr_json *own, *base = NULL;
	uint32_t i, j;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (!tsr_model_is(f, TSR_FILE_STRINGS))
			continue;
		tsr_model_fits(m, f->kind, &f->json);
		check_why(m, &f->json);
		if (tsr_model_locale(model, f->name) == UINT32_MAX)
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_UNKNOWN_LOCALE,
			    tsr_site_where(f),
			    "\"%.*s\" is no locale of this site",
			    TSR_ARG(f->name));
	}
	for (i = 0; i < model->locale_count; i++) {
		struct tsr_locale *l = &model->locales[i];

		own = own_strings(m, l->tag);
		if (i == 0)
			base = own;
		else
			warn_missing(m, l, own, base);
		l->strings = (struct tsr_json){.type = TSR_JSON_OBJECT};
		for (j = l->chain_count; j-- > 0;) {
			own = own_strings(m, model->locales[l->chain[j]].tag);
			if (tsr_json_is(own, TSR_JSON_OBJECT))
				l->strings = tsr_json_merge(
				    m->arena, &l->strings, own);
		}
		l->site = site_of(m, l);
	}
}
