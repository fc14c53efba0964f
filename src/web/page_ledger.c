/*
 * A clerk's ledger by upload, and back again as a file. For a browser it is first tried, as a job,
 * and what would change is shown; the file stays sealed in memory until it is taken in or ten
 * minutes are over. A program sends it once: that runs on the request's own thread, in the
 * importer's short steps, one at a time, since each may take LIM_ARENA_IMPORT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "forms.h"
#include "job_pages.h"
#include "pages.h"
#include "vh/ledger_import.h"
#include "vh/limits.h"
#include "view.h"
#include "web_state.h"

enum { ITEMS_SHOWN = 300, GONE_SHOWN = 300 };

struct f_export {
	const char *reason, *format;
};
static const struct input export_in[] = {
	INPUT(struct f_export, reason, input_lines, INPUT_REQUIRED, LIM_TEXT),
	INPUT_WORD(struct f_export, format, 0, "xlsx|csv"),
};
const struct form form_export = FORM(struct f_export, export_in);
static const struct input file_in[] = {
	INPUT(struct f_ledger, file, input_raw, INPUT_REQUIRED | INPUT_FILE, 0),
};
static const struct form form_ledger_page = FORM(struct f_ledger, file_in);

static atomic_flag busy = ATOMIC_FLAG_INIT;

enum vh_rc get_import(struct call *c)
{
	const char *base = hotel_path(c);
	const struct form_how how = { .title = "import",
		                      .at = c->route->form == &form_ledger ? c->form : NULL,
		                      .action = arena_printf(c->cx.a, "%s/ledger", base) };
	const bool failed = is_refused(c, &form_export);
	const struct form_how out = { .title = "export",
		                      .prefix = "export",
		                      .open = failed,
		                      .at = failed ? c->form : NULL,
		                      .hint = "export_hint",
		                      .action = arena_printf(c->cx.a, "%s/ledger/export", base) };
	put_hotel(c, &c->hotel);
	put_url(c, c->view.root, "rack_url", true, "%s/rack", base);
	put_url(c, c->view.root, "back_url", true, "%s/setup", base);
	put_form(c, c->view.root, "form", &form_ledger_page, &how);
	if (c->html)
		put_form(c, put_arr(c, c->view.root, "actions"), NULL, &form_export, &out);
	return VH_OK;
}

static int64_t length(const struct ledger_item *l)
{
	int64_t n = 0;
	for (; l; l = l->next)
		n++;
	return n;
}

/* The page names who is gone by his room: his name would be a disclosure. */
static void put_gone(struct call *c, const struct ledger_gone *list)
{
	int64_t n = 0;
	cJSON_DeleteItemFromObjectCaseSensitive(c->view.root, "gone");
	cJSON *a = put_arr(c, c->view.root, "gone");
	for (const struct ledger_gone *g = list; g; g = g->next, n++) {
		if (n >= GONE_SHOWN)
			continue;
		cJSON *o = put_obj(c, a, NULL);
		put(c, o, "address", g->address);
		put(c, o, "room_no", g->room_no);
		put_url(c, o, "stay_url", true, "%s/stays/%s", hotel_path(c), id_text(c, g->stay));
	}
	put_num(c, c->view.root, "gone_n", n);
}

/* A page says in its own language what the importer says of a row in English. */
static void put_own_words(struct call *c, const char *key)
{
	cJSON *it, *list = cJSON_GetObjectItemCaseSensitive(c->view.root, key);
	cJSON_ArrayForEach(it, list) {
		const char *code = json_str(it, "code"), *own = NULL;
		if (code && has_word(c, "row_", code))
			own = word(c, "row_", code);
		else if (code && has_word(c, "code_", code))
			own = word(c, "code_", code);
		if (!own)
			continue;
		cJSON_DeleteItemFromObjectCaseSensitive(it, "detail");
		put(c, it, "detail", own);
	}
}

/* A page shows the first of a list, and says how many there are; the file beside it has all. */
static void shorten(struct call *c, const char *key)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(c->view.root, key);
	while (cJSON_GetArraySize(list) > ITEMS_SHOWN)
		cJSON_DeleteItemFromArray(list, ITEMS_SHOWN);
}

