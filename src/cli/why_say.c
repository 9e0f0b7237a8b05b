/*
 * why_say - the parts of conditions as tessera why says them.
 */
#include "cli/why_say.h"

#include "core/utf8.h"
#include "core/word.h"

/* Where what was found begins, behind the indented condition. */
#define COLUMN 52

void
tsr_why_told(struct tsr_why *w, enum tsr_reason_answer told)
{
	static const char *const plain[] = {"no   ", "yes  ", "later"};
	static const char *const json[] = {"false", "true", "\"later\""};
	static const char *const colours[] = {
	    "\033[31mno\033[0m   ", "\033[32myes\033[0m  ",
	    "\033[33mlater\033[0m"};

	tsr_buf_text(&w->out, w->json ? json[told]
		: w->colour ? colours[told] : plain[told]);
}

/* Why nothing was found. */
static const char *
reason(struct tsr_why *w, uint32_t attribute)
{
	const struct tsr_rules_attribute *a;

	if (attribute == UINT32_MAX)
		return "";
	a = tsr_rules_attribute_at(w->look.site.rules, attribute);
	if (a->tier == TSR_TIER_BROWSER && !w->visitor.browser)
		return "only the browser knows";
	if ((w->look.purposes & 1u << a->purpose) == 0)
		return tsr_arena_printf(&w->look.arena,
		    "missing: no consent to %s", tsr_word_purpose(a->purpose));
	return "missing";
}

/* ---- for people ---- */

static void
print_line(struct tsr_why *w, unsigned depth, const struct tsr_reason_line *line)
{
	size_t indent = 4 * (depth + line->depth + 2), used;
	const char *why = reason(w, line->attribute);

	tsr_buf_fill(&w->out, ' ', indent);
	tsr_why_told(w, line->told);
	tsr_buf_text(&w->out, "  ");
	tsr_buf_add(&w->out, line->text);
	used = indent + 7 + tsr_utf8_count(line->text);
	if (line->found.p != NULL || why[0] != '\0') {
		tsr_buf_fill(&w->out, ' ',
		    used + 2 < COLUMN ? COLUMN - used : 2);
		if (line->found.p != NULL) {
			tsr_buf_text(&w->out, "it is ");
			tsr_buf_add(&w->out, line->found);
		} else {
			tsr_buf_text(&w->out, why);
		}
	}
	tsr_buf_byte(&w->out, '\n');
}

/* ---- JSON ---- */

static void
json_lines(struct tsr_why *w, const struct tsr_reason *told)
{
	const struct tsr_reason_line *line;
	const char *why;
	size_t i;

	for (i = 0; i < told->count; i++) {
		line = &told->lines[i];
		tsr_buf_printf(&w->out, "%s{\"depth\":%u,\"holds\":",
		    i > 0 ? "," : "", line->depth);
		tsr_why_told(w, line->told);
		tsr_buf_text(&w->out, ",\"text\":");
		tsr_buf_json(&w->out, line->text);
		if (line->attribute != UINT32_MAX) {
			tsr_buf_text(&w->out, ",\"attribute\":");
			tsr_buf_json(&w->out,
			    tsr_rules_attribute_at(w->look.site.rules,
				line->attribute)->name);
		}
		why = reason(w, line->attribute);
		if (line->found.p != NULL) {
			tsr_buf_text(&w->out, ",\"found\":");
			tsr_buf_json(&w->out, line->found);
		} else if (why[0] != '\0') {
			tsr_buf_text(&w->out, ",\"reason\":");
			tsr_buf_json(&w->out,
			    tsr_span_of(why, strlen(why)));
		}
		tsr_buf_byte(&w->out, '}');
	}
}

/* ---- both ---- */

void
tsr_why_parts(struct tsr_why *w, unsigned depth, const struct tsr_reason *told)
{
	size_t i;

	if (w->json)
		json_lines(w, told);
	for (i = 0; !w->json && i < told->count; i++)
		print_line(w, depth, &told->lines[i]);
}
