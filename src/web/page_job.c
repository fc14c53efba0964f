/*
 * Work that takes a while: a page that looks again by itself until it is done, and then leads to
 * what was made.
 */
#include <string.h>

#include "forms.h"
#include "job_pages.h"
#include "pages.h"
#include "view.h"
#include "web_state.h"

/* Where one asked for it, and what is done once it is there. */
static const struct kind {
	const char *name, *back;
	job_page *page; /* NULL: the file is all */
} kinds[] = {
	{ "plates", "plates", NULL },
	{ "slips", "slips", NULL },
	{ "preview", "ledger", put_import_job },
	{ "import", "ledger", put_import_job },
	{ "export", "ledger", NULL },
};

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (name && !strcmp(kinds[i].name, name))
			return &kinds[i];
	return &kinds[0];
}

enum vh_rc job_asked(struct call *c, struct job *j, const char *was, const char *kind)
{
	const char *id = id_text(c, j->id);
	enum vh_rc rc = job_start(c->w->jobs, &c->cx, j, was, kind);
	if (rc != VH_OK)
		return rc;
	put(c, c->view.root, "job", id);
	c->status = 202;
	c->go = arena_printf(c->cx.a, "%s/jobs/%s", hotel_path(c), id);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc job_mine(struct call *c, struct job **ret)
{
	int64_t id;
	enum vh_rc rc = param_id(c, "job", &id);
	if (rc != VH_OK)
		return rc;
	*ret = job_hold(c->w->jobs, &c->cx, c->hotel.id, id);
	if (*ret)
		return VH_OK;
	return ctx_fail(&c->cx, VH_NOTFOUND, "job_gone", "job",
	                "it is kept for ten minutes: ask for it again");
}

static void put_progress(struct call *c, cJSON *o, struct job *j, int state)
{
	static const char *const states[] = { "waiting", "running", "done", "failed" };
	bool busy = state == JOB_WAITING || state == JOB_RUNNING;
	put(c, o, "state", states[state]);
	put_word(c, o, "state_text", "job_state_", states[state]);
	put_num(c, o, "done", atomic_load(&j->done));
	put_num(c, o, "total", atomic_load(&j->total));
	view_bool(&c->view, o, "busy", busy);
	if (busy) /* a browser without scripts looks again, too */
		resp_header(c->r, "Refresh", "1");
}

/* What the job wrote is read only when it has ended: until then it is the other thread's. */
static void put_failure(struct call *c, cJSON *o, const struct job *j, bool failed)
{
	const char *code = failed ? err_code(&j->err) : NULL;
	view_bool(&c->view, o, "failed", failed);
	put(c, o, "code", code);
	put_text(c, o, "code_text",
	         !failed                       ? NULL
	         : has_word(c, "code_", code) ? word(c, "code_", code)
	                                      : err_text(&j->err));
}

static void put_job(struct call *c, struct job *j, const struct kind *k, int state)
{
	cJSON *o = put_obj(c, c->view.root, "job");
	bool made = state == JOB_DONE && j->out.n;
	put_hotel(c, &c->hotel);
	view_id(&c->view, o, "id", j->id);
	put(c, o, "kind", k->name);
	put_word(c, o, "title_text", "job_", k->name);
	put_progress(c, o, j, state);
	put_failure(c, o, j, state == JOB_FAILED);
	put_num(c, o, "made", made ? j->made : 0);
	put_num(c, o, "pages", made ? j->pages : 0);
	put(c, o, "file", made ? j->file : NULL);
	put_url(c, o, "file_url", made, "%s/jobs/%s/file", hotel_path(c), id_text(c, j->id));
	put_url(c, c->view.root, "back_url", true, "%s/%s", hotel_path(c), k->back);
	c->heading = word(c, "job_", k->name);
}

enum vh_rc get_job(struct call *c)
{
	struct job *j;
	enum vh_rc rc = job_mine(c, &j);
	if (rc != VH_OK)
		return rc;
	const struct job_now now = job_look(c->w->jobs, j);
	const struct kind *k = kind_of(now.kind);
	if (k->page && now.state == JOB_DONE)
		k->page(c, j, now.kind);
	else
		put_job(c, j, k, now.state);
	job_release(c->w->jobs, j);
	return VH_OK;
}

enum vh_rc get_job_file(struct call *c)
{
	struct job *j;
	enum vh_rc rc = job_mine(c, &j);
	if (rc != VH_OK)
		return rc;
	c->held = j; /* until the last byte has left */
	if (atomic_load(&j->state) != JOB_DONE || !j->out.n)
		return ctx_fail(&c->cx, VH_NOTFOUND, "job_gone", "job", "it is not made yet");
	bool pdf = !strcmp(j->type, "application/pdf");
	const char *how = arena_printf(c->cx.a, "%s; filename=\"%s\"",
	                               pdf ? "inline" : "attachment", j->file);
	if (!how)
		return ctx_nomem(&c->cx);
	resp_fixed(c->r, j->type, j->out.p, j->out.n);
	resp_header(c->r, "Content-Disposition", how);
	return VH_OK;
}
