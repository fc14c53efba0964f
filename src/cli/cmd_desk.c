/* What the desk does beside filing, from the command line: tasks, notices, and what is erased. */
#include <string.h>

#include "cli_impl.h"
#include "vh/erase.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/notice.h"
#include "vh/task.h"

enum { ERASURES_LISTED = 200 };

static enum vh_rc take_id(struct cli *c, const char *what, int64_t *ret)
{
	if (id_parse(cli_arg(c, 0), ret) != VH_OK)
		return cli_usage(c, "%s is not the id of a %s", cli_arg(c, 0), what);
	return VH_OK;
}

/* ---- tasks ---- */

static void say_task(struct cli *c, cJSON *list, const struct task_look *l)
{
	const struct task *t = &l->task;
	cJSON *o = view_obj(&c->view, list, NULL);
	view_id(&c->view, o, "id", t->id);
	view_str(&c->view, o, "kind", t->kind);
	view_str(&c->view, o, "state", t->state);
	view_str(&c->view, o, "address", l->house.id ? l->house.address : NULL);
	view_str(&c->view, o, "room_no", l->room.id ? l->room.no : NULL);
	view_str(&c->view, o, "assigned", l->assigned);
	view_str(&c->view, o, "note", t->note);
	view_bool(&c->view, o, "overdue", l->overdue);
	cli_put_instant(c, o, "due", t->due);
	cli_say(c, "%lld %s %s%s %s %s", (long long)t->id, t->kind, t->state,
	        l->overdue ? ", overdue" : "", l->house.id ? l->house.address : "-",
	        l->room.id ? l->room.no : "");
}

static enum vh_rc run_tasks(struct cli *c)
{
	struct hotel h;
	struct task_page page = { 0 };
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = look_task_page(&c->cx, &h, cli_opt(c, "kind"), cli_opt(c, "after"), &page);
	if (rc != VH_OK)
		return rc;
	cJSON *list = view_arr(&c->view, c->view.root, "tasks");
	for (const struct task_look *l = page.rows; l; l = l->next)
		say_task(c, list, l);
	view_str(&c->view, c->view.root, "next", page.next);
	if (page.next)
		cli_say(c, "more: --after %s", page.next);
	return VH_OK;
}

/* Done and seen to be done, in one go; what facts alone can confirm is refused before. */
static enum vh_rc run_close(struct cli *c)
{
	struct hotel h;
	struct task_look l;
	int64_t id;
	const char *why;
	const struct task_change confirm = { .verb = TV_CONFIRM };
	enum vh_rc rc = take_id(c, "task", &id);
	if (rc == VH_OK)
		rc = cli_opt_need(c, "reason", &why);
	if (rc == VH_OK)
		rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = look_task(&c->cx, &h, id, &l);
	if (rc != VH_OK)
		return rc;
	if (task_by_fact(l.task.kind))
		return ctx_fail(&c->cx, VH_CONFLICT, "task_by_fact", "task",
		                "a task of this kind ends by what is done about it");
	if (strcmp(l.task.state, "handled") != 0) {
		const struct task_change handle = { .verb = TV_HANDLE, .note = why };
		rc = task_change(&c->cx, h.id, id, &handle);
	}
	if (rc == VH_OK)
		rc = task_change(&c->cx, h.id, id, &confirm);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	cli_say(c, "task %lld closed", (long long)id);
	return VH_OK;
}

/* ---- notices ---- */

static enum vh_rc run_notice_add(struct cli *c)
{
	struct hotel h;
	struct house house = { .id = 0 };
	const char *at = cli_opt(c, "house");
	struct notice_new n = { .text = cli_arg(c, 0), .from = cli_opt(c, "from") };
	int64_t id;
	enum vh_rc rc = cli_opt_need(c, "until", &n.until);
	if (rc == VH_OK)
		rc = cli_hotel(c, &h);
	if (rc == VH_OK && at)
		rc = cli_house(c, h.id, at, &house);
	if (rc == VH_OK) {
		n.hotel = h.id;
		n.house = house.id;
		rc = notice_put(&c->cx, &n, &id);
	}
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	cli_say(c, "notice %lld", (long long)id);
	return VH_OK;
}

static enum vh_rc run_notices(struct cli *c)
{
	struct hotel h;
	struct notice *n = NULL;
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = look_all_notices(&c->cx, &h, &n);
	if (rc != VH_OK)
		return rc;
	cJSON *list = cli_list(c);
	for (; n; n = n->next) {
		cJSON *o = view_obj(&c->view, list, NULL);
		view_id(&c->view, o, "id", n->id);
		view_id(&c->view, o, "house", n->house);
		view_str(&c->view, o, "from", n->from_day);
		view_str(&c->view, o, "until", n->until_day);
		view_str(&c->view, o, "text", n->text);
		cli_say(c, "%lld %s %s %s", (long long)n->id, n->from_day, n->until_day, n->text);
	}
	return VH_OK;
}

