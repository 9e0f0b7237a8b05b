/*
 * htmltok_script - follow a script far enough to know where a value may stand.
 *
 * Strings, comments, regular expressions and template literals of ECMA-262 are
 * told from code; what would need a parser (a "/" behind a brace, code inside
 * a template literal) makes the rest of the script unsure, and then nothing
 * may be printed in it.
 */
#include "build/read/htmltok_impl.h"

/* Words behind which an expression begins. */
static bool
expects_value(struct tsr_span word)
{
	static const char *const words[] = {"return", "typeof", "case", "in",
	    "of", "void", "delete", "throw", "new", "instanceof", "else", "do",
	    "await", "yield", "default", "extends"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(words); i++)
		if (tsr_span_eq(word, tsr_span_of(words[i], strlen(words[i]))))
			return true;
	return false;
}

static bool
is_word(uint8_t c)
{
	return tsr_is_alnum(c) || c == '_' || c == '$' || c >= 0x80;
}

/* Ends the word read so far, if there is one. */
static void
end_word(struct tsr_htmltok *t)
{
	if (t->nword == 0)
		return;
	t->operand = expects_value(word_view(t)) ? 0 : 1;
	word_clear(t);
}

static void
code_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (is_word(c)) {
		word_add(t, c);
		return;
	}
	end_word(t);
	switch (c) {
	case '"':
		t->js = JS_DOUBLE;
		return;
	case '\'':
		t->js = JS_SINGLE;
		return;
	case '`':
		t->js = JS_TEMPLATE;
		return;
	case '/':
		t->js = JS_SLASH;
		return;
	case ']':
		t->operand = 1;
		return;
	case ')':
	case '}':
		/* The end of a value or of a statement's head. */
		t->operand = 2;
		return;
	case '+':
	case '-':
		t->operand = (t->tail >> 8 & 0xff) == c ? 2 : 0;
		return;
	default:
		if (!tsr_is_space(c))
			t->operand = 0;
	}
}

static void
slash_byte(struct tsr_htmltok *t, uint8_t c)
{
	if (c == '/') {
		t->js = JS_LINE_COMMENT;
	} else if (c == '*') {
		t->js = JS_BLOCK_COMMENT;
	} else if (t->operand == 2) {
		t->js = JS_UNSURE;
	} else if (t->operand == 1) {
		t->js = JS_CODE;
		t->operand = 0;
		code_byte(t, c);
	} else {
		t->js = c == '\\' ? JS_REGEX_ESCAPE
		    : c == '['	  ? JS_CLASS
				  : JS_REGEX;
	}
}

static void
quoted_byte(struct tsr_htmltok *t, uint8_t c, uint8_t quote)
{
	if (c == '\\') {
		t->js++; /* the escape state follows each quote's state */
	} else if (c == quote) {
		t->js = JS_CODE;
		t->operand = 1;
	} else if (c == '\n' && quote != '`') {
		t->js = JS_UNSURE;
	} else if (c == '$' && quote == '`') {
		t->js = JS_TEMPLATE_DOLLAR;
	}
}

static void
regex_byte(struct tsr_htmltok *t, uint8_t c)
{
	switch (t->js) {
	case JS_REGEX:
		if (c == '\\')
			t->js = JS_REGEX_ESCAPE;
		else if (c == '[')
			t->js = JS_CLASS;
		else if (c == '\n')
			t->js = JS_UNSURE;
		else if (c == '/') {
			t->js = JS_CODE;
			t->operand = 1;
			word_add(t, 'x'); /* flags may follow */
		}
		return;
	case JS_CLASS:
		if (c == '\\')
			t->js = JS_CLASS_ESCAPE;
		else if (c == ']')
			t->js = JS_REGEX;
		return;
	case JS_CLASS_ESCAPE:
		t->js = JS_CLASS;
		return;
	default:
		t->js = JS_REGEX;
	}
}

static void
lex_byte(struct tsr_htmltok *t, uint8_t c)
{
	switch (t->js) {
	case JS_CODE:
		code_byte(t, c);
		return;
	case JS_SLASH:
		slash_byte(t, c);
		return;
	case JS_SINGLE:
		quoted_byte(t, c, '\'');
		return;
	case JS_DOUBLE:
		quoted_byte(t, c, '"');
		return;
	case JS_TEMPLATE_DOLLAR:
		if (c == '{') {
			t->js = JS_UNSURE;
			return;
		}
		t->js = JS_TEMPLATE;
		quoted_byte(t, c, '`');
		return;
	case JS_TEMPLATE:
		quoted_byte(t, c, '`');
		return;
	case JS_SINGLE_ESCAPE:
	case JS_DOUBLE_ESCAPE:
	case JS_TEMPLATE_ESCAPE:
		t->js--;
		return;
	case JS_LINE_COMMENT:
		if (c == '\n' || c == '\r')
			t->js = JS_CODE;
		return;
	case JS_BLOCK_COMMENT:
		if (c == '*')
			t->js = JS_BLOCK_STAR;
		return;
	case JS_BLOCK_STAR:
		t->js = c == '/' ? JS_CODE
		    : c == '*'	 ? JS_BLOCK_STAR
				 : JS_BLOCK_COMMENT;
		return;
	case JS_UNSURE:
		return;
	default:
		regex_byte(t, c);
	}
}

void
tsr_html_script_byte(struct tsr_htmltok *t, uint8_t c)
{
	t->tail = t->tail << 8 | c;
	if (t->tail == 0x3c212d2d && t->escaped == 0) { /* <!-- */
		t->escaped = 1;
		t->js = JS_UNSURE;
	} else if ((t->tail & 0xffffff) == 0x2d2d3e) { /* --> */
		t->escaped = 0;
		t->js = JS_UNSURE;
	}
	lex_byte(t, c);
}
