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

/* Arms of all experiments and ranges of their filters: weights copy them. */
#define TSR_ARMS_MAX 4096

/* Arms of one experiment: their shares are rounded together. */
#define TSR_ARMS_EACH 32

/* A weights file: every arm of every experiment, with blanks between. */
#define TSR_WEIGHTS_FILE 131072

/* Predicates of a release: two bits each are cleared for every request. */
#define TSR_PREDICATES_MAX 65536

/* Bytes that one attribute's decoded value may have; longer is missing. */
#define TSR_VALUE_MAX 1024

/* Bytes of a JSON attribute, decoded: browsers keep cookies of 4096. */
#define TSR_JSON_MAX 4096

/* Arrays and objects inside each other in a JSON attribute. */
#define TSR_JSONREAD_DEPTH 32

/* $elemMatch and $all inside each other in one condition. */
#define TSR_EXPRESSION_DEPTH 16

/*
 * Instructions one expression may run for one value: $elemMatch in $elemMatch
 * over nested lists multiplies; past it the answer is false.
 */
#define TSR_EXPRESSION_STEPS 20000

/* Decoded values of one request share this many bytes. */
#define TSR_VISIT_SCRATCH 8192

/* Ranges of one Accept-Language: browsers send at most ten. */
#define TSR_LANGUAGE_RANGES 32

/* Entries of X-Forwarded-For that are looked at, from the right. */
#define TSR_FORWARDED_MAX 32

/* Steps through one decision: a diagram has no longer path (verified). */
#define TSR_DECIDE_STEPS 4096

/*
 * Bits of the segment key: a shared cache keeps a copy of a page for each key
 * seen, and its configuration names each bit.
 */
#define TSR_SEGMENT_KEY_MAX 256

/* A request path, percent-decoded; longer answers 414. */
#define TSR_PATH_MAX 2048

/* ---- the visitor state ---- */

/*
 * Characters of the cookie's value, its name and attributes not counted: it
 * goes along with every request, beside all that others keep there.
 */
#define TSR_STATE_TEXT 512

/* Sticky buckets: more experiments than a site runs at once; 8 bytes each. */
#define TSR_BUCKETS_MAX 32

/* Counters of a site: 9 bytes each at most, all kept whatever is full. */
#define TSR_COUNTERS_MAX 16

/*
 * Vectors of all scores: 11 bytes each at most, all kept whatever is full; two
 * scores of five.
 */
#define TSR_VECTORS_MAX 10

/* Points of a vector: with their fraction and weight they fit 53 bits. */
#define TSR_SCORE_CAP 10000

/* How often "per" counts in one event. */
#define TSR_SCORE_TIMES 1000

/*
 * Seconds in which points halve: shorter ones have more steps than 32 bits
 * count, longer ones outlive the cookie.
 */
#define TSR_HALF_LIFE_MIN 60
#define TSR_HALF_LIFE_MAX (400 * 86400)

/* Rules of a vector: each event is held against all of them. */
#define TSR_GAINS_MAX 32

/* Tiers of a score: nobody tells more apart. */
#define TSR_TIERS_MAX 8

/* Triggers of a site: each page's script looks at all of them every second. */
#define TSR_TRIGGERS_MAX 32

/* Triggers that may have been shown to a visitor in one session. */
#define TSR_TRIGGERS_ACTIVE 3
#define TSR_TRIGGERS_ACTIVE_MAX 5

/* Seconds that a trigger rests when the visitor has closed it: 30 days. */
#define TSR_TRIGGER_CLOSED 2592000

/* Bytes of an entry campaign; a longer one is cut at a whole character. */
#define TSR_CAMPAIGN_MAX 40

/* Seconds without a page view after which a session has ended. */
#define TSR_SESSION_SECONDS 1800

/* ---- profiles ---- */

/* Fields of one visitor's profile: each attribute looks through them. */
#define TSR_PROFILE_FIELDS 64

/* Milliseconds in which a store must answer: a page does not wait longer. */
#define TSR_PROFILE_MS 5

/* Milliseconds in which a store that did not is not asked again. */
#define TSR_PROFILE_REST_MS 1000

/* ---- events ---- */

/* Events of one batch: more than a page has in the seconds between two. */
#define TSR_EVENTS_MAX 64

/* Kinds of a site with all versions: each event looks through them. */
#define TSR_EVENT_KINDS_MAX 128

/* Fields of one kind: a bit each says which were there. */
#define TSR_EVENT_FIELDS_MAX 32

/* Texts that one field may choose from: each event looks through them. */
#define TSR_EVENT_CHOICES_MAX 64

/* Bytes of a kind's or a field's name: it stands in every line of the log. */
#define TSR_EVENT_NAME_MAX 32

/* Characters of a text field: what is longer is content, and no signal. */
#define TSR_EVENT_TEXT_MAX 500

/* Bytes of all fields of one event in the log, all characters escaped. */
#define TSR_EVENT_BYTES_MAX 4096

