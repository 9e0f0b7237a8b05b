/*
 * explain - tessera explain PAGE: where each variant is decided, and its cost.
 *
 * For each slot of a page its variants in their order: the tier in which the
 * condition can be decided, what of it is left to the browser, how many
 * predicates are asked until it is chosen, and the bytes it adds to the page.
 * Behind the slots, the page's triggers: see explain_trigger.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build/build.h"
#include "build/render/fold.h"
#include "cli/cli.h"
#include "cli/explain_trigger.h"
#include "cli/look.h"
#include "cli/options.h"
#include "cli/setup.h"
#include "core/word.h"

#define REPORT_MAX ((size_t)64 << 20)

/* zlib's: what a build uses when nothing is said. */
#define LEVEL 9

static const char help[] =
    "usage: tessera explain [options] PAGE\n"
    "\n"
    "Say for every variant of a page in which tier its condition is decided\n"
    "(build, segment, request or browser), what of it is left to the browser,\n"
    "how many predicates are asked until it is chosen (at most, and on average\n"
    "if yes and no were equally likely), and its compressed bytes; and which\n"
    "triggers may be shown, on what conditions. PAGE is a path of the site.\n"
    "\n"
    "  --site SITE  the site's folder (.)\n"
    "  --slot SLOT  this slot alone\n"
    "  --json       one JSON object on standard output\n"
    "\n"
    "exit codes: 0 said, 1 mistakes in the site or no such page, 2 wrong usage\n";

struct job {
	struct tsr_look look;
	struct tsr_packed_page packed;
	const char *site, *slot;
	bool json, colour;
	struct tsr_buf out;
	size_t said;
};

/* One variant of a slot. */
struct variant {
	struct tsr_span name, rule;
	enum tsr_tier tier;
	bool own, omitted;
	struct tsr_rules_cost cost;
	size_t bytes;
	const struct tsr_rules_residue *residue;
};

/* ---- what is known of it ---- */

/* The units of a program, without those of slots in it. */
static size_t
own_bytes(const struct job *job, uint32_t program)
{
	const struct tsr_packed_program *p = &job->packed.programs[program];
	size_t n = 0, i;

	for (i = 0; i < p->count; i++)
		if (p->parts[i].kind == TSR_PART_UNIT)
			n += job->packed.objects[p->parts[i].a].bytes.n;
	return n;
}

/* A list has a packed slot for each position; else one, or equal ones. */
static size_t
bytes_of(const struct job *job, const struct tsr_item *item, uint32_t outcome)
{
	const struct tsr_packed_slot *slot;
	size_t i, n = 0;

	for (i = 0; i < job->packed.slot_count; i++) {
		slot = &job->packed.slots[i];
		if (slot->decision != item->decision ||
		    !tsr_span_eq(slot->name, item->text))
			continue;
		n += own_bytes(job, slot->first + outcome);
		if (slot->position == 0)
			break;
	}
	return n;
}

static const struct tsr_rules_residue *
find_residue(const struct job *job, uint32_t decision, uint32_t rule)
{
	const struct tsr_rules_residue *list;
	size_t i, n = tsr_rules_residues(&list, job->look.site.rules, decision);

	for (i = 0; i < n; i++)
		if (list[i].rule == rule)
			return &list[i];
	return NULL;
}

static void
find_variant(struct variant *out, const struct job *job,
    const struct tsr_item *item, size_t rule,
    const struct tsr_rules_cost *costs)
{
	struct tsr_rules *rules = job->look.site.rules;
	const struct tsr_rule *r =
	    rule < item->rules->count ? &item->rules->list[rule] : NULL;
	uint32_t outcome = item->count - 1;

	memset(out, 0, sizeof(*out));
	if (r != NULL) {
		outcome = r->outcome == 0 ? (uint32_t)rule : r->outcome - 1;
		out->rule = r->name;
		out->tier = r->audience != NULL
		    ? tsr_rules_asks(rules, r->audience) : TSR_TIER_BUILD;
		if (out->tier < TSR_TIER_SEGMENT &&
		    (r->starts != INT64_MIN || r->ends != INT64_MAX))
			out->tier = TSR_TIER_SEGMENT;
		if (r->fragment_set != 0 && out->tier < TSR_TIER_REQUEST)
			out->tier = TSR_TIER_REQUEST;
		out->residue =
		    find_residue(job, item->decision, (uint32_t)rule);
	}
	out->own = r == NULL;
	out->name = item->choices[outcome].name;
	out->omitted = item->choices[outcome].omitted;
	out->cost = costs[outcome];
	out->bytes = item->kind == TSR_ITEM_SLOT
	    ? bytes_of(job, item, outcome)
	    : own_bytes(job, job->packed.first_edition + outcome);
}

