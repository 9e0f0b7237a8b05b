/*
 * The store of packs: objects once, old packs used again, damage passed over.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "build/pack/store.h"
#include "lib/small.h"
#include "lib/visitor.h"

/* Letters that do not compress, so that a page is worth keeping. */
static char *
lengthen(struct tsr_small *s, const char *text)
{
	struct tsr_dice dice = {strlen(text)};
	char *p = tsr_arena_printf(&s->arena, "%s%1000s", text, "");
	size_t i;

	for (i = strlen(text); p[i] != '\0'; i++)
		p[i] = (char)('a' + tsr_dice_below(&dice, 26));
	return p;
}

/* A release of pages with these texts in a folder. */
static void
emit(struct tsr_emit_result *out, const char *folder,
    const char *const *texts, size_t count)
{
	struct tsr_small *s = malloc(sizeof(*s));
	struct tsr_choice *editions;
	size_t i;

	tsr_small_init(
	    s, "{\"q\": {\"type\": \"string\", \"source\": \"query:q\"}}");
	rmdir(s->folder);
	snprintf(s->folder, sizeof(s->folder), "%s", folder);
	editions = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, count);
	for (i = 0; i < count; i++) {
		struct tsr_item item = tsr_small_text(lengthen(s, texts[i]));

		editions[i] = tsr_small_choice(s, "edition", &item, 1);
		assert_true(tsr_small_page(s,
		    tsr_arena_printf(&s->arena, "/p%zu", i), &editions[i], 1,
		    0));
	}
	tsr_small_open(s);
	*out = s->emitted;
	/* Keep the folder; all else goes. */
	snprintf(s->folder, sizeof(s->folder), "/nonexistent");
	tsr_small_free(s);
	free(s);
}

static void
make_folder(char *folder)
{
	memcpy(folder, "/tmp/tessera-test-XXXXXX", 25);
	assert_non_null(mkdtemp(folder));
}

static const char *const texts[] = {"<p>one page of text, its own</p>",
    "<p>another page with other words in it</p>", "<p>the third of them</p>"};
static const char *const edited[] = {"<p>one page of text, its own</p>",
    "<p>another page with changed words</p>", "<p>the third of them</p>"};

static size_t
count_packs(struct tsr_file_list *out, const char *folder,
    struct tsr_arena *arena)
{
	assert_int_equal(tsr_file_walk(out, arena,
			     tsr_arena_printf(arena, "%s/packs", folder), 1),
	    TSR_OK);
	return out->count;
}

static void
test_store_equal_objects_are_one(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_object_store *store = tsr_store_new(&arena);
	struct tsr_packed_object a = {TSR_LIT("bytes"), 5, 1};
	struct tsr_packed_object b = a, c = a;
	uint32_t i;

	(void)state;
	b.crc = 2;	  /* the same bytes behind another window */
	c.raw_length = 6; /* or of another length */
	assert_int_equal(tsr_store_add(store, &a), 0);
	assert_int_equal(tsr_store_add(store, &b), 1);
	assert_int_equal(tsr_store_add(store, &c), 2);
	assert_int_equal(tsr_store_add(store, &a), 0);
	for (i = 0; i < 10000; i++) {
		a.crc = i + 10;
		assert_int_equal(tsr_store_add(store, &a), i + 3);
	}
	a.crc = 1;
	assert_int_equal(tsr_store_add(store, &a), 0);
	assert_int_equal(tsr_store_count(store), 10003);
	tsr_arena_free(&arena);
}

