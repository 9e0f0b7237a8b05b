/*
 * format - the bytes of a release index (site.tsr), version 2.
 *
 * Little-endian. doc/format.md says the same in prose, with the check of each
 * field. A text reference is offset and length (u32 each) into STRS.
 *
 * header, 80 bytes
 *	 0  8  magic
 *	 8  4  version
 *	12  4  number of sections
 *	16  8  size of the file
 *	24 32  release id
 *	56  4  CRC-32 of the section table
 *	60  4  CRC-32 of all bytes after the section table
 *	64  8  largest compressed reply of this release, in bytes
 *	72  4  0
 *	76  4  CRC-32 of the 76 bytes before
 * section table, 32 bytes a section, sorted by offset
 *	 0  4  id, four letters
 *	 4  4  flags: 1 an older reader may pass it over
 *	 8  8  offset from the file's start, a multiple of 8
 *	16  8  length in bytes = count * entry size
 *	24  4  count
 *	28  4  entry size
 */
#ifndef TSR_CORE_FORMAT_H
#define TSR_CORE_FORMAT_H

#define TSR_MAGIC_BYTES "TESSERA\x1a"
#define TSR_FORMAT_VERSION 2
#define TSR_HEADER_SIZE 80
#define TSR_SECTION_SIZE 32

#define TSR_ID(a, b, c, d)                                                     \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 |            \
	    (uint32_t)(d) << 24)

/* Sections in the order of the table in table.c; entry sizes in bytes. */
enum tsr_section {
	TSR_SECTION_STRS, /* 1: all texts, one after the other */
	TSR_SECTION_PACK, /* 40 */
	TSR_SECTION_OBJS, /* 24 */
	TSR_SECTION_PART, /* 16 */
	TSR_SECTION_PROG, /* 24 */
	TSR_SECTION_SLOT, /* 24 */
	TSR_SECTION_TEXT, /* 40 */
	TSR_SECTION_PAGE, /* 80 */
	TSR_SECTION_ROUT, /* 24 */
	TSR_SECTION_RIDX, /* 4 */
	TSR_SECTION_LOCL, /* 24 */
	TSR_SECTION_FSET, /* 16 */
	TSR_SECTION_FRAG, /* 24 */
	/* The decision table: see rules.h of build and visit.h of core. */
	TSR_SECTION_ATTR, /* 48 */
	TSR_SECTION_PRED, /* 24 */
	TSR_SECTION_VALU, /* 16: operands of predicates */
	TSR_SECTION_NODE, /* 16 */
	TSR_SECTION_DECN, /* 24 */
	TSR_SECTION_AUTO, /* 8: text reference to an automaton's bytes */
	TSR_SECTION_SKEY, /* 4: predicates that make up the segment key */
	TSR_SECTION_BNDS, /* 8: moments (ms) at which a page's choice changes */
	TSR_SECTION_META, /* 16: key and value text references */
	TSR_SECTION_ZONE, /* 16: the site's time zone */
	TSR_SECTION_PRXY, /* 24: networks of proxies that are believed */
	TSR_SECTION_EXPT, /* 80: experiments and holdouts */
	TSR_SECTION_EARM, /* 16: their arms */
	TSR_SECTION_EFLT, /* 32: filters before them */
	TSR_SECTION_GRPS, /* 32: saved groups */
	TSR_SECTION_GRPB, /* 1: bytes of the saved groups */
	TSR_SECTION_WHYP, /* 4: predicates whose answers a page keeps */
	TSR_SECTION_MASK, /* 4: decisions that are bits of a page's mask */
	TSR_SECTION_EVNT, /* 32: kinds of events */
	TSR_SECTION_EVFD, /* 48: their fields */
	TSR_SECTION_EVCH, /* 8: the texts that a field may have */
	TSR_SECTION_SCOR, /* 32: scores */
	TSR_SECTION_VECT, /* 40: their vectors */
	TSR_SECTION_GAIN, /* 40: what events give to vectors */
	TSR_SECTION_TIER, /* 16: tiers of scores */
	TSR_SECTION_COUNT
};

/*
 * PACK 40: hash (32, names the file packs/<hex>.pack), size (u64).
 * OBJS 24: pack u32, length u32, offset u64, raw length u32, CRC-32 of the
 *	raw bytes u32. The bytes are raw deflate data ending on a byte boundary.
 */
#define TSR_PACK_SIZE 40
#define TSR_OBJECT_SIZE 24

/*
 * PART 16: kind u8, flags u8, 0 u16, a u32, b u32, word u32.
 *	UNIT	a object; word is XORed into the CRC of the region.
 *	SLOT	a slot.
 *	FRAGMENT a fragment set, b attribute. Stands between regions.
 *	TEXT	a text. A stored block: 5 bytes of header and the field.
 *	FIELD	flags: enum tsr_field. a the length of the field, b the multiplier
 *		for its CRC. A stored block as TEXT is.
 *	END	end of a region of fixed length: a raw bytes in it, b the
 *		multiplier x^(8a), word the CRC of the region when all its
 *		units are absent (their words make up the rest).
 */
