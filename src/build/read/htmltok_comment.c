/*
 * htmltok_comment - what stands between "<!" and ">": comments, declarations,
 * CDATA, and what is none of these.
 */
#include "build/read/htmltok_impl.h"

void
tsr_html_bogus_byte(struct tsr_htmltok *t, uint8_t c)
{
	t->state = c == '>' ? TSR_HTML_DATA : TSR_HTML_BOGUS_COMMENT;
}

/* Behind "<!": "--", "doctype" and "[CDATA[" are told apart. */
void
tsr_html_declaration_byte(struct tsr_htmltok *t, uint8_t c)
{
	static const char doctype[] = "doctype", cdata[] = "[cdata[";
	size_t i = t->nword;

	if (i == 0 && c == '-') {
		word_add(t, c);
	} else if (i == 1 && t->word[0] == '-') {
		if (c == '-')
			t->state = TSR_HTML_COMMENT_START;
		else
			tsr_html_bogus_byte(t, c);
	} else if (i < 7 && (i == 0 || t->word[0] == 'd') &&
	    tsr_lower(c) == (uint8_t)doctype[i]) {
		word_add(t, c);
		if (t->nword == 7)
			t->state = TSR_HTML_DOCTYPE;
	} else if (in_foreign(t) && i < 7 && (i == 0 || t->word[0] == '[') &&
	    tsr_lower(c) == (uint8_t)cdata[i] && (c < 'a' || c > 'z')) {
		word_add(t, c);
		if (t->nword == 7) {
			t->state = TSR_HTML_CDATA;
			t->tail = 0;
		}
	} else {
		tsr_html_bogus_byte(t, c);
	}
}

void
tsr_html_comment_byte(struct tsr_htmltok *t, uint8_t c)
{
	switch (t->state) {
	case TSR_HTML_COMMENT_START:
		t->state = c == '-' ? TSR_HTML_COMMENT_START_DASH
		    : c == '>'	    ? TSR_HTML_DATA
				    : TSR_HTML_COMMENT;
		return;
	case TSR_HTML_COMMENT_START_DASH:
		t->state = c == '-' ? TSR_HTML_COMMENT_END
		    : c == '>'	    ? TSR_HTML_DATA
				    : TSR_HTML_COMMENT;
		return;
	case TSR_HTML_COMMENT:
		if (c == '-')
			t->state = TSR_HTML_COMMENT_DASH;
		return;
	case TSR_HTML_COMMENT_DASH:
		t->state =
		    c == '-' ? TSR_HTML_COMMENT_END : TSR_HTML_COMMENT;
		return;
	case TSR_HTML_COMMENT_END:
		t->state = c == '>' ? TSR_HTML_DATA
		    : c == '!'	    ? TSR_HTML_COMMENT_BANG
		    : c == '-'	    ? TSR_HTML_COMMENT_END
				    : TSR_HTML_COMMENT;
		return;
	default:
		t->state = c == '>' ? TSR_HTML_DATA
		    : c == '-'	    ? TSR_HTML_COMMENT_DASH
				    : TSR_HTML_COMMENT;
	}
}
