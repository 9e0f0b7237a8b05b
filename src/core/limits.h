/*
 * limits - every cap, with its reason.
 *
 * A value that is met by a test as "fits" and "one too many" stands here; the
 * reason says what would go wrong, or who would not notice, if it were larger.
 */
#ifndef TSR_CORE_LIMITS_H
#define TSR_CORE_LIMITS_H

/* ---- what a request may hold ---- */

/* Attributes of a site: a request keeps one slot of each (24 bytes). */
#define TSR_ATTRIBUTES_MAX 256

/* Predicates of a release: two bits each are cleared for every request. */
#define TSR_PREDICATES_MAX 65536

/* Bytes that one attribute's decoded value may have; longer is missing. */
#define TSR_VALUE_MAX 1024

/* Decoded values of one request share this many bytes. */
#define TSR_VISIT_SCRATCH 8192

/* Steps through one decision: a diagram has no longer path (verified). */
#define TSR_DECIDE_STEPS 4096

/* A request path, percent-decoded; longer answers 414. */
#define TSR_PATH_MAX 2048

/* ---- pages ---- */

/* Sections of an index: twice what this version knows. */
#define TSR_SECTIONS_MAX 64

/* Packs of a release: a build adds one, and compacts long before this. */
#define TSR_PACKS_MAX 256

/* Slots inside slots; the stitcher's stack is this deep plus the page. */
#define TSR_SLOT_DEPTH 4

/* Parts of one reply: with 16 bytes a part, more than any page needs. */
#define TSR_PARTS_MAX 65536

/* Bytes of one compressed reply: the area each worker reserves at start. */
#define TSR_REPLY_MAX (4 * 1024 * 1024)

/* Bytes of one page as text: also the area of an identity answer. */
#define TSR_PAGE_TEXT_MAX (16 * 1024 * 1024)

/* A request-time text, before and after escaping. */
#define TSR_TEXT_MAX 256

/* Variants of one slot. */
#define TSR_CHOICES_MAX 1024

/*
 * Longest and shortest variant of a slot further apart than this are not
 * padded to one length: blanks would cost more than a barrier does.
 */
#define TSR_PAD_SPREAD 4096

/* ---- foreign text: Markdown, rich HTML, YAML, pictures ---- */

/* Front matter: a page's few fields; more belongs in a data file. */
#define TSR_YAML_MAX 65536

/* Members of one mapping: names are compared with all before them. */
#define TSR_YAML_MEMBERS 1000

/* A Markdown body or a rich text: a book's chapter has less. */
#define TSR_MARKUP_MAX (256 * 1024)

/* What may be made of it; a page of all such texts must still fit. */
#define TSR_MARKUP_OUT_MAX (4 * 1024 * 1024)

/* Elements inside elements: browsers flatten below 512. */
#define TSR_MARKUP_DEPTH 128

/* Memory of one parse: hostile text makes the parsers' trees explode. */
#define TSR_MARKUP_MEMORY (128 * 1024 * 1024)

/* Processor time of one parse, for the same reason; normal texts take 1 ms. */
#define TSR_MARKUP_SECONDS 2

/* Headings, footnotes and images of one text each. */
#define TSR_MARKUP_HEADINGS 2000

/* An SVG picture; larger ones are photographs in disguise. */
#define TSR_SVG_MAX (2 * 1024 * 1024)

/* Of the sitemaps.org protocol: addresses and bytes of one file. */
#define TSR_SITEMAP_URLS 50000
#define TSR_SITEMAP_BYTES (50 * 1000 * 1000)

/* ---- regular expressions ---- */

/* Bytes of one pattern; far above anything a person reads. */
#define TSR_REGEX_PATTERN_MAX 8192

/* Groups inside groups: the compiler recurses over them. */
#define TSR_REGEX_DEPTH_MAX 250

/*
 * Kinds of characters that one pattern tells apart: with the two columns for
 * the end and for other bytes a class fits a byte.
 */
#define TSR_REGEX_CLASSES_MAX 250

/* Entries of a table, 64 KB: past that a program is smaller and warmer. */
#define TSR_AUTOMATON_TABLE_MAX 32768

/* States while a table is made: bounds the time to minimise it. */
#define TSR_REGEX_STATES_MAX 2048

/* Steps of making a table, some 0.1 s: past that it becomes a program. */
#define TSR_REGEX_WORK_MAX 20000000

/*
 * Instructions of a program, a multiple of 8: matching keeps 6 bytes of stack
 * for each and looks at each at most once a character.
 */
#define TSR_AUTOMATON_OPS_MAX 4096

#endif
