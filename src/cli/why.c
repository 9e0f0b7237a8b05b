/*
 * why - tessera why URL [NAME=VALUE...]: every rule of a page, for a visitor.
 *
 * For each slot the rules in their order, each with the parts of its condition
 * and what was found, and which variant the server shows.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "build/read/moment.h"
#include "build/rules/reason.h"
#include "cli/cli.h"
#include "cli/look.h"
#include "cli/options.h"
#include "cli/setup.h"
#include "core/consent.h"
#include "core/decide.h"
#include "core/word.h"

#define REPORT_MAX ((size_t)64 << 20)

/* Where what was found begins, behind the indented condition. */
#define COLUMN 52

static const char help[] =
    "usage: tessera why [options] URL [NAME=VALUE...]\n"
    "\n"
    "Say which variant each slot of a page shows to a visitor, with every rule\n"
    "that was tried and every part of its condition. URL is a path of the site\n"
    "or a whole address, with its query; NAME=VALUE gives an attribute.\n"
    "\n"
    "  --site SITE     the site's folder (.)\n"
    "  --slot SLOT     this slot alone\n"
    "  --consent LIST  the purposes granted, with commas, or none (all)\n"
    "  --time TIME     at this moment: 2026-12-01T10:00:00+01:00 (now)\n"
    "  --json          one JSON object on standard output\n"
    "\n"
    "exit codes: 0 said, 1 mistakes in the site or no such page, 2 wrong usage\n";

struct job {
	struct tsr_look look;
	const char *site, *slot, *consent, *time;
	bool json, colour;
	struct tsr_json values;
	struct tsr_reason_visitor visitor;
	struct tsr_buf out;
	size_t said;
};

/* ---- words ---- */

static void
put_told(struct job *job, enum tsr_reason_answer told)
{
	static const char *const plain[] = {"no   ", "yes  ", "later"};
	static const char *const json[] = {"false", "true", "\"later\""};
	static const char *const colours[] = {
	    "\033[31mno\033[0m   ", "\033[32myes\033[0m  ",
	    "\033[33mlater\033[0m"};

	tsr_buf_text(&job->out, job->json ? json[told]
		: job->colour ? colours[told] : plain[told]);
}

/* Why nothing was found. */
static const char *
reason(struct job *job, uint32_t attribute)
{
	const struct tsr_rules_attribute *a;

	if (attribute == UINT32_MAX)
		return "";
	a = tsr_rules_attribute_at(job->look.site.rules, attribute);
	if (a->tier == TSR_TIER_BROWSER)
		return "only the browser knows";
	if ((job->look.purposes & 1u << a->purpose) == 0)
		return tsr_arena_printf(&job->look.arena,
		    "missing: no consent to %s", tsr_word_purpose(a->purpose));
	return "missing";
}

/* ---- for people ---- */

static size_t
width(struct tsr_span text)
{
	size_t i, n = 0;

	for (i = 0; i < text.n; i++)
		n += (text.p[i] & 0xc0) != 0x80;
	return n;
}

static void
print_line(struct job *job, unsigned depth, const struct tsr_reason_line *line)
{
	size_t indent = 4 * (depth + line->depth + 2), used;
	const char *why = reason(job, line->attribute);

	tsr_buf_fill(&job->out, ' ', indent);
	put_told(job, line->told);
	tsr_buf_text(&job->out, "  ");
	tsr_buf_add(&job->out, line->text);
	used = indent + 7 + width(line->text);
	if (line->found.p != NULL || why[0] != '\0') {
		tsr_buf_fill(&job->out, ' ',
		    used + 2 < COLUMN ? COLUMN - used : 2);
		if (line->found.p != NULL) {
			tsr_buf_text(&job->out, "it is ");
			tsr_buf_add(&job->out, line->found);
		} else {
			tsr_buf_text(&job->out, why);
		}
	}
	tsr_buf_byte(&job->out, '\n');
}

static void
print_rule(struct job *job, unsigned depth, const struct tsr_reason *told,
    struct tsr_span shows)
{
	size_t i;

	tsr_buf_fill(&job->out, ' ', 4 * (depth + 1));
	put_told(job, told->told);
	tsr_buf_text(&job->out, "  ");
	tsr_buf_add(&job->out, shows);
	if (!tsr_span_eq(told->name, shows))
		tsr_buf_printf(
		    &job->out, "  (%.*s)", TSR_ARG(told->name));
	tsr_buf_byte(&job->out, '\n');
	for (i = 0; i < told->count; i++)
		print_line(job, depth, &told->lines[i]);
}

static void
print_begin(struct job *job, unsigned depth, struct tsr_span slot,
    struct tsr_span shows, bool omitted)
{
	tsr_buf_byte(&job->out, '\n');
	tsr_buf_fill(&job->out, ' ', 4 * depth);
	tsr_buf_printf(&job->out, job->colour ? "\033[1m%.*s\033[0m shows %.*s"
					      : "%.*s shows %.*s",
	    TSR_ARG(slot), TSR_ARG(shows));
	tsr_buf_text(&job->out, omitted ? ": nothing\n" : "\n");
}