/* Versions of one kind are numbered up to here. */
#define TSR_EVENT_VERSION_MAX 65535

/* Milliseconds for which a page may stay open: as long as a cookie lives. */
#define TSR_EVENT_OPEN_MAX (400.0 * 86400000.0)

/* What one batch may add to one counter: a page open for a day, busy. */
#define TSR_EVENT_COUNT_MAX 10000

/*
 * Bytes of the lines that one batch becomes: its own 64 KiB, and what each
 * line says beside; the system takes so much for one message.
 */
#define TSR_EVENTS_TEXT 131072

/* Bytes of lines that are written and synced at once: a second's worth. */
#define TSR_EVENTS_GROUP (8 * 1024 * 1024)

/* Batches of one group; its answers fit one message to each worker. */
#define TSR_EVENTS_GROUP_BATCHES 4096

/* Bytes, and ms, after which the log goes on in a new file. */
#define TSR_EVENTS_FILE (64 * 1024 * 1024)
#define TSR_EVENTS_FILE_MS (5 * 60 * 1000)

/*
 * Ids that are remembered, a power of two: 40 bytes each. A million is a day
 * of a site with 12 events a second, and a minute of one with 20,000.
 */
#define TSR_EVENTS_WINDOW (1 << 20)

/* Bytes of the log that are read for them at a start: under a second. */
#define TSR_EVENTS_RELOAD (256 * 1024 * 1024)

/* Senders whose rates are known at once, a power of two: 8 bytes each. */
#define TSR_RATES_SENDERS 65536

/* Seconds for whose rate of events a sender may send at once. */
#define TSR_RATES_BURST_S 10

/* Events a second of one address (an office, too) and of all together. */
#define TSR_RATES_EACH 100
#define TSR_RATES_ALL_TOGETHER 50000

/* ms that a batch waits for the log; then the answer is 503. */
#define TSR_EVENTS_WAIT_MS 5000

/* Days for which a cookie may be kept: browsers go no further either. */
#define TSR_STATE_DAYS_MAX 400
#define TSR_STATE_DAYS_DEFAULT 180

/*
 * Predicates whose answers a page keeps, a bit each: their text stands in a
 * link, and web servers take addresses of some kilobytes.
 */
#define TSR_WHY_PREDICATES 4096

/* Bytes of a site's own word for why: all of them fit in an answer, escaped. */
#define TSR_WHY_WORD_MAX 300

/* Bytes of an attribute's name with a locale's tag, to look its title up. */
#define TSR_WHY_NAME 512

/* Keys of a host: a few of each of four purposes while they rotate. */
#define TSR_KEYS_MAX 32

/* Bytes of their file, with comments. */
#define TSR_KEYS_FILE_MAX 8192

/*
 * Bytes of a preview link's token, decoded: as text it fits the 2 KiB that
 * every program takes for an address, and a cookie.
 */
#define TSR_PERSONA_MAX 1400

/* ---- what a site may hold ---- */

/* Files of one site: a mistaken folder is found before memory runs out. */
#define TSR_SITE_FILES_MAX 1000000

/* Folders inside folders below content/, templates/ and variants/. */
#define TSR_SITE_DEPTH 16

/* Bytes of one page, entry, template...: nobody writes more by hand. */
#define TSR_SITE_FILE_MAX (4 * 1024 * 1024)

/* Bytes of one catalogue file: places in it are 32-bit offsets. */
#define TSR_SITE_DATA_MAX (1024 * 1024 * 1024)

/* Records of one catalogue; the members of a list are numbered in 32 bits. */
#define TSR_RECORDS_MAX 1000000

/*
 * Ids of one saved group in a file: what a list of the newsletter's readers
 * needs; a build keeps them in memory.
 */
#define TSR_GROUP_IDS_MAX 1000000

/* Values of a list from which on it is packed as a group: fewer are small. */
#define TSR_GROUP_LEAST 256

/* Bytes of an id that is packed: a lookup keeps it as numbers on the stack. */
#define TSR_GROUP_ID_MAX 255

/* Ids between two that are found at once: the others are counted up to. */
#define TSR_GROUP_BLOCK 64

/* Zeros before a step: what a damaged group may make a lookup walk over. */
#define TSR_GROUP_QUOTIENT 1024

/* Classes of one length and end: what is common, what is rare, and the rest. */
#define TSR_GROUP_CLASSES 3

/* Numbers that are packed by their digits: up to here all are exact. */
#define TSR_GROUP_NUMBER_MAX 9007199254740992.0

/* Bytes of one asset: it is held in memory while it is packed. */
#define TSR_ASSET_MAX (64 * 1024 * 1024)

/* Pages of a release, all locales and records counted. */
#define TSR_PAGES_MAX 1000000

/* Entries inside entries, lists of contents: what one slot may show. */
#define TSR_ROWS_MAX 4096

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

/* Characters of a text whose attribute does not say how many. */
#define TSR_TEXT_DEFAULT 24

