#include <zip.h>

#include "sheet_impl.h"
#include "vh/arena.h"

enum { RATIO_FROM = 1 << 20 }; /* below this many bytes a ratio says nothing */

/* Only ever a pointer: struct zip_pack is libzip's archive under a name of ours. */
static zip_t *archive(struct zip_pack *z)
{
	return (zip_t *)z;
}

enum vh_rc pack_open(const void *p, size_t n, struct zip_pack **ret, struct err *e)
{
	zip_error_t why;
	zip_t *z = NULL;
	zip_error_init(&why);
	zip_source_t *src = alloc_should_fail() ? NULL : zip_source_buffer_create(p, n, 0, &why);
	if (src)
		z = zip_open_from_source(src, ZIP_RDONLY, &why);
	bool nomem = !src || zip_error_code_zip(&why) == ZIP_ER_MEMORY;
	zip_error_fini(&why);
	if (z) {
		*ret = (struct zip_pack *)z;
		return VH_OK;
	}
	if (src)
		zip_source_free(src);
	if (nomem)
		return sheet_nomem(e);
	return err_set(e, VH_INVALID, "sheet_truncated", "", "the workbook is cut off or damaged");
}

void pack_close(struct zip_pack *z)
{
	if (z)
		zip_discard(archive(z));
}

static enum vh_rc damaged(struct err *e)
{
	return err_set(e, VH_INVALID, "sheet_truncated", "", "a part of the workbook is damaged");
}

enum vh_rc part_open(struct zip_pack *z, const char *name, struct part *ret, struct err *e)
{
	zip_stat_t st;
	if (zip_stat(archive(z), name, ZIP_FL_NOCASE, &st) < 0)
		return VH_NOTFOUND;
	zip_file_t *f = zip_fopen_index(archive(z), st.index, 0);
	if (!f)
		return damaged(e);
	*ret = (struct part){ .f = f, .packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0 };
	return VH_OK;
}

void part_close(struct part *p)
{
	if (p->f)
		zip_fclose(p->f);
	p->f = NULL;
}

/* The unpacked size in the directory may be a lie, so that only bytes that came are counted. */
enum vh_rc part_read(struct part *p, void *to, size_t n, size_t *ret_n, struct err *e)
{
	zip_int64_t got = zip_fread(p->f, to, n);
	if (got < 0)
		return damaged(e);
	p->got += (uint64_t)got;
	if (p->got > LIM_XLSX_PART)
		return err_set(e, VH_LIMIT, "sheet_bomb", "", "a part unpacks to over %u MiB",
		               LIM_XLSX_PART >> 20);
	if (p->got > RATIO_FROM && p->got / LIM_XLSX_RATIO > p->packed)
		return err_set(e, VH_LIMIT, "sheet_bomb", "",
		               "a part unpacks to over %d times its size", LIM_XLSX_RATIO);
	*ret_n = (size_t)got;
	return VH_OK;
}
