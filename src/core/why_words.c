/*
 * why_words - what /_tessera/why says, in the page's language.
 */
#include "core/why_words.h"

#include "core/header.h"

/* NULs between, in the order of the enum: no pointers. */
static const char english[] =
    "Why am I seeing this?\0"
    "What was decided for this page, and by what:\0"
    "Shows the version\0"
    "Shows the page's own content.\0"
    "Shows nothing.\0"
    "Looked at for it:\0"
    "Nothing about you was looked at.\0"
    "Everybody sees this page alike.\0"
    "There is more than fits here.\0"
    "The site has changed since you saw this page, so this can no longer be "
    "said. Load the page again and ask once more.\0"
    "Nothing is known of this page.\0"
    "nothing that changes what you see\0"
    "is there\0"
    "not known, or not without your consent\0"
    "is shown here, or says what is shown\0"
    "decides at random who sees which version of a test\0"
    "is what this version is for\0"
    "is\0"
    "is one of\0"
    "is less than\0"
    "is at most\0"
    "is more than\0"
    "is at least\0"
    "\xe2\x80\x9c\0"
    "\xe2\x80\x9d\0"
    "yes\0"
    "no\0"
    "Time of your visit\0"
    "Close\0"
    "Stop personalizing\0"
    "You can have these pages without personalization. That counts from the "
    "next page on.\0"
    "From the next page on nothing is personalized.\0"
    "Nothing that needs your consent to personalization was used.\0"
    "This cannot be said now. Please try again later.\0"
    "Your browser chose this itself, on the page, by:\0"
    "one of these\0"
    "not so\0";
static const char german[] =
    "Warum sehe ich das?\0"
    "Was auf dieser Seite entschieden wurde, und wonach:\0"
    "Zeigt die Fassung\0"
    "Zeigt den eigenen Inhalt der Seite.\0"
    "Zeigt nichts.\0"
    "Daf\xc3\xbcr angesehen:\0"
    "Nichts \xc3\xbc" "ber Sie wurde angesehen.\0"
    "Diese Seite sehen alle gleich.\0"
    "Es gibt mehr, als hier Platz hat.\0"
    "Die Website hat sich ge\xc3\xa4ndert, seit Sie diese Seite gesehen haben; "
    "deshalb l\xc3\xa4sst sich das nicht mehr sagen. Bitte laden Sie die Seite "
    "neu und fragen Sie noch einmal.\0"
    "Von dieser Seite ist nichts bekannt.\0"
    "nichts, was etwas \xc3\xa4ndert\0"
    "ist vorhanden\0"
    "nicht bekannt, oder nicht ohne Ihre Einwilligung\0"
    "wird hier gezeigt, oder bestimmt, was gezeigt wird\0"
    "entscheidet zuf\xc3\xa4llig, wer welche Fassung eines Tests sieht\0"
    "passt zu dieser Fassung\0"
    "ist\0"
    "ist eines von\0"
    "ist kleiner als\0"
    "ist h\xc3\xb6" "chstens\0"
    "ist mehr als\0"
    "ist mindestens\0"
    "\xe2\x80\x9e\0"
    "\xe2\x80\x9c\0"
    "ja\0"
    "nein\0"
    "Zeit Ihres Besuchs\0"
    "Schlie\xc3\x9f" "en\0"
    "Nicht mehr personalisieren\0"
    "Sie k\xc3\xb6nnen diese Seiten auch ohne Personalisierung sehen. Das gilt "
    "ab der n\xc3\xa4" "chsten Seite.\0"
    "Ab der n\xc3\xa4" "chsten Seite wird nichts mehr personalisiert.\0"
    "Nichts wurde benutzt, wozu Ihre Einwilligung in Personalisierung "
    "n\xc3\xb6tig w\xc3\xa4re.\0"
    "Das l\xc3\xa4sst sich jetzt nicht sagen. Bitte versuchen Sie es "
    "sp\xc3\xa4ter noch einmal.\0"
    "Das hat Ihr Browser selbst gew\xc3\xa4hlt, auf der Seite, und zwar "
    "danach:\0"
    "eines davon\0"
    "nicht so\0";

struct tsr_span
tsr_why_entry(struct tsr_span all, uint32_t i)
{
	for (; i > 0; i--)
		all = tsr_span_from(all, tsr_span_find(all, 0, 0) + 1);
	return tsr_span_part(all, 0, tsr_span_find(all, 0, 0));
}

static bool
is_german(struct tsr_span tag)
{
	return tag.n >= 2 && tsr_lower(tag.p[0]) == 'd' &&
	    tsr_lower(tag.p[1]) == 'e' && (tag.n == 2 || tag.p[2] == '-');
}

struct tsr_span
tsr_why_word(
    enum tsr_why_word which, struct tsr_span own, struct tsr_span locale)
{
	struct tsr_span word = tsr_why_entry(own, (uint32_t)which);

	if (word.n > 0)
		return word;
	return tsr_why_entry(is_german(locale)
		? tsr_span_of((const uint8_t *)german, sizeof(german) - 1)
		: tsr_span_of((const uint8_t *)english, sizeof(english) - 1),
	    (uint32_t)which);
}

struct tsr_span
tsr_why_meta(
    const struct tsr_table *t, struct tsr_span name, struct tsr_span locale)
{
	uint8_t room[TSR_WHY_NAME];
	struct tsr_head key = {room, 0, sizeof(room), false};

	tsr_head_add(&key, name);
	tsr_head_add(&key, TSR_LIT("@"));
	tsr_head_add(&key, locale);
	if (key.full)
		return tsr_span_of(NULL, 0);
	return tsr_table_meta(t, tsr_span_of(room, key.n));
}