static const char *added_words(struct call *c, const struct ledger_added *l)
{
	const char *text = "";
	const struct {
		bool on;
		const char *key;
	} part[] = { { l->house, "added_house" }, { l->room, "added_room" },
		     { l->person, "added_person" }, { l->stay && !l->person, "added_stay" } };
	for (size_t i = 0; text && i < sizeof part / sizeof *part; i++)
		if (part[i].on)
			text = arena_printf(c->cx.a, "%s%s%s", text,
			                    *text ? word(c, "", "list_comma") : "",
			                    word(c, "", part[i].key));
	return text;
}

static void put_added(struct call *c, const struct ledger_added *list)
{
	int64_t n = 0;
	cJSON *a = put_arr(c, c->view.root, "added");
	for (; list; list = list->next, n++) {
		cJSON *o = put_obj(c, a, NULL);
		put_num(c, o, "row", list->row);
		put_num(c, o, "line", list->line);
		put(c, o, "address", list->address);
		put(c, o, "room_no", list->room_no);
		put_text(c, o, "what_text", added_words(c, list));
	}
	put_num(c, c->view.root, "added_n", n);
	view_bool(&c->view, c->view.root, "added_more", n == LEDGER_ADDED);
}

static void put_result(struct call *c, const struct ledger_result *r, bool dry)
{
	cJSON *root = c->view.root;
	ledger_result_view(&c->view, root, r);
	view_bool(&c->view, root, "dry_run", dry);
	if (!c->html)
		return;
	put_hotel(c, &c->hotel);
	shorten(c, "refused");
	shorten(c, "warnings");
	put_own_words(c, "refused");
	put_own_words(c, "warnings");
	put_num(c, root, "refused_n", length(r->refused));
	put_num(c, root, "warnings_n", length(r->warnings));
	put_gone(c, r->gone);
	put_added(c, r->added);
	put_url(c, root, "rack_url", true, "%s/rack", hotel_path(c));
	put_url(c, root, "again_url", true, "%s/ledger", hotel_path(c));
	put_url(c, root, "slips_url", !dry && may(c, ACT_STAFF), "%s/slips", hotel_path(c));
	put_url(c, root, "plates_url", !dry && may(c, ACT_PLATE), "%s/plates", hotel_path(c));
	c->page_name = "import_result";
	c->heading = word(c, "", dry ? "import_tried" : "import_done");
}

/* In an arena of its own: a ledger's lists are far larger than a request's. */
static enum vh_rc import(struct call *c, const struct http_file *file, bool dry)
{
	struct arena *mine = c->cx.a, *big = arena_new(LIM_ARENA_IMPORT);
	const struct ledger_how how = { .dry_run = dry };
	struct ledger_result r = { 0 };
	struct sheet *s = NULL;
	if (!big)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = sheet_open(file->p, file->n, &s, &c->cx.err);
	if (rc == VH_OK) {
		c->cx.a = big;
		rc = ledger_import(&c->cx, c->hotel.area, s, &how, &r);
		c->cx.a = mine;
	}
	if (rc == VH_OK)
		put_result(c, &r, dry);
	sheet_close(s);
	arena_free(big);
	return rc;
}

/* ---- as a job ---- */

static void told(void *arg, uint32_t done, uint32_t rows)
{
	struct job *j = arg;
	atomic_store(&j->done, done);
	atomic_store(&j->total, rows);
}

static bool is_trial(const char *kind)
{
	return !strcmp(kind, "preview");
}

static bool is_import(const char *kind)
{
	return kind && (is_trial(kind) || !strcmp(kind, "import"));
}

/* The upload is opened into memory of this run; what is found out stays with the job. */
static enum vh_rc take_in(struct ctx *cx, struct job *j, struct arena *mine)
{
	bool dry = is_trial(atomic_load(&j->kind)); /* nobody asks anew for a job at work */
	const struct ledger_how how = { .dry_run = dry, .progress = told, .arg = j };
	struct ctx own = *cx;
	struct blob file;
	struct sheet *s = NULL;
	own.a = mine;
	enum vh_rc rc = job_open(&own, j, j->in.ledger.sealed, &file);
	cx->err = own.err;
	if (rc == VH_OK)
		rc = sheet_open(file.p, file.n, &s, &cx->err);
	if (rc == VH_OK)
		rc = ledger_import(cx, j->hotel.area, s, &how,
		                   dry ? &j->in.ledger.tried : &j->in.ledger.done);
	sheet_close(s);
	return rc;
}

