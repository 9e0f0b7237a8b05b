/*
 * htmltok - where in HTML a byte stands.
 *
 * The states of the WHATWG tokenizer, run over bytes without building tokens
 * or a tree: enough to know how a value must be escaped at a place, and where
 * inside a tag blanks change nothing. The state is a small struct that may be
 * copied; feeding a text in pieces gives the same as feeding it whole.
 *
 * What a tokenizer alone cannot know is kept too: which element's raw text
 * this is, whether SVG or MathML is open, which part of a URL, and whether a
 * script expects a value. Scripts are followed only as far as that takes;
 * where it is unsure it says so.
 */
#ifndef TSR_BUILD_HTMLTOK_H
#define TSR_BUILD_HTMLTOK_H

#include "core/bytes.h"

enum tsr_html_state {
	TSR_HTML_DATA,
	TSR_HTML_TAG_OPEN,
	TSR_HTML_END_TAG_OPEN,
	TSR_HTML_TAG_NAME,
	TSR_HTML_BEFORE_ATTR,
	TSR_HTML_ATTR_NAME,
	TSR_HTML_AFTER_ATTR_NAME,
	TSR_HTML_BEFORE_VALUE,
	TSR_HTML_DOUBLE_QUOTED,
	TSR_HTML_SINGLE_QUOTED,
	TSR_HTML_UNQUOTED,
	TSR_HTML_AFTER_VALUE,
	TSR_HTML_SELF_CLOSING,
	TSR_HTML_ATTR_END, /* joined branches: blank, "/" or ">" must follow */
	TSR_HTML_RCDATA,   /* title, textarea */
	TSR_HTML_RAWTEXT,  /* style, xmp, iframe, noembed, noframes */
	TSR_HTML_SCRIPT,
	TSR_HTML_PLAINTEXT,
	TSR_HTML_RAW_LT,
	TSR_HTML_RAW_END_OPEN,
	TSR_HTML_RAW_END_NAME,
	TSR_HTML_DECLARATION, /* after "<!" */
	TSR_HTML_DOCTYPE,
	TSR_HTML_BOGUS_COMMENT,
	TSR_HTML_COMMENT_START,
	TSR_HTML_COMMENT_START_DASH,
	TSR_HTML_COMMENT,
	TSR_HTML_COMMENT_DASH,
	TSR_HTML_COMMENT_END,
	TSR_HTML_COMMENT_BANG,
	TSR_HTML_CDATA, /* only in SVG and MathML */
	TSR_HTML_STATE_COUNT
};

/* What a value may be at a place, or why none may stand there. */
enum tsr_hole {
	TSR_HOLE_TEXT,
	TSR_HOLE_RCDATA,
	TSR_HOLE_ATTR,	     /* quoted, of no special meaning */
	TSR_HOLE_URL,	     /* a whole URL, or its beginning */
	TSR_HOLE_IMAGE_URL,  /* the same in img src: data: images too */
	TSR_HOLE_URL_PATH,   /* behind something literal */
	TSR_HOLE_URL_SEGMENT, /* behind a literal slash */
	TSR_HOLE_URL_QUERY,  /* behind ? or #, or in doubt */
	TSR_HOLE_SRCSET,     /* the URL of a candidate */
	TSR_HOLE_CSS,
	TSR_HOLE_SCRIPT, /* JavaScript or JSON where a value is expected */
	/* From here on nothing may be printed. */
	TSR_HOLE_UNQUOTED,
	TSR_HOLE_TAG_NAME,
	TSR_HOLE_ATTR_NAME,
	TSR_HOLE_EVENT, /* on*=, and what frameworks run as code */
	TSR_HOLE_MARKUP_ATTR, /* srcdoc, and attributes that change what others are */
	TSR_HOLE_COMMENT,
	TSR_HOLE_RAW,	      /* raw text that is not CSS, doctype, CDATA */
	TSR_HOLE_SCRIPT_TYPE, /* a script of a type we do not know */
	TSR_HOLE_SCRIPT_PLACE, /* not where a value is expected, or unsure */
	TSR_HOLE_URL_SCHEME,  /* behind a literal scheme that is not allowed */
	TSR_HOLE_URL_UNSURE,  /* maybe at the start of a URL, maybe not */
	TSR_HOLE_COUNT
};

#define TSR_HTML_WORD 24

struct tsr_htmltok {
	uint8_t state;	 /* enum tsr_html_state */
	uint8_t tag;	 /* which element the tag or raw text is of */
	uint8_t attr;	 /* what the attribute means */
	uint8_t url;	 /* which part of a URL */
	uint8_t script;	 /* which language a script is in */
	uint8_t js;	 /* where in it */
	uint8_t escaped; /* script: 1 behind "<!--", 2 behind "<script" too */
	uint8_t nword;
	bool end;	 /* an end tag */
	uint8_t operand; /* script: 1 a value has just ended, 2 maybe */
	uint8_t match;	 /* bytes of an end tag's name that fit */
	bool refresh;	 /* meta with http-equiv */
	bool broken;	 /* ATTR_END was followed by something else */
	bool scheme;	 /* a ":" came where a printed value may be a scheme */
	uint32_t nest;	 /* two bits a level of SVG, MathML and HTML within */
	uint32_t tail;	 /* the last four bytes of a script or URL */
	uint8_t word[TSR_HTML_WORD];
};

/* Text of a page's body: all zero bytes. */
void tsr_htmltok_init(struct tsr_htmltok *t);

void tsr_htmltok_feed(struct tsr_htmltok *t, struct tsr_span bytes);

/* What may be printed here. */
enum tsr_hole tsr_htmltok_hole(const struct tsr_htmltok *t);

/* Go on behind a value printed here, escaped as tsr_htmltok_hole says. */
void tsr_htmltok_fill(struct tsr_htmltok *t);

/*
 * *out becomes the state behind two branches. False when no later text could
 * be judged without knowing which branch was taken.
 */
bool tsr_htmltok_join(struct tsr_htmltok *out, const struct tsr_htmltok *a,
    const struct tsr_htmltok *b);

/* Both stand at the same kind of place, so that what follows is read alike. */
bool tsr_htmltok_same(
    const struct tsr_htmltok *a, const struct tsr_htmltok *b);

/*
 * Blanks may be put in front of the byte next and change nothing: inside a
 * tag, before an attribute, ">" or "/>".
 */
bool tsr_htmltok_gap(const struct tsr_htmltok *t, uint8_t next);

/* In words, for messages: "an attribute value", "a comment", ... */
const char *tsr_htmltok_text(const struct tsr_htmltok *t);

#endif