/* ---- how it is said ---- */

static void
put_residue(struct job *job, const struct tsr_rules_residue *residue)
{
	tsr_json_write(&job->out, &residue->condition);
	if (!job->json && residue->decision != TSR_RESIDUE_ALWAYS)
		tsr_buf_text(&job->out, " where the mask says so");
}

static void
print_variant(struct job *job, const struct variant *v)
{
	bool other = v->rule.n > 0 && !tsr_span_eq(v->rule, v->name);
	size_t n = v->name.n + (other ? v->rule.n + 3 : 0);

	tsr_buf_text(&job->out, "    ");
	tsr_buf_add(&job->out, v->name);
	if (other)
		tsr_buf_printf(&job->out, " (%.*s)", TSR_ARG(v->rule));
	tsr_buf_fill(&job->out, ' ', n < 24 ? 24 - n : 1);
	tsr_buf_printf(
	    &job->out, "%-9s", v->own ? "-" : tsr_word_tier(v->tier));
	if (v->cost.reached)
		tsr_buf_printf(&job->out, "%5u %7.1f", v->cost.most,
		    v->cost.mean);
	else
		tsr_buf_text(&job->out, "    -       -");
	if (v->omitted)
		tsr_buf_text(&job->out, "  nothing");
	else
		tsr_buf_printf(&job->out, "%9zu", v->bytes);
	if (v->residue != NULL) {
		tsr_buf_text(&job->out, "  ");
		put_residue(job, v->residue);
	}
	tsr_buf_byte(&job->out, '\n');
}

static void
json_variant(struct job *job, const struct variant *v, bool first)
{
	tsr_buf_text(&job->out, first ? "{\"variant\":" : ",{\"variant\":");
	tsr_buf_json(&job->out, v->name);
	if (!v->own) {
		tsr_buf_text(&job->out, ",\"rule\":");
		tsr_buf_json(&job->out, v->rule);
		tsr_buf_printf(&job->out, ",\"tier\":\"%s\"",
		    tsr_word_tier(v->tier));
	}
	if (v->cost.reached)
		tsr_buf_printf(&job->out, ",\"most\":%u,\"mean\":%.3f",
		    v->cost.most, v->cost.mean);
	tsr_buf_printf(&job->out, ",\"reached\":%s,\"omitted\":%s,\"bytes\":%zu",
	    v->cost.reached ? "true" : "false", v->omitted ? "true" : "false",
	    v->bytes);
	if (v->residue != NULL) {
		tsr_buf_text(&job->out, ",\"residue\":");
		put_residue(job, v->residue);
	}
	tsr_buf_byte(&job->out, '}');
}

static void
begin_slot(struct job *job, const struct tsr_item *item)
{
	const struct tsr_rules *rules = job->look.site.rules;
	const char *tier = tsr_word_tier(tsr_rules_tier(rules, item->decision));

	if (job->json) {
		tsr_buf_text(&job->out,
		    job->said++ > 0 ? ",{\"slot\":" : "{\"slot\":");
		tsr_buf_json(&job->out, item->text);
		tsr_buf_printf(&job->out,
		    ",\"decision\":%u,\"tier\":\"%s\",\"variants\":[",
		    item->decision, tier);
		return;
	}
	job->said++;
	tsr_buf_printf(&job->out,
	    job->colour ? "\n\033[1m%.*s\033[0m is decided in the %s tier\n"
			: "\n%.*s is decided in the %s tier\n",
	    TSR_ARG(item->text), tier);
	tsr_buf_text(&job->out,
	    "    variant                 tier       most    mean    bytes"
	    "  left to the browser\n");
}

