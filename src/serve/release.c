/*
 * release - a release on disk, mapped: the index and its packs.
 */
#include "serve/release.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Map all of a file for reading; an empty file is an empty span. */
static enum tsr_err
map_file(struct tsr_span *out, const char *path)
{
	enum tsr_err err = TSR_IO;
	struct stat st;
	void *p;
	int fd, saved;

	*out = tsr_span_of(NULL, 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		goto out;
	if (!S_ISREG(st.st_mode) || st.st_size < 0) {
		err = TSR_UNSUPPORTED;
		goto out;
	}
	if (st.st_size == 0) {
		err = TSR_OK;
		goto out;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		goto out;
	*out = tsr_span_of(p, (size_t)st.st_size);
	err = TSR_OK;
out:
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return err;
}

static void
unmap(struct tsr_span *s)
{
	if (s->n > 0)
		munmap((void *)(uintptr_t)s->p, s->n);
	*s = tsr_span_of(NULL, 0);
}

/* True when the pack is one that trusted has mapped and checked. */
static bool
is_trusted(const uint8_t *record, const struct tsr_release *trusted)
{
	uint32_t i;

	if (trusted == NULL)
		return false;
	for (i = 0; i < trusted->mapped; i++)
		if (memcmp(tsr_table_record(&trusted->store.table,
			       TSR_SECTION_PACK, i, TSR_PACK_SIZE),
			record, 32) == 0)
			return true;
	return false;
}

static enum tsr_err
open_pack(struct tsr_span *out, const char *folder, const uint8_t *record,
    bool deep)
{
	char path[PATH_MAX], name[65];
	uint8_t hash[32];
	enum tsr_err err;
	int n;

	sodium_bin2hex(name, sizeof(name), record, 32);
	n = snprintf(
	    path, sizeof(path), "%s/../../packs/%s.pack", folder, name);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return TSR_IO;
	}
	err = map_file(out, path);
	if (err != TSR_OK)
		return err;
	if (out->n != tsr_le64(record + 32))
		return TSR_SHORT;
	if (!deep)
		return TSR_OK;
	crypto_generichash(hash, sizeof(hash), out->p, out->n, NULL, 0);
	return memcmp(hash, record, 32) == 0 ? TSR_OK : TSR_CHECKSUM;
}

static enum tsr_err
open_packs(struct tsr_release *out, const char *folder, bool deep,
    const struct tsr_release *trusted)
{
	uint32_t count = tsr_table_count(&out->store.table, TSR_SECTION_PACK);
	enum tsr_err err = TSR_OK;
	const uint8_t *record;

	if (count > TSR_PACKS_MAX)
		return TSR_LONG;
	while (out->mapped < count && err == TSR_OK) {
		record = tsr_table_record(&out->store.table, TSR_SECTION_PACK,
		    out->mapped, TSR_PACK_SIZE);
		err = open_pack(&out->packs[out->mapped++], folder, record,
		    deep && !is_trusted(record, trusted));
	}
	out->store.packs = out->packs;
	out->store.pack_count = count;
	return err;
}

enum tsr_err
tsr_release_open(struct tsr_release *out, const char *folder,
    enum tsr_release_check check, const struct tsr_release *trusted)
{
	char real[PATH_MAX], path[PATH_MAX + 16];
	bool deep = check == TSR_RELEASE_DEEP;
	enum tsr_err err;

	memset(out, 0, sizeof(*out));
	if (sodium_init() == -1 || realpath(folder, real) == NULL)
		return TSR_IO;
	snprintf(path, sizeof(path), "%s/site.tsr", real);
	err = map_file(&out->index, path);
	if (err == TSR_OK)
		err = tsr_table_open(&out->store.table, out->index);
	if (err == TSR_OK && deep)
		err = tsr_table_verify(&out->store.table);
	if (err == TSR_OK && check != TSR_RELEASE_INDEX)
		err = open_packs(out, real, deep, trusted);
	if (err != TSR_OK)
		tsr_release_close(out);
	return err;
}

void
tsr_release_close(struct tsr_release *release)
{
	int saved = errno;

	while (release->mapped > 0)
		unmap(&release->packs[--release->mapped]);
	unmap(&release->index);
	memset(release, 0, sizeof(*release));
	errno = saved;
}