static enum vh_rc run_ledger(struct ctx *cx, struct job *j)
{
	struct arena *mine = arena_new(2 * LIM_BODY_LEDGER);
	enum vh_rc rc = mine ? take_in(cx, j, mine) : ctx_nomem(cx);
	arena_free(mine);
	return rc;
}

static enum vh_rc ask_import(struct call *c, const struct http_file *file)
{
	struct job *j;
	enum vh_rc rc = job_new(c->w->jobs, &c->cx, &c->hotel,
	                        2 * LIM_ARENA_IMPORT + 2 * LIM_BODY_LEDGER, &j);
	if (rc != VH_OK)
		return rc;
	j->run = run_ledger;
	rc = job_seal(&c->cx, j, file->p, file->n, &j->in.ledger.sealed);
	if (rc == VH_OK)
		rc = job_asked(c, j, NULL, "preview");
	if (rc != VH_OK)
		job_drop(c->w->jobs, j);
	return rc;
}

void put_import_job(struct call *c, struct job *j, const char *kind)
{
	bool dry = is_trial(kind);
	put_result(c, dry ? &j->in.ledger.tried : &j->in.ledger.done, dry);
	if (!c->html)
		return;
	const struct ledger_result *r = &j->in.ledger.tried;
	bool new = r->houses || r->rooms || r->stays || r->changed;
	put_idem(c, c->view.root);
	view_bool(&c->view, c->view.root, "nothing_new", dry && !new);
	put_url(c, c->view.root, "take_url", dry && new, "%s/jobs/%s/take", hotel_path(c),
	        id_text(c, j->id));
	put_url(c, c->view.root, "list_url", j->in.ledger.tried.refused != NULL ||
	                                            j->in.ledger.tried.warnings != NULL,
	        "%s/jobs/%s/rows", hotel_path(c), id_text(c, j->id));
}

/* Of two tabs or taps one is too late: it is led to what the first one asked for, and told. */
static bool asked_before(struct call *c, struct job *j)
{
	int state = job_look(c->w->jobs, j).state;
	bool taken = !strcmp(err_code(&c->cx.err), "job_taken");
	if (!taken && state != JOB_WAITING && state != JOB_RUNNING)
		return false;
	err_clear(&c->cx.err);
	put(c, c->view.root, "job", id_text(c, j->id));
	view_bool(&c->view, c->view.root, "asked_before", taken);
	c->go = arena_printf(c->cx.a, "%s/jobs/%s%s", hotel_path(c), id_text(c, j->id),
	                     taken ? "?ok=asked_before" : "");
	return c->go != NULL;
}

/* The same file, now in earnest. */
enum vh_rc post_take(struct call *c)
{
	struct job *j;
	enum vh_rc rc = job_mine(c, &j);
	if (rc != VH_OK)
		return rc;
	if (!is_import(job_look(c->w->jobs, j).kind))
		rc = ctx_fail(&c->cx, VH_NOTFOUND, "job_gone", "job", "this is no ledger");
	else
		rc = job_asked(c, j, "preview", "import");
	if (rc == VH_CONFLICT && asked_before(c, j))
		rc = VH_OK;
	job_release(c->w->jobs, j);
	return rc;
}

static void put_rows(struct buf *b, struct call *c, const char *kind, const struct ledger_item *l)
{
	for (; l; l = l->next) {
		const char *own = has_word(c, "row_", l->code)    ? word(c, "row_", l->code)
		                  : has_word(c, "code_", l->code) ? word(c, "code_", l->code)
		                                                  : l->detail;
		buf_printf(b, "%u", l->row);
		csv_next(b);
		buf_printf(b, "%u", l->line);
		csv_next(b);
		csv_cell(b, kind);
		csv_next(b);
		csv_cell(b, own);
		csv_end(b);
	}
}

