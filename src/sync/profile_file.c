/* From a profile file and its templates to the one text that is kept. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "vh/conf.h"
#include "vh/limits.h"
#include "vh/sync_profile.h"
#include "vh/utf8.h"

static void take(void *arg, const char *section, const char *key, const char *value)
{
	struct view *v = arg;
	cJSON *file = cJSON_GetObjectItemCaseSensitive(v->root, "file");
	cJSON *s = cJSON_GetObjectItemCaseSensitive(file, section);
	if (!s)
		s = view_obj(v, file, section);
	view_str(v, s, key, value);
}

/* Relative to the profile's folder. */
static char *beside(struct arena *a, const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	if (*name == '/' || !slash)
		return arena_dup(a, name);
	return arena_printf(a, "%.*s/%s", (int)(slash - path), path, name);
}

static enum vh_rc read_text(const char *path, struct buf *to, struct err *e)
{
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "re");
	if (!f)
		return err_set(e, errno == ENOENT ? VH_NOTFOUND : VH_IO, "profile", "template",
		               "cannot open %s: %s", path, strerror(errno));
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(to, part, n);
	bool bad = ferror(f);
	fclose(f);
	if (bad)
		return err_set(e, VH_IO, "profile", "template", "cannot read %s", path);
	if (!buf_ok(to))
		return err_set(e, to->rc, "profile", "template", "%s is too long", path);
	if (!utf8_valid(buf_str(to), to->n))
		return err_set(e, VH_INVALID, "profile", "template", "%s is not UTF-8", path);
	return VH_OK;
}

/* The file that a key names, as the member `to`. */
static enum vh_rc take_file(struct arena *a, struct view *v, const char *path, const char *name,
                            const char *to, struct err *e)
{
	struct buf b;
	char *full = name ? beside(a, path, name) : NULL;
	if (!name)
		return VH_OK;
	if (!full)
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
	buf_init(&b, LIM_TEMPLATE);
	enum vh_rc rc = read_text(full, &b, e);
	if (rc == VH_OK)
		view_str(v, v->root, to, buf_str(&b));
	buf_done(&b);
	return rc;
}

static enum vh_rc print(struct arena *a, const struct view *v, const char **ret, struct err *e)
{
	struct buf b;
	buf_init(&b, 4 * LIM_TEMPLATE);
	if (!v->failed)
		json_print(&b, v->root);
	const char *text = !v->failed && buf_ok(&b) ? arena_dupn(a, b.p, b.n) : NULL;
	enum vh_rc rc = b.rc;
	buf_done(&b);
	if (text) {
		*ret = text;
		return VH_OK;
	}
	return err_set(e, rc == VH_OK ? VH_NOMEM : rc, "profile", "", "the profile is too long");
}

/* What a desk calls it: flat-pinyin of DIR/flat-pinyin.profile; NULL without memory. */
static const char *base_name(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	return arena_dupn(a, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

enum vh_rc profile_load(struct arena *a, const char *path, const char **ret, struct err *e)
{
	struct conf *c = NULL;
	struct view v = { .failed = false };
	struct profile *trial = NULL;
	enum vh_rc rc = conf_load(path, &c, e);
	if (rc != VH_OK)
		return rc;
	if (!view_init(&v)) {
		rc = err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
		goto out;
	}
	view_obj(&v, v.root, "file");
	view_str(&v, v.root, "name", base_name(a, path));
	conf_each(c, take, &v);
	rc = take_file(a, &v, path, conf_str(c, "profile", "template", NULL), "template", e);
	if (rc == VH_OK)
		rc = take_file(a, &v, path, conf_str(c, "lot", "ask", NULL), "ask", e);
	if (rc == VH_OK)
		rc = print(a, &v, ret, e);
	if (rc == VH_OK)
		rc = profile_parse(a, *ret, &trial, e);
	profile_done(trial);
out:
	view_done(&v);
	conf_free(c);
	return rc;
}