/* A slot, or the page, as a slot of editions. */
static void
say_slot(struct job *job, const struct tsr_item *item)
{
	const struct tsr_rules *rules = job->look.site.rules;
	size_t i;
	struct tsr_rules_cost *costs = TSR_NEW_ARRAY(&job->look.arena,
	    struct tsr_rules_cost, tsr_rules_outcomes(rules, item->decision));
	struct variant v;

	if (job->slot != NULL &&
	    !tsr_span_eq(item->text,
		tsr_span_of(job->slot, strlen(job->slot))))
		return;
	tsr_rules_cost(costs, rules, item->decision);
	begin_slot(job, item);
	/* Behind the rules, the page's own content. */
	for (i = 0; i <= item->rules->count; i++) {
		find_variant(&v, job, item, i, costs);
		if (job->json)
			json_variant(job, &v, i == 0);
		else
			print_variant(job, &v);
	}
	if (job->json)
		tsr_buf_text(&job->out, "]}");
}

/* Slots nest to TSR_SLOT_DEPTH. */
static void
say_items(struct job *job, const struct tsr_choice *choice)
{
	const struct tsr_item *item;
	uint32_t r, i, k;

	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++) {
			item = &choice->rows[r].items[i];
			if (item->kind != TSR_ITEM_SLOT)
				continue;
			say_slot(job, item);
			for (k = 0; k < item->count; k++)
				say_items(job, &item->choices[k]);
		}
}

/* ---- the command ---- */

/* Pack the page as a build does, but for folding: its slots stay. */
static bool
pack(struct job *job)
{
	struct tsr_look *look = &job->look;
	struct tsr_deflater *deflater = tsr_deflater_new(LEVEL);
	struct tsr_pack_tools tools = {deflater, &look->arena, &look->arena};
	struct tsr_padded *editions;
	bool ok;

	if (deflater == NULL)
		abort(); /* zlib refuses our constants, or no memory */
	editions = tsr_build_pad(look->page, &look->arena, &look->diag);
	ok = editions != NULL &&
	    tsr_pack_page(&job->packed, editions, look->page->edition_count,
		&tools);
	tsr_deflater_free(deflater);
	return ok;
}

static void
say(struct job *job)
{
	const struct tsr_page *page = job->look.page;
	struct tsr_item whole = {.kind = TSR_ITEM_TEXT,
	    .text = TSR_LIT("the page"), .decision = page->decision,
	    .rules = page->rules,
	    .choices = page->editions, .count = page->edition_count};
	bool folds = tsr_fold_fits(page, job->look.site.rules);
	uint32_t i;

	if (job->json) {
		tsr_buf_text(&job->out, "{\"path\":");
		tsr_buf_json(&job->out, page->path);
		tsr_buf_printf(&job->out, ",\"folds\":%s,\"bits\":%u,\"slots\":[",
		    folds ? "true" : "false", page->bit_count);
	} else {
		tsr_buf_printf(&job->out, "%.*s: %zu slot%s with variants",
		    TSR_ARG(page->path), job->packed.slot_count,
		    job->packed.slot_count == 1 ? "" : "s");
		tsr_buf_text(&job->out, folds ? ", decided once for the page "
			"where they are few\n" : "\n");
	}
	if (page->edition_count > 1)
		say_slot(job, &whole);
	for (i = 0; i < page->edition_count; i++)
		say_items(job, &page->editions[i]);
	tsr_buf_text(&job->out, job->json ? "],\"triggers\":[" : "");
	if (job->slot == NULL)
		job->said += tsr_explain_triggers(
		    &job->out, &job->look, job->json, job->colour);
	if (job->json)
		tsr_buf_text(&job->out, "]}\n");
	else if (job->said == 0)
		tsr_buf_text(&job->out, job->slot == NULL
			? "\nEverybody sees this page alike.\n"
			: "\nNo slot of this name has variants here.\n");
	fwrite(job->out.p, 1, job->out.n, stdout);
}

int
tsr_cli_explain(int argc, char **argv)
{
	struct job job = {.site = "."};
	const struct tsr_option options[] = {
	    {"--site", NULL, &job.site, NULL},
	    {"--slot", NULL, &job.slot, NULL},
	    {"--json", &job.json, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 1, 1};
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	tsr_setup();
	tsr_buf_init(&job.out, REPORT_MAX);
	job.colour = !job.json && tsr_terminal(stdout);
	code = TSR_EXIT_MISTAKES;
	if (tsr_look_open(&job.look, job.site, argv[1]) && pack(&job)) {
		say(&job);
		code = TSR_EXIT_OK;
	} else {
		tsr_look_refuse(&job.look, argv[1], job.json);
	}
	tsr_look_close(&job.look);
	tsr_buf_free(&job.out);
	return code;
}