/* Rows and reasons to work down in the ledger; nobody's data. */
enum vh_rc get_rows(struct call *c)
{
	struct job *j;
	enum vh_rc rc = job_mine(c, &j);
	if (rc != VH_OK)
		return rc;
	c->held = j;
	const struct job_now now = job_look(c->w->jobs, j);
	if (!is_import(now.kind) || now.state != JOB_DONE)
		return ctx_fail(&c->cx, VH_NOTFOUND, "job_gone", "job", "it is not made yet");
	const struct ledger_result *r = is_trial(now.kind) ? &j->in.ledger.tried
	                                                   : &j->in.ledger.done;
	struct buf *b = &c->r->body;
	csv_begin(c, "rows");
	csv_cell(b, word(c, "", "row"));
	csv_next(b);
	csv_cell(b, word(c, "", "file_line"));
	csv_next(b);
	csv_cell(b, word(c, "", "state"));
	csv_next(b);
	csv_cell(b, word(c, "", "reason"));
	csv_end(b);
	put_rows(b, c, word(c, "", "refused"), r->refused);
	put_rows(b, c, word(c, "", "warnings"), r->warnings);
	return VH_OK;
}

enum vh_rc post_import(struct call *c)
{
	const struct f_ledger *f = c->form;
	if (c->html)
		return ask_import(c, &c->body.file);
	if (atomic_flag_test_and_set(&busy))
		return ctx_fail(&c->cx, VH_BUSY, "busy", "", "another ledger is being taken in");
	enum vh_rc rc = import(c, &c->body.file, f->dry_run);
	atomic_flag_clear(&busy);
	return rc;
}

/* ---- out again ---- */

static enum vh_rc read_back(struct ctx *cx, struct job *j, const char *path)
{
	char part[16384];
	size_t n;
	FILE *f = fopen(path, "rb");
	if (!f)
		return ctx_fail(cx, VH_IO, "write", "", "the ledger could not be written");
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&j->out, part, n);
	bool bad = ferror(f) != 0;
	wipe(part, sizeof part);
	fclose(f);
	return bad ? ctx_fail(cx, VH_IO, "write", "", "the ledger could not be read") : VH_OK;
}

/* A folder of our own in memory, where there is one: people stand in the file in clear. */
static bool own_folder(char out[64])
{
	static const char *const in[] = { "/dev/shm", "/tmp" };
	for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
		snprintf(out, 64, "%s/vhotel.XXXXXX", in[i]);
		if (mkdtemp(out))
			return true;
	}
	return false;
}

static enum vh_rc run_export(struct ctx *cx, struct job *j)
{
	char folder[64], path[80];
	bool csv = j->in.export.kind == SHEET_CSV;
	if (!own_folder(folder))
		return ctx_fail(cx, VH_IO, "write", "", "there is no place for the ledger");
	snprintf(path, sizeof path, "%s/ledger", folder);
	enum vh_rc rc = ledger_export(cx, j->hotel.area, path, j->in.export.kind,
	                              j->in.export.reason, &j->in.export.rows);
	if (rc == VH_OK)
		rc = read_back(cx, j, path);
	unlink(path);
	rmdir(folder);
	if (rc != VH_OK)
		return rc;
	j->type = csv ? "text/csv; charset=utf-8"
	              : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
	j->file = csv ? "ledger.csv" : "ledger.xlsx";
	j->made = j->in.export.rows;
	return VH_OK;
}

enum vh_rc post_export(struct call *c)
{
	const struct f_export *f = c->form;
	struct job *j;
	enum vh_rc rc = job_new(c->w->jobs, &c->cx, &c->hotel, LIM_ARENA_IMPORT, &j);
	if (rc != VH_OK)
		return rc;
	j->run = run_export;
	j->in.export.kind = f->format && !strcmp(f->format, "csv") ? SHEET_CSV : SHEET_XLSX;
	j->in.export.reason = arena_dup(j->a, f->reason);
	rc = job_asked(c, j, NULL, "export");
	if (rc != VH_OK)
		job_drop(c->w->jobs, j);
	return rc;
}