static void
test_store_edit_adds_one_pack_with_what_is_new(void **state)
{
	struct tsr_emit_result first, second, clean;
	struct tsr_file_list packs;
	struct tsr_arena arena = {0};
	char one[32], two[32];

	(void)state;
	make_folder(one);
	make_folder(two);
	emit(&first, one, texts, 3);
	assert_true(first.is_new);
	assert_int_equal(count_packs(&packs, one, &arena), 1);
	emit(&second, one, edited, 3);
	emit(&clean, two, edited, 3);
	assert_string_equal(second.id, clean.id);
	assert_string_not_equal(first.id, second.id);
	assert_int_equal(count_packs(&packs, one, &arena), 2);
	assert_int_equal(second.packs, 2);
	assert_int_equal(second.changed, 1);
	assert_int_equal(second.added + second.removed, 0);
	assert_int_equal(second.object_bytes, clean.object_bytes);
	assert_true(second.new_pack_bytes > 0);
	assert_true(second.new_pack_bytes < clean.new_pack_bytes);
	/* Back to the first, which is still there. */
	emit(&second, one, texts, 3);
	assert_string_equal(second.id, first.id);
	assert_false(second.is_new);
	assert_int_equal(second.new_pack_bytes, 0);
	assert_int_equal(count_packs(&packs, one, &arena), 2);
	tsr_arena_free(&arena);
	tsr_file_remove_all(one);
	tsr_file_remove_all(two);
}

enum damage { FLIP, CUT, GONE, EMPTY, DAMAGES };

static void
test_store_damaged_packs_are_written_anew(void **state)
{
	struct tsr_emit_result first, again;
	struct tsr_file_list packs;
	struct tsr_arena arena = {0};
	char folder[32], *path;
	struct stat st;
	unsigned d;
	FILE *f;
	int c;

	(void)state;
	for (d = 0; d < DAMAGES; d++) {
		make_folder(folder);
		emit(&first, folder, texts, 3);
		count_packs(&packs, folder, &arena);
		path = tsr_arena_printf(
		    &arena, "%s/packs/%s", folder, packs.names[0]);
		assert_int_equal(stat(path, &st), 0);
		if (d == FLIP) {
			f = fopen(path, "r+b");
			fseek(f, -3, SEEK_END);
			c = fgetc(f);
			fseek(f, -3, SEEK_END);
			fputc(c ^ 1, f);
			fclose(f);
		} else if (d == GONE) {
			assert_int_equal(unlink(path), 0);
		} else {
			assert_int_equal(
			    truncate(path, d == CUT ? st.st_size - 1 : 0), 0);
		}
		/* A new release must not use it; nor may the old one stay. */
		emit(&again, folder, d % 2 == 0 ? edited : texts, 3);
		assert_true(again.is_new);
		emit(&again, folder, texts, 3);
		assert_string_equal(again.id, first.id);
		tsr_file_remove_all(folder);
	}
	tsr_arena_free(&arena);
}

static void
test_store_unchanged_emit_writes_nothing(void **state)
{
	static const char *const names[] = {
	    "", "/current", "/packs", "/releases", "/public"};
	struct stat before[TSR_COUNT_OF(names)], after;
	struct tsr_emit_result result;
	struct tsr_arena arena = {0};
	char folder[32];
	size_t i;

	(void)state;
	make_folder(folder);
	emit(&result, folder, texts, 3);
	for (i = 0; i < TSR_COUNT_OF(names); i++)
		assert_int_equal(lstat(tsr_arena_printf(&arena, "%s%s", folder,
					   names[i]),
				     &before[i]),
		    0);
	emit(&result, folder, texts, 3);
	assert_false(result.is_new);
	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		lstat(tsr_arena_printf(&arena, "%s%s", folder, names[i]),
		    &after);
		assert_int_equal(after.st_ino, before[i].st_ino);
		assert_memory_equal(&after.st_mtim, &before[i].st_mtim,
		    sizeof(after.st_mtim));
	}
	tsr_arena_free(&arena);
	tsr_file_remove_all(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_store_equal_objects_are_one),
	    cmocka_unit_test(test_store_edit_adds_one_pack_with_what_is_new),
	    cmocka_unit_test(test_store_damaged_packs_are_written_anew),
	    cmocka_unit_test(test_store_unchanged_emit_writes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
