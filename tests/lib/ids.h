/*
 * ids - lists of ids as sites have them, made by chance from a seed.
 */
#ifndef TESTS_LIB_IDS_H
#define TESTS_LIB_IDS_H

#include <stdlib.h>

#include "base/arena.h"

enum ids_kind {
	IDS_UUID4,     /* 122 random bits */
	IDS_UUID7,     /* a time of a year, 74 random bits */
	IDS_COUNTED,   /* 1, 2, 3 ... */
	IDS_DIGITS10,  /* ten random digits */
	IDS_SNOWFLAKE, /* 19 digits that grow with time */
	IDS_HEX16,     /* 64 random bits */
	IDS_PREFIXED,  /* "user-" and eight digits */
	IDS_BASE62,    /* "cus_" and 14 letters and digits: 83 random bits */
	IDS_MAIL,      /* names and numbers at a few big providers and others */
	IDS_KIND_COUNT
};

static const char *const ids_names[IDS_KIND_COUNT] = {"UUID, version 4",
    "UUID, version 7", "1 to n", "10 digits", "19 digits, by time",
    "16 hex digits", "user-00000000", "cus_ and 14 of base 62", "e-mail"};

struct ids {
	struct tsr_arena arena;
	struct tsr_span *list; /* in order, each once */
	size_t n;
	uint64_t seed;
};

static inline uint64_t
ids_random(struct ids *ids)
{
	uint64_t x = ids->seed += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static inline unsigned
ids_below(struct ids *ids, unsigned n)
{
	return (unsigned)(ids_random(ids) >> 33) % n;
}

static inline char *
ids_mail(struct ids *ids)
{
	static const char *const ends[] = {"gmail.com", "gmail.com",
	    "gmail.com", "gmx.de", "web.de", "yahoo.com", "outlook.com",
	    "hotmail.com", "t-online.de", "icloud.com"};
	static const char *const names[] = {"anna", "ben", "clara", "david",
	    "emma", "finn", "greta", "hans", "ida", "jonas", "klara", "lena",
	    "max", "nora", "otto", "paul", "rosa", "sofia", "tim", "uwe"};
	char name[12];
	unsigned i, n = 4 + ids_below(ids, 6);
	const char *first = names[ids_below(ids, 20)];

	for (i = 0; i < n; i++)
		name[i] = "eeennirstahdulcgmobwfkzpvjyxq"[ids_below(ids, 29)];
	name[i] = '\0';
	if (ids_below(ids, 100) < 15)
		return tsr_arena_printf(&ids->arena, "%s.%s@%s-%c%c.de", first,
		    name, names[ids_below(ids, 20)],
		    (char)('a' + ids_below(ids, 26)),
		    (char)('a' + ids_below(ids, 26)));
	if (ids_below(ids, 2) == 0)
		return tsr_arena_printf(&ids->arena, "%s.%s%u@%s", first, name,
		    ids_below(ids, 100), ends[ids_below(ids, 10)]);
	return tsr_arena_printf(&ids->arena, "%s.%s@%s", first, name,
	    ends[ids_below(ids, 10)]);
}

static inline char *
ids_one(struct ids *ids, enum ids_kind kind, size_t i)
{
	static const char base[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	unsigned long long a = ids_random(ids), b = ids_random(ids);
	char text[16];
	unsigned k;

	switch (kind) {
	case IDS_UUID4:
	case IDS_UUID7:
		if (kind == IDS_UUID7)
			a = (1700000000000u + a % 31536000000u) << 16 |
			    (a >> 40 & 0xfff);
		return tsr_arena_printf(&ids->arena,
		    "%08llx-%04llx-%c%03llx-%04llx-%012llx", a >> 32,
		    a >> 16 & 0xffff, kind == IDS_UUID4 ? '4' : '7', a & 0xfff,
		    (b >> 48 & 0x3fff) | 0x8000, b & 0xffffffffffff);
	case IDS_COUNTED:
		return tsr_arena_printf(&ids->arena, "%zu", i + 1);
	case IDS_DIGITS10:
		return tsr_arena_printf(
		    &ids->arena, "%010llu", a % 10000000000u);
	case IDS_SNOWFLAKE:
		return tsr_arena_printf(&ids->arena, "%llu",
		    1200000000000000000u + (a % 31536000000u << 22) +
			(b & 0x3fffff));
	case IDS_HEX16:
		return tsr_arena_printf(&ids->arena, "%016llx", a);
	case IDS_PREFIXED:
		return tsr_arena_printf(
		    &ids->arena, "user-%08llu", a % 100000000);
	case IDS_BASE62:
		for (k = 0; k < 14; k++)
			text[k] = base[ids_below(ids, 62)];
		text[k] = '\0';
		return tsr_arena_printf(&ids->arena, "cus_%s", text);
	default:
		return ids_mail(ids);
	}
}

static inline int
ids_cmp(const void *a, const void *b)
{
	const struct tsr_span *x = a, *y = b;

	return tsr_span_cmp(*x, *y);
}

/* About n of a kind. */
static inline void
ids_make(struct ids *ids, enum ids_kind kind, size_t n)
{
	size_t i, k;
	char *id;

	memset(ids, 0, sizeof(*ids));
	ids->seed = kind + 1;
	ids->list = TSR_NEW_ARRAY(&ids->arena, struct tsr_span, n);
	for (i = 0; i < n; i++) {
		id = ids_one(ids, kind, i);
		ids->list[i] = tsr_span_of(id, strlen(id));
	}
	qsort(ids->list, n, sizeof(*ids->list), ids_cmp);
	for (i = 0, k = 0; i < n; i++)
		if (k == 0 || !tsr_span_eq(ids->list[k - 1], ids->list[i]))
			ids->list[k++] = ids->list[i];
	ids->n = k;
}

static inline bool
ids_have(const struct ids *ids, struct tsr_span id)
{
	return bsearch(&id, ids->list, ids->n, sizeof(id), ids_cmp) != NULL;
}

static inline void
ids_free(struct ids *ids)
{
	tsr_arena_free(&ids->arena);
}

#endif