static void
print_rest(struct job *job, unsigned depth, struct tsr_span name, bool chosen)
{
	tsr_buf_fill(&job->out, ' ', 4 * (depth + 1));
	if (chosen)
		put_told(job, TSR_REASON_YES);
	else
		tsr_buf_text(&job->out, "-    ");
	tsr_buf_printf(&job->out, "  %.*s%s\n", TSR_ARG(name),
	    chosen ? "" : "  (not asked)");
}

/* ---- JSON ---- */

static void
json_lines(struct job *job, const struct tsr_reason *told)
{
	const struct tsr_reason_line *line;
	const char *why;
	size_t i;

	for (i = 0; i < told->count; i++) {
		line = &told->lines[i];
		tsr_buf_printf(&job->out, "%s{\"depth\":%u,\"holds\":",
		    i > 0 ? "," : "", line->depth);
		put_told(job, line->told);
		tsr_buf_text(&job->out, ",\"text\":");
		tsr_buf_json(&job->out, line->text);
		if (line->attribute != UINT32_MAX) {
			tsr_buf_text(&job->out, ",\"attribute\":");
			tsr_buf_json(&job->out,
			    tsr_rules_attribute_at(job->look.site.rules,
				line->attribute)->name);
		}
		why = reason(job, line->attribute);
		if (line->found.p != NULL) {
			tsr_buf_text(&job->out, ",\"found\":");
			tsr_buf_json(&job->out, line->found);
		} else if (why[0] != '\0') {
			tsr_buf_text(&job->out, ",\"reason\":");
			tsr_buf_json(&job->out,
			    tsr_span_of(why, strlen(why)));
		}
		tsr_buf_byte(&job->out, '}');
	}
}

static void
json_rule(struct job *job, const struct tsr_reason *told, struct tsr_span shows,
    bool first)
{
	tsr_buf_text(&job->out,
	    first ? "{\"variant\":" : ",{\"variant\":");
	tsr_buf_json(&job->out, shows);
	tsr_buf_text(&job->out, ",\"holds\":");
	if (told != NULL)
		put_told(job, told->told);
	else
		tsr_buf_text(&job->out, "null");
	tsr_buf_text(&job->out, ",\"parts\":[");
	if (told != NULL)
		json_lines(job, told);
	tsr_buf_text(&job->out, "]}");
}

static void
json_begin(struct job *job, unsigned depth, struct tsr_span slot,
    struct tsr_span shows, bool omitted)
{
	tsr_buf_printf(
	    &job->out, "%s{\"slot\":", job->said > 0 ? "," : "");
	tsr_buf_json(&job->out, slot);
	tsr_buf_printf(&job->out, ",\"depth\":%u,\"shows\":", depth);
	tsr_buf_json(&job->out, shows);
	tsr_buf_printf(&job->out, ",\"omitted\":%s,\"rules\":[",
	    omitted ? "true" : "false");
}

/* ---- slots ---- */

/* A decision and what it leads to: the rules up to the one that holds. */
static void
say_decision(struct job *job, unsigned depth, struct tsr_span name,
    uint32_t decision, const struct tsr_choice *choices, uint32_t chosen)
{
	const struct tsr_rules *rules = job->look.site.rules;
	size_t i, n = tsr_reason_count(rules, decision);
	struct tsr_span shows = choices[chosen].name;
	bool done = false;
	struct tsr_reason told;

	(job->json ? json_begin : print_begin)(
	    job, depth, name, shows, choices[chosen].omitted);
	for (i = 0; i < n; i++) {
		tsr_reason_rule(&told, rules, decision, i, &job->visitor,
		    &job->look.arena);
		shows = choices[told.outcome].name;
		if (job->json)
			json_rule(job, done ? NULL : &told, shows, i == 0);
		else if (!done)
			print_rule(job, depth, &told, shows);
		else
			print_rest(job, depth, shows, false);
		done |= told.told == TSR_REASON_YES;
	}
	if (!job->json)
		print_rest(job, depth, TSR_LIT("default"), !done);
	else
		tsr_buf_text(&job->out, "]}");
	job->said++;
}

static void say_items(
    struct job *job, unsigned depth, const struct tsr_choice *choice);

static void
say_slot(struct job *job, unsigned depth, const struct tsr_item *item)
{
	uint32_t chosen = tsr_decide_outcome(&job->look.visit, item->decision);

	if (chosen >= item->count)
		chosen = item->count - 1;
	if (job->slot == NULL ||
	    tsr_span_eq(item->text,
		tsr_span_of(job->slot, strlen(job->slot))))
		say_decision(job, depth, item->text, item->decision,
		    item->choices, chosen);
	say_items(job, depth + 1, &item->choices[chosen]);
}