/* Variants of one slot. */
#define TSR_CHOICES_MAX 1024

/*
 * Bits of a page's mask: six are a byte of every reply, and each is a rule that
 * every visitor's browser reads.
 */
#define TSR_MASK_MAX 384

/*
 * What may be left of one condition, by visitor: each is a rule of its own in
 * the page; more is a condition that nobody oversees.
 */
#define TSR_RESIDUES_MAX 16

/*
 * Conditions and operators inside each other in a condition for the browser:
 * more than residues have, whose 256 tests make two levels each at most.
 */
#define TSR_BROWSER_DEPTH 600

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

/* ---- the responder ---- */

/*
 * Bytes of one request's parameters (names, values and their lengths). Web
 * servers pass on 8 to 32 KiB of header; more answers 431.
 */
#define TSR_PARAMS_MAX 65536

/* Parameters of one request; nginx sends 25 and one for each header. */
#define TSR_PARAM_COUNT_MAX 256

/*
 * Bytes of a body that are kept, of a POST below /_tessera/: what sendBeacon
 * may send at once. More answers 413.
 */
#define TSR_BODY_KEPT 65536

/* Header lines, and body, of an answer below /_tessera/. */
#define TSR_ENDPOINT_LINES 8192
#define TSR_ENDPOINT_TEXT 32768

/* Bytes of the consent cookie, decoded: three words and a time are 60. */
#define TSR_CONSENT_MAX 256

/* Bytes of a TC or GPP string: browsers keep cookies of 4096. */
#define TSR_CONSENT_STRING_MAX 4096

/* Sections of a GPP string; 27 are registered. */
#define TSR_GPP_SECTIONS 64

/* Bytes of a request body that are passed over; more answers 413. */
#define TSR_BODY_MAX 1048576

/* Bytes kept of one GET_VALUES record: the three known names take 51. */
#define TSR_FCGI_VALUES_MAX 128

/* Bytes the record reader may have to say to one record: 3 names, 77 bytes. */
#define TSR_FCGI_CONTROL_MAX 96

/* Bytes read at once: a request with all of nginx's buffers in one piece. */
#define TSR_READ_MAX 65536

/* Connections of a worker when nothing else is asked for, and at most. */
#define TSR_CONNECTIONS 1024
#define TSR_CONNECTIONS_MAX 16384

/* Workers; more than any machine has processors that this could use. */
#define TSR_WORKERS_MAX 64

/*
 * Bytes that slow readers of one worker have outstanding; beyond this the one
 * that has waited longest is closed, so that memory stays bounded.
 */
#define TSR_PENDING_MAX (64 * 1024 * 1024)

/* A connection must bring a whole request within this many ms. */
#define TSR_HEADER_MS 10000

/* When slots are short, a request that dawdled this long makes room. */
#define TSR_HURRY_MS 1000

/*
 * An idle connection is kept this long: more than nginx's 60 s, so that it is
 * nginx that closes and no request meets a closing connection.
 */
#define TSR_IDLE_MS 90000

/* A peer must have taken a whole reply after this many ms. */
#define TSR_WRITE_MS 60000

/* How often the release is looked at. */
#define TSR_LOOK_MS 50

/* How often a damaged release that did not change is tried again. */
#define TSR_RETRY_MS 10000

/* A graceful stop waits this long for running requests and slow readers. */
#define TSR_STOP_MS 10000

/* A worker that lived this long is restarted at once. */
#define TSR_WORKER_GOOD_MS 1000

/* The others wait this long, doubled each time up to the second. */
#define TSR_WORKER_WAIT_MS 50
#define TSR_WORKER_WAIT_MAX_MS 5000

/* Lines a process logs in one second; the rest is counted. */
#define TSR_LOG_LINES 20

/* One line of the decision log; a page view with more is not logged. */
#define TSR_LOG_LINE 16384

/* Bytes after which the decision log goes on in a new file. */
#define TSR_LOG_FILE (64 * 1024 * 1024)

/* Files of the decision log in one day: past that nothing is logged. */
#define TSR_LOG_FILES 1000

/* ---- templates ---- */

/* Sections open at one place of a template; deeper is a mistake, not a need. */
#define TSR_TEMPLATE_NESTING 64

/* Parts of a dotted name, and pipes behind one. */
#define TSR_TEMPLATE_PARTS 16
#define TSR_TEMPLATE_PIPES 8

/*
 * Includes and sections inside each other while rendering: twice what JSON
 * data can nest, and a stack that every thread has.
 */
#define TSR_TEMPLATE_DEPTH 128

/* Nodes of one compiled template with all it expands: 100 bytes each. */
#define TSR_TEMPLATE_CODE 200000

/* Steps of one rendering: a second of work, when includes multiply. */
#define TSR_TEMPLATE_STEPS 10000000

/* Slots of one rendering; they are compared with each other. */
#define TSR_TEMPLATE_SLOTS 1024

#endif