enum tsr_part_kind {
	TSR_PART_UNIT,
	TSR_PART_SLOT,
	TSR_PART_FRAGMENT,
	TSR_PART_TEXT,
	TSR_PART_END,
	TSR_PART_FIELD,
	TSR_PART_KIND_COUNT
};
#define TSR_PART_SIZE 16

enum tsr_field {
	TSR_FIELD_MASK, /* what the browser may still choose */
	TSR_FIELD_WHY,	/* what was decided, signed */
	TSR_FIELD_STATE, /* purposes and scores: tell.h */
	TSR_FIELD_COUNT
};

/*
 * PROG 24: first part u32, part count u32, name (text ref: the variant), 
 *	compressed bytes at most u32 (all nested choices at their largest),
 *	flags u32 (1: omitted).
 * SLOT 24: decision u32, first program u32, program count u32 (= outcomes of
 *	the decision), name (text ref), position in a list u32 (0: none).
 */
#define TSR_PROGRAM_SIZE 24
#define TSR_SLOT_SIZE 24

/*
 * TEXT 40: attribute u32, field length u32, bytes of the value at most u32 
 *	(after escaping), escape u32 (enum tsr_escape), tail (text ref: what
 *	follows the value in the field: the end tag or closing quote), fallback
 *	(text ref, unescaped), multiplier u32 for the CRC, characters at most
 *	u32.
 */
enum tsr_escape {
	TSR_ESCAPE_TEXT,
	TSR_ESCAPE_ATTRIBUTE,
	TSR_ESCAPE_COUNT
};
#define TSR_TEXT_SIZE 40

/*
 * PAGE 80: path (text ref), id (text ref), locale u32, flags u32, decision
 *	u32, first edition u32 (a program; decision's outcome is added),
 *	edition count u32, status u32, vary (text ref), first boundary u32,
 *	boundary count u32, raw length at most u32, 0 u32, first and count in
	WHYP (u32 each), first and count in MASK (u32 each).
 * Flags: 1 public (decided at the segment tier alone).
 */
#define TSR_PAGE_SIZE 80
#define TSR_PAGE_PUBLIC 1

/*
 * ROUT 24: path (text ref, canonical, percent-encoded), kind u32 (0 page, 1
 *	redirect 308), page u32, target (text ref). Sorted by path.
 * RIDX 4: open addressing, power of two: route number + 1, 0 is empty. The
 *	place is tsr_hash32(path) masked, then the next ones.
 */
enum tsr_route_kind {
	TSR_ROUTE_PAGE,
	TSR_ROUTE_REDIRECT,
	TSR_ROUTE_KIND_COUNT
};
#define TSR_ROUTE_SIZE 24

/* LOCL 24: tag (text ref), prefix (text ref, "" or "/de"), not-found page u32
 * (UINT32_MAX: none), 0 u32. The default locale is number 0. */
#define TSR_LOCALE_SIZE 24

/*
 * FSET 16: first fragment u32, count u32, longest compressed u32, 0 u32.
 * FRAG 24: id (text ref; sorted within its set), object u32, multiplier
 *	x^(8 * raw length) u32, 0 u64.
 */
#define TSR_FRAGMENT_SET_SIZE 16
#define TSR_FRAGMENT_SIZE 24

/*
 * ATTR 48: name (text ref), source key (text ref; for headers already in CGI
 *	form, HTTP_CF_IPCOUNTRY), type u8, source u8, purpose u8, tier u8,
 *	flags u32 (1: only from a believed proxy), text characters at most u32, fallback (text ref), number u32 (the
 *	experiment's; of a score 2 * its number, + 1 for its tier; else 0),
 *	0 (8 bytes).
 */
enum tsr_attribute_type {
	TSR_TYPE_STRING,
	TSR_TYPE_NUMBER,
	TSR_TYPE_BOOLEAN,
	TSR_TYPE_JSON, /* arrays and objects, too */
	TSR_TYPE_COUNT
};
enum tsr_attribute_source {
	TSR_SOURCE_HEADER,
	TSR_SOURCE_COOKIE,
	TSR_SOURCE_QUERY,
	TSR_SOURCE_PATH,
	TSR_SOURCE_METHOD,
	TSR_SOURCE_TIME,   /* seconds since 1970 */
	TSR_SOURCE_LOCALE, /* of the page */
	TSR_SOURCE_PAGE,   /* its id */
	TSR_SOURCE_HINT,   /* a client hint: a header, as RFC 8941 has items */
	TSR_SOURCE_LANGUAGE, /* the best of the key's tags: RFC 4647 lookup */
	TSR_SOURCE_DEVICE,   /* desktop, mobile, tablet, bot */
	TSR_SOURCE_ADDRESS,  /* of the client, where it is to be believed */
	TSR_SOURCE_CLOCK,    /* hour, weekday, ... in the site's time zone */
	TSR_SOURCE_FACT,     /* of the page or its record: known at build */
	TSR_SOURCE_STATE,    /* of the visitor state */
	TSR_SOURCE_PROFILE,  /* of what is stored about a known visitor */
	TSR_SOURCE_EXPERIMENT, /* the arm's name */
	TSR_SOURCE_HOLDOUT,    /* is the visitor held out? */
	TSR_SOURCE_BROWSER,    /* only the browser knows */
	TSR_SOURCE_SCORE,      /* of a score, or its tier's name */
	TSR_SOURCE_COUNT
};
enum tsr_purpose {
	TSR_PURPOSE_NONE, /* needs no consent */
	TSR_PURPOSE_FUNCTIONAL,
	TSR_PURPOSE_ANALYTICS,
	TSR_PURPOSE_PERSONALIZATION,
	TSR_PURPOSE_COUNT
};
enum tsr_tier {
	TSR_TIER_BUILD,
	TSR_TIER_SEGMENT,
	TSR_TIER_REQUEST,
	TSR_TIER_BROWSER,
	TSR_TIER_COUNT
};
#define TSR_ATTRIBUTE_SIZE 48
#define TSR_ATTRIBUTE_PROXY 1