static enum vh_rc run_notice_end(struct cli *c)
{
	struct hotel h;
	int64_t id;
	enum vh_rc rc = take_id(c, "notice", &id);
	if (rc == VH_OK)
		rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = notice_withdraw(&c->cx, h.id, id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	cli_say(c, "notice %lld is not shown any more", (long long)id);
	return VH_OK;
}

/* ---- what is erased ---- */

static enum vh_rc run_erasures(struct cli *c)
{
	struct hotel h;
	struct erasure *e = NULL;
	int64_t due = 0, before = 0, n = 0;
	const char *from = cli_opt(c, "before");
	if (from && id_parse(from, &before) != VH_OK)
		return cli_usage(c, "%s is not the id of a receipt", from);
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = erase_ripe(&c->cx, &h, &due);
	if (rc == VH_OK)
		rc = look_erasures(&c->cx, &h, before, ERASURES_LISTED, &e);
	if (rc != VH_OK)
		return rc;
	view_num(&c->view, c->view.root, "due", (double)due);
	cli_say(c, "%lld people whose time is over", (long long)due);
	cJSON *list = view_arr(&c->view, c->view.root, "erased");
	for (; e; e = e->next, n++) {
		cJSON *o = view_obj(&c->view, list, NULL);
		before = e->id;
		view_id(&c->view, o, "id", e->id);
		view_id(&c->view, o, "person", e->person);
		view_str(&c->view, o, "why", e->why);
		view_str(&c->view, o, "last_day", e->last_day);
		cli_put_instant(c, o, "at", e->at);
		cli_say(c, "%lld person %lld %s", (long long)e->id, (long long)e->person, e->why);
	}
	view_id(&c->view, c->view.root, "next", n == ERASURES_LISTED ? before : 0);
	if (n == ERASURES_LISTED)
		cli_say(c, "more: --before %lld", (long long)before);
	return VH_OK;
}

static enum vh_rc run_erase(struct cli *c)
{
	struct hotel h;
	struct erase_run run = { 0 };
	int64_t most;
	enum vh_rc rc = cli_opt_i64(c, "most", 1, 1000000, LIM_ERASE_SEND, &most);
	if (rc == VH_OK)
		rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = erase_due(&c->cx, &h, most, &run);
	if (rc != VH_OK)
		return rc;
	view_num(&c->view, c->view.root, "erased", (double)run.erased);
	view_num(&c->view, c->view.root, "kept", (double)run.kept);
	cli_say(c, "%lld erased, %lld kept since something is open about them",
	        (long long)run.erased, (long long)run.kept);
	return VH_OK;
}

static const struct opt hotel_opts[] = { OPT_HOTEL, { 0 } };
static const struct opt list_opts[] = {
	OPT_HOTEL,
	{ "kind", "KIND", "of one kind alone" },
	{ "after", "KEY", "the page after this one" },
	{ 0 },
};
static const struct opt close_opts[] = {
	OPT_HOTEL,
	{ "reason", "TEXT", "what was done" },
	{ 0 },
};
static const struct opt notice_opts[] = {
	OPT_HOTEL,
	{ "house", "HOUSE", "at this one alone: id, number in the hotel, or address" },
	{ "from", "DAY", "first day (today)" },
	{ "until", "DAY", "last day" },
	{ 0 },
};
static const struct opt receipts_opts[] = {
	OPT_HOTEL,
	{ "before", "ID", "those before this receipt" },
	{ 0 },
};
static const struct opt erase_opts[] = {
	OPT_HOTEL,
	{ "most", "N", "people of one run (200)" },
	{ 0 },
};

#define NEEDS (CLI_WRITE | CLI_AS)
const struct command cmd_desk[] = {
	{ "task list", "", "what is open, the earliest deadline first", list_opts, 0, 0, NEEDS,
	  run_tasks, 0 },
	{ "task close", "ID", "done, and seen to be done", close_opts, 1, 1, NEEDS, run_close, 0 },
	{ "notice add", "TEXT", "show it at the plates", notice_opts, 1, 1, NEEDS, run_notice_add,
	  0 },
	{ "notice list", "", "those in force or to come", hotel_opts, 0, 0, NEEDS, run_notices, 0 },
	{ "notice end", "ID", "do not show it any more", hotel_opts, 1, 1, NEEDS, run_notice_end,
	  0 },
	{ "erase list", "", "how many are due, and the receipts", receipts_opts, 0, 0, NEEDS,
	  run_erasures, 0 },
	{ "erase run", "", "drop what is kept of people whose time is over", erase_opts, 0, 0,
	  NEEDS, run_erase, 0 },
	{ 0 },
};
