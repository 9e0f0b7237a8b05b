/*
 * page_dump - rendered pages as stable text.
 */
#include "build/render/page_dump.h"


struct dump {
	struct tsr_buf *out;
	unsigned depth;
};

static void
begin(const struct dump *d)
{
	tsr_buf_fill(d->out, ' ', (size_t)d->depth * 2);
}

static void
word(const struct dump *d, const char *name, struct tsr_span value)
{
	tsr_buf_printf(d->out, " %s=", name);
	tsr_buf_add(d->out, value);
}

static void
number(const struct dump *d, const char *name, uint32_t value)
{
	tsr_buf_printf(d->out, " %s=", name);
	tsr_buf_uint(d->out, value);
}

static void
dump_text(const struct dump *d, struct tsr_span text)
{
	size_t at = 0, end;

	while (at < text.n) {
		end = tsr_span_find(text, '\n', at);
		begin(d);
		tsr_buf_byte(d->out, '|');
		tsr_buf_add(d->out, tsr_span_part(text, at, end - at));
		tsr_buf_text(d->out, end == text.n ? "\\\n" : "\n");
		at = end + 1;
	}
}

static void dump_choice(
    struct dump *d, const char *what, const struct tsr_choice *choice);

/* Slots nest at most TSR_SLOT_DEPTH deep. */
static void
dump_item(struct dump *d, const struct tsr_item *item)
{
	uint32_t i;

	if (item->kind == TSR_ITEM_TEXT) {
		dump_text(d, item->text);
		return;
	}
	begin(d);
	if (item->kind == TSR_ITEM_FIELD) {
		tsr_buf_text(d->out, "field ");
		tsr_buf_add(d->out, item->text);
		tsr_buf_text(d->out,
		    item->escape == TSR_ESCAPE_ATTRIBUTE ? " attribute"
							 : " text");
		number(d, "max", item->max);
		word(d, "fallback", item->fallback);
		tsr_buf_byte(d->out, '\n');
		return;
	}
	if (item->kind == TSR_ITEM_DATA) {
		tsr_buf_text(d->out,
		    item->field == TSR_FIELD_MASK ? "data mask"
			: item->field == TSR_FIELD_WHY ? "data why"
						       : "data state");
		number(d, "bytes", item->length);
		number(d, "bits", item->bit_count);
		tsr_buf_byte(d->out, '\n');
		return;
	}
	tsr_buf_text(
	    d->out, item->kind == TSR_ITEM_SLOT ? "slot " : "fragment ");
	tsr_buf_add(d->out, item->text);
	if (item->kind == TSR_ITEM_FRAGMENT)
		number(d, "set", item->set);
	else
		number(d, "decision", item->decision);
	tsr_buf_text(d->out, item->list ? " list\n" : "\n");
	d->depth++;
	for (i = 0; i < item->count; i++)
		dump_choice(d, "choice", &item->choices[i]);
	d->depth--;
}

static void
dump_choice(struct dump *d, const char *what, const struct tsr_choice *choice)
{
	uint32_t i, j;

	begin(d);
	tsr_buf_printf(d->out, "%s ", what);
	tsr_buf_add(d->out, choice->name);
	tsr_buf_text(d->out, choice->omitted ? " omitted\n" : "\n");
	d->depth++;
	for (i = 0; i < choice->count; i++) {
		if (choice->count > 1) {
			begin(d);
			tsr_buf_text(d->out, "row\n");
		}
		d->depth += choice->count > 1;
		for (j = 0; j < choice->rows[i].count; j++)
			dump_item(d, &choice->rows[i].items[j]);
		d->depth -= choice->count > 1;
	}
	d->depth--;
}

void
tsr_page_dump(struct tsr_buf *out, const struct tsr_page *page)
{
	struct dump d = {out, 0};
	uint32_t i;

	tsr_buf_text(out, "page ");
	tsr_buf_add(out, page->path);
	word(&d, "id", page->id);
	number(&d, "locale", page->locale);
	number(&d, "status", page->status);
	number(&d, "decision", page->decision);
	tsr_buf_byte(out, '\n');
	d.depth++;
	for (i = 0; i < page->edition_count; i++)
		dump_choice(&d, "edition", &page->editions[i]);
}

static void
dump_set(struct dump *d, const struct tsr_fragment_set *set)
{
	uint32_t i;

	tsr_buf_text(d->out, "fragments ");
	tsr_buf_add(d->out, set->catalogue);
	word(d, "component", set->component);
	number(d, "locale", set->locale);
	tsr_buf_byte(d->out, '\n');
	d->depth++;
	for (i = 0; i < set->count; i++) {
		begin(d);
		tsr_buf_text(d->out, "record ");
		tsr_buf_add(d->out, set->list[i].id);
		tsr_buf_byte(d->out, '\n');
		d->depth++;
		dump_text(d, set->list[i].html);
		d->depth--;
	}
	d->depth--;
}

void
tsr_output_dump(struct tsr_buf *out, const struct tsr_site_output *site)
{
	struct dump d = {out, 0};
	size_t i;

	for (i = 0; i < site->page_count; i++)
		tsr_page_dump(out, &site->pages[i]);
	for (i = 0; i < site->set_count; i++)
		dump_set(&d, &site->sets[i]);
	for (i = 0; i < site->redirect_count; i++) {
		tsr_buf_text(out, "redirect ");
		tsr_buf_add(out, site->redirects[i].from);
		tsr_buf_text(out, " -> ");
		tsr_buf_add(out, site->redirects[i].to);
		tsr_buf_byte(out, '\n');
	}
	for (i = 0; i < site->file_count; i++) {
		tsr_buf_text(out, "file ");
		tsr_buf_add(out, site->files[i].name);
		tsr_buf_text(out, site->files[i].gzip.n > 0 ? " .gz\n" : "\n");
		if (!tsr_span_starts(
			site->files[i].name, TSR_LIT("assets/")) ||
		    tsr_span_ends(site->files[i].name, TSR_LIT(".css"))) {
			d.depth = 1;
			dump_text(&d, site->files[i].bytes);
			d.depth = 0;
		}
	}
}
