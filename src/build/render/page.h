/*
 * page - a rendered page: text, and slots with all their alternatives.
 *
 * render.c makes this tree from the resolved site; pad.c gives every slot its
 * fixed length; pack.c compresses it; test tools flatten it. Text is what the
 * reader sees, unpadded, until pad.c has run.
 */
#ifndef TSR_BUILD_PAGE_H
#define TSR_BUILD_PAGE_H

#include "base/diag.h"
#include "core/format.h"

struct tsr_choice;
struct tsr_rule_list;	 /* rules/rules.h */
struct tsr_trigger_page; /* rules/trigger.h */

enum tsr_item_kind {
	TSR_ITEM_TEXT,	   /* fixed bytes */
	TSR_ITEM_SLOT,	   /* one of several choices, by a decision */
	TSR_ITEM_FRAGMENT, /* a record's fragment, by an attribute */
	TSR_ITEM_FIELD,	   /* request-time text */
	TSR_ITEM_DATA	   /* what a request writes for scripts */
};

/* A piece of a page; the pieces stand one after the other. */
struct tsr_item {
	enum tsr_item_kind kind;
	struct tsr_span text; /* TEXT: its bytes. Others: the slot's or
				 attribute's name */
	uint32_t decision;    /* SLOT: see rules.h */
	uint32_t attribute;   /* FRAGMENT, FIELD */
	uint32_t set;	      /* FRAGMENT: number of the fragment set */
	enum tsr_escape escape; /* FIELD */
	uint32_t max;	      /* FIELD: characters at most */
	struct tsr_span fallback; /* FIELD: unescaped; DATA: see whytext.h */
	struct tsr_choice *choices; /* SLOT: one an outcome of the decision */
	uint32_t count;
	enum tsr_field field; /* DATA */
	uint32_t length;      /* DATA: bytes, always */
	const uint32_t *bits; /* DATA: decisions; outcome 0 sets the bit */
	uint32_t bit_count;
	const struct tsr_rule_list *rules; /* SLOT: its chain, for people */
	bool list; /* SLOT: the choices' rows are entries of a list */
	struct tsr_where where; /* of the tag {{>slot:..}} */
};

struct tsr_row {
	struct tsr_item *items;
	uint32_t count;
};

/* What a slot shows for one outcome: rows (components) one after the other. */
struct tsr_choice {
	struct tsr_span name; /* the variant; "default" for the page's own */
	bool omitted;	      /* shows nothing: rows is empty */
	struct tsr_row *rows;
	uint32_t count;
};

/* A variant that the browser may fetch: a file of out/public. */
struct tsr_variant_file {
	struct tsr_span name; /* v/<hash>.html */
	struct tsr_span html;
	struct tsr_span slot, variant; /* what it is, for lists */
};

/* A page in one locale (and of one record): what a URL answers. */
struct tsr_page {
	struct tsr_span id;	/* with the record's id, if any */
	struct tsr_span path;	/* canonical, percent-encoded, with the prefix */
	uint32_t locale;	/* number; 0 is the default */
	uint32_t status;	/* 200, or 404 for the not-found page */
	uint32_t decision;	/* whole-page variants; outcome = edition */
	const struct tsr_rule_list *rules; /* its chain, for people; or NULL */
	const struct tsr_trigger_page *triggers; /* of it; NULL: none */
	struct tsr_choice *editions; /* at least one, each with one row */
	uint32_t edition_count;
	const uint32_t *bits; /* of its mask */
	uint32_t bit_count;
	/* asked.h: what its choices ask, and whether that is the visitor's. */
	uint32_t *decisions;
	uint32_t decision_count;
	bool own;
	struct tsr_variant_file *files;
	uint32_t file_count;
};

#endif