/* Slots nest to TSR_SLOT_DEPTH. */
static void
say_items(struct job *job, unsigned depth, const struct tsr_choice *choice)
{
	uint32_t r, i;

	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++)
			if (choice->rows[r].items[i].kind == TSR_ITEM_SLOT)
				say_slot(job, depth,
				    &choice->rows[r].items[i]);
}

static void
say_head(struct job *job)
{
	const struct tsr_look *look = &job->look;
	struct tsr_buf *out = &job->out;
	struct tsr_buf time;
	bool first = true;
	unsigned i;

	tsr_buf_init(&time, 100);
	tsr_moment_write(&time, look->now);
	tsr_buf_text(out, job->json ? "{\"path\":" : "");
	if (job->json)
		tsr_buf_json(out, look->page->path);
	else
		tsr_buf_add(out, look->page->path);
	tsr_buf_printf(out, job->json
		? ",\"time\":\"%.*s\",\"consent\":[" : " at %.*s, consent to ",
	    TSR_ARG(tsr_buf_view(&time)));
	for (i = TSR_PURPOSE_NONE + 1; i < TSR_PURPOSE_COUNT; i++) {
		if ((look->purposes & 1u << i) == 0)
			continue;
		tsr_buf_printf(out, job->json ? "%s\"%s\"" : "%s%s",
		    first ? "" : job->json ? "," : ", ", tsr_word_purpose(i));
		first = false;
	}
	if (job->json) {
		tsr_buf_text(out, "],\"attributes\":");
		tsr_json_write(out, &job->values);
		tsr_buf_text(out, ",\"slots\":[");
	} else {
		tsr_buf_text(out, first ? "nothing\n" : "\n");
	}
	tsr_buf_free(&time);
}

static void
say(struct job *job)
{
	const struct tsr_page *page = job->look.page;
	uint32_t edition;

	tsr_look_begin(&job->look);
	job->values = tsr_look_values(&job->look);
	job->visitor.values = &job->values;
	job->visitor.now = job->look.now;
	job->visitor.locale = job->look.visit.locale;
	say_head(job);
	edition = tsr_decide_outcome(&job->look.visit, page->decision);
	if (edition >= page->edition_count)
		edition = page->edition_count - 1;
	if (page->edition_count > 1 && job->slot == NULL)
		say_decision(job, 0, TSR_LIT("the page"), page->decision,
		    page->editions, edition);
	say_items(job, 0, &page->editions[edition]);
	if (job->json)
		tsr_buf_text(&job->out, "]}\n");
	else if (job->said == 0)
		tsr_buf_text(&job->out, job->slot == NULL
			? "\nEverybody sees this page alike.\n"
			: "\nNo slot of this name has variants here.\n");
	fwrite(job->out.p, 1, job->out.n, stdout);
}

/* ---- the command ---- */

static bool
read_consent(struct job *job)
{
	struct tsr_span all, word;
	size_t from, end;

	if (job->consent == NULL)
		return true;
	all = tsr_span_of(job->consent, strlen(job->consent));
	job->look.purposes = TSR_CONSENT_NONE;
	for (from = 0; from < all.n && strcmp(job->consent, "none") != 0;
	     from = end + 1) {
		end = tsr_span_find(all, ',', from);
		word = tsr_span_part(all, from, end - from);
		if (tsr_consent_purpose(word) == 0)
			return false;
		job->look.purposes |= tsr_consent_purpose(word);
	}
	return true;
}

static int
run(struct job *job, int argc, char **argv)
{
	const char *wrong;
	int i;

	if (job->time != NULL &&
	    !tsr_moment_read(&job->look.now,
		tsr_span_of(job->time, strlen(job->time))))
		return tsr_options_wrong(help, "no moment: ", job->time);
	if (!read_consent(job))
		return tsr_options_wrong(
		    help, "no such purpose in ", job->consent);
	for (i = 2; i <= argc; i++) {
		wrong = tsr_look_set(&job->look, argv[i]);
		if (wrong != NULL)
			return tsr_options_wrong(help,
			    tsr_arena_printf(
				&job->look.arena, "\"%s\" %s", argv[i], wrong),
			    "");
	}
	say(job);
	return TSR_EXIT_OK;
}

int
tsr_cli_why(int argc, char **argv)
{
	struct job job = {.site = "."};
	const struct tsr_option options[] = {
	    {"--site", NULL, &job.site, NULL},
	    {"--slot", NULL, &job.slot, NULL},
	    {"--consent", NULL, &job.consent, NULL},
	    {"--time", NULL, &job.time, NULL},
	    {"--json", &job.json, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 1, 200};
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	tsr_setup();
	tsr_buf_init(&job.out, REPORT_MAX);
	job.colour = !job.json && tsr_terminal(stdout);
	code = TSR_EXIT_MISTAKES;
	if (tsr_look_open(&job.look, job.site, argv[1])) {
		job.look.now = (int64_t)time(NULL) * 1000;
		code = run(&job, argc, argv);
	} else {
		tsr_look_refuse(&job.look, argv[1]);
	}
	tsr_look_close(&job.look);
	tsr_buf_free(&job.out);
	return code;
}
