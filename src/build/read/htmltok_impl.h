/*
 * htmltok_impl - what the files of htmltok share, and nobody else sees.
 */
#ifndef TSR_BUILD_HTMLTOK_IMPL_H
#define TSR_BUILD_HTMLTOK_IMPL_H

#include "build/read/htmltok.h"

enum html_tag {
	TAG_OTHER,
	TAG_TITLE,
	TAG_TEXTAREA,
	TAG_STYLE,
	TAG_XMP,
	TAG_IFRAME,
	TAG_NOEMBED,
	TAG_NOFRAMES,
	TAG_SCRIPT,
	TAG_PLAINTEXT,
	TAG_SVG,
	TAG_MATH,
	TAG_FOREIGNOBJECT,
	TAG_DESC,
	TAG_IMG,
	TAG_META,
	TAG_OBJECT,
	TAG_ANIMATE, /* animate, set and the like: they write other attributes */
	TAG_BREAKOUT /* HTML elements that end SVG and MathML */
};

enum html_attr {
	ATTR_PLAIN,
	ATTR_URL,
	ATTR_IMAGE, /* src of img */
	ATTR_SRCSET,
	ATTR_STYLE,
	ATTR_EVENT,
	ATTR_MARKUP,
	ATTR_TYPE
};

enum html_url {
	URL_NONE,
	URL_START,	/* nothing but blanks yet */
	URL_FIRST,	/* literal text that may still become a scheme */
	URL_PATH,
	URL_QUERY,
	URL_AFTER,	/* behind a printed value, part unknown */
	URL_MIXED,	/* the start in one branch, not in another */
	URL_BAD,	/* behind a literal scheme that is not allowed */
	URL_DESCRIPTOR	/* srcset: behind a candidate's URL */
};

enum html_script {
	SCRIPT_UNSET,
	SCRIPT_JS,
	SCRIPT_JSON,
	SCRIPT_UNKNOWN
};

enum html_js {
	JS_CODE,
	JS_SLASH, /* a "/" that may begin a comment */
	JS_SINGLE,
	JS_SINGLE_ESCAPE,
	JS_DOUBLE,
	JS_DOUBLE_ESCAPE,
	JS_TEMPLATE,
	JS_TEMPLATE_ESCAPE,
	JS_TEMPLATE_DOLLAR,
	JS_REGEX,
	JS_REGEX_ESCAPE,
	JS_CLASS,
	JS_CLASS_ESCAPE,
	JS_LINE_COMMENT,
	JS_BLOCK_COMMENT,
	JS_BLOCK_STAR,
	JS_UNSURE
};

/* Two bits a level: 1 SVG, 2 MathML, 3 HTML inside one of them. */
static inline bool
in_foreign(const struct tsr_htmltok *t)
{
	return (t->nest & 3) == 1 || (t->nest & 3) == 2;
}

static inline void
word_clear(struct tsr_htmltok *t)
{
	t->nword = 0;
}

/* A word that is too long keeps its first bytes and a length one past them. */
static inline void
word_add(struct tsr_htmltok *t, uint8_t c)
{
	if (t->nword < TSR_HTML_WORD)
		t->word[t->nword] = tsr_lower(c);
	if (t->nword <= TSR_HTML_WORD)
		t->nword++;
}

static inline struct tsr_span
word_view(const struct tsr_htmltok *t)
{
	if (t->nword > TSR_HTML_WORD)
		return tsr_span_of(t->word, 0);
	return tsr_span_of(t->word, t->nword);
}

/* A tag's name has ended: which element it is. */
void tsr_html_name_done(struct tsr_htmltok *t);

/* One byte behind "<!", of a comment, and of what is neither. */
void tsr_html_declaration_byte(struct tsr_htmltok *t, uint8_t c);
void tsr_html_comment_byte(struct tsr_htmltok *t, uint8_t c);
void tsr_html_bogus_byte(struct tsr_htmltok *t, uint8_t c);

/* One byte of a script's text. */
void tsr_html_script_byte(struct tsr_htmltok *t, uint8_t c);

/* One byte of a URL attribute's or srcset's value. */
void tsr_html_url_byte(struct tsr_htmltok *t, uint8_t c);

#endif
