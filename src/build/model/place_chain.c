/*
 * place_chain - chains that ask what is known of the page they stand on.
 *
 * A fact is looked for in the page's record, as it reads in the locale, and in
 * the page's own fields; variants of the whole page do not change it.
 */
#include "build/model/place_chain.h"

#include "build/model/model_part.h"
#include "build/read/mistake.h"
#include "build/rules/trigger.h"

static void
know(struct tsr_rules_known *out, const struct tsr_model *model,
    const struct tsr_place *place, uint32_t locale)
{
	const struct tsr_words *words = &model->pages[place->page].words;

	memset(out, 0, sizeof(*out));
	out->page = place->id;
	out->locale = model->locales[locale].tag;
	out->path = place->paths[locale];
	out->words = words->by_locale[locale];
	if (place->record != UINT32_MAX)
		out->facts[0] = tsr_place_record(place, model, locale);
	out->facts[1] = tsr_json_get(out->words, "fields");
}

struct tsr_json
tsr_place_known(const struct tsr_model *model, const struct tsr_place *place,
    uint32_t locale)
{
	struct tsr_rules_known known;
	struct tsr_json out;

	know(&known, model, place, locale);
	tsr_rules_page(model->rules, &known);
	out = tsr_rules_known_object(model->rules);
	tsr_rules_page(model->rules, NULL);
	return out;
}

/* The places of the page that owns the variants; of an entry's: all. */
static void
find_places(struct tsr_variants *g, const struct tsr_model *model,
    const struct tsr_addresses *all)
{
	uint32_t page = tsr_names_find(&model->page_names, g->owner);

	g->place_count = all->place_count;
	if (page == TSR_NAMES_NONE)
		return;
	g->first_place = all->first[page];
	g->place_count = all->first[page + 1] - g->first_place;
}

/* False after a mistake, which would be the same at every place. */
static bool
place_one(uint32_t *decision, struct tsr_variants *g, struct tsr_model *model,
    struct tsr_diag *diag)
{
	const struct tsr_rules_residue *residues;
	size_t n;

	if (!tsr_rules_chain_to(decision, model->rules, g->rules.list,
		g->rules.count, g->count + 1))
		return false;
	n = tsr_rules_residues(&residues, model->rules, *decision);
	if (n == 0 || !tsr_span_eq(g->slot, TSR_LIT("_page")))
		return true;
	tsr_diag_add(diag, TSR_ERROR, TSR_M_BROWSER,
	    g->rules.list[residues[0].rule].where,
	    "a whole page cannot wait for what the browser knows");
	return false;
}

static void
place(struct tsr_variants *g, struct tsr_model *model,
    const struct tsr_addresses *all, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	uint32_t n = model->locale_count, i, l;
	const struct tsr_place *at;
	struct tsr_rules_known known;

	find_places(g, model, all);
	g->locale_count = n;
	g->decisions =
	    TSR_NEW_ARRAY(arena, uint32_t, (size_t)g->place_count * n);
	for (i = 0; i < g->place_count; i++) {
		at = &all->places[g->first_place + i];
		for (l = 0; l < n; l++) {
			if (at->paths[l].n == 0)
				continue;
			know(&known, model, at, l);
			tsr_rules_page(model->rules, &known);
			if (!place_one(&g->decisions[(size_t)i * n + l], g,
				model, diag))
				return;
		}
	}
}

void
tsr_chains_place(struct tsr_model *model, const struct tsr_addresses *all,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	uint32_t i;

	for (i = 0; i < model->variants_count; i++)
		if (model->variants[i].by_place)
			place(&model->variants[i], model, all, arena, diag);
	tsr_rules_page(model->rules, NULL);
}

void
tsr_triggers_place(struct tsr_model *model, const struct tsr_addresses *all,
    struct tsr_arena *arena)
{
	uint32_t n = model->locale_count, i, l;
	struct tsr_rules_known known;

	if (tsr_triggers_count(model->triggers) == 0)
		return;
	model->trigger_pages = TSR_NEW_ARRAY(
	    arena, struct tsr_trigger_page, (size_t)all->place_count * n);
	for (i = 0; i < all->place_count; i++)
		for (l = 0; l < n; l++) {
			if (all->places[i].paths[l].n == 0)
				continue;
			know(&known, model, &all->places[i], l);
			tsr_rules_page(model->rules, &known);
			tsr_triggers_here(
			    &model->trigger_pages[(size_t)i * n + l],
			    model->triggers);
		}
	tsr_rules_page(model->rules, NULL);
}

const struct tsr_trigger_page *
tsr_triggers_of(const struct tsr_model *model, const struct tsr_addresses *all,
    const struct tsr_place *place, uint32_t locale)
{
	if (model->trigger_pages == NULL)
		return NULL;
	return &model->trigger_pages[(size_t)(place - all->places) *
		model->locale_count + locale];
}

uint32_t
tsr_chain_at(const struct tsr_variants *g, const struct tsr_addresses *all,
    const struct tsr_place *place, uint32_t locale)
{
	uint32_t at = (uint32_t)(place - all->places);

	if (!g->by_place)
		return g->decision;
	if (at < g->first_place || at - g->first_place >= g->place_count)
		return 0;
	return g->decisions[(size_t)(at - g->first_place) * g->locale_count +
	    locale];
}