/*
 * ZONE 16: seconds since 1970 (i64) from which on the offset from UTC (i32,
 *	seconds) counts, 0 u32. Sorted.
 * PRXY 24: address (16 bytes; IPv4 as ::ffff:a.b.c.d), bits u8, 0 (7 bytes).
 */
#define TSR_ZONE_SIZE 16
#define TSR_PROXY_SIZE 24

/* EXPT, EARM, EFLT: see core/experiment.h. GRPS, GRPB: see core/group.h. */
#define TSR_EXPERIMENT_SIZE 80
#define TSR_ARM_SIZE 16
#define TSR_FILTER_SIZE 32
#define TSR_GROUP_SIZE 32

/* SCOR, VECT, GAIN, TIER: see core/score.h. */
#define TSR_SCORE_SIZE 32
#define TSR_VECTOR_SIZE 40
#define TSR_GAIN_SIZE 40
#define TSR_TIER_SIZE 16

/*
 * PRED 24: operator u8 (enum tsr_operator, core/predicate.h), tier u8, 0 u16,
 *	attribute u32, first operand u32, operand count u32, number u32, 0 u32.
 *	The number is that of the automaton or fragment set.
 * VALU 16: type u8 (0 null, 1 boolean, 2 number, 3 string, 4 group), boolean
 *	u8 (of a group: its ids are numbers), 0 u16, 0 u32, then a double's
 *	bits, a text ref (8 bytes), or a group's number u32 and 0 u32.
 * NODE 16: predicate u32, then target if it holds u32, else u32; the longest
 *	path from here to an outcome u16 (at least 1), and 1 + the largest
 *	outcome that can be reached u16. A target below 0x80000000 is a node
 *	with a LARGER number; otherwise the low 31 bits are an outcome. So every
 *	walk ends.
 * DECN 24: root u32 (a target as in NODE), outcome count u32, tier u8 + 3
 *	zero bytes (the latest tier it reads), longest path u32, 0 u64.
 */
#define TSR_PREDICATE_SIZE 24
#define TSR_OPERAND_SIZE 16
#define TSR_NODE_SIZE 16
#define TSR_DECISION_SIZE 24
#define TSR_TARGET_OUTCOME 0x80000000u

/*
 * EVNT 32: name (text ref), version u32, first and count in EVFD (u32 each),
 *	purpose u8, from u8 (bits 1 << enum tsr_event_from), category u8, 0 u8,
 *	bytes of its fields in the log at most u32, 0 u32. Sorted by name and
 *	version.
 * EVFD 48: name (text ref), type u8, flags u8, 0 (6 bytes), least and most
 *	(doubles: of a number, or of a text's characters), first and count in
 *	EVCH (u32 each), pattern (text ref: an automaton; empty: none). In the
 *	order of the log.
 * EVCH 8: text ref.
 */
enum tsr_event_type {
	TSR_EVENT_STRING,
	TSR_EVENT_NUMBER,
	TSR_EVENT_INTEGER,
	TSR_EVENT_BOOLEAN,
	TSR_EVENT_CHOICE, /* one of the texts in EVCH */
	TSR_EVENT_TYPE_COUNT
};
enum tsr_event_flag {
	TSR_EVENT_REQUIRED = 1,
	TSR_EVENT_LEAST = 2, /* there is a least one, */
	TSR_EVENT_MOST = 4,
	TSR_EVENT_ABOVE = 8, /* which itself is not allowed */
	TSR_EVENT_BELOW = 16,
	TSR_EVENT_FLAGS = 31
};
enum tsr_event_from {
	TSR_EVENT_BROWSER,
	TSR_EVENT_SERVER,
	TSR_EVENT_FROM_COUNT
};
enum tsr_event_category {
	TSR_EVENT_NONE, /* it says nothing of an intent */
	TSR_EVENT_DEPTH,
	TSR_EVENT_TIME,
	TSR_EVENT_INTERACTION,
	TSR_EVENT_PATH,
	TSR_EVENT_BEHAVIOUR,
	TSR_EVENT_CATEGORY_COUNT
};
#define TSR_EVENT_SIZE 32
#define TSR_EVENT_FIELD_SIZE 48

#endif
