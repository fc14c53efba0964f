/*
 * The one table of routes. Row order means nothing: no two rows may match the same path.
 */
#include <string.h>
#include <strings.h>

#include "forms.h"
#include "pages.h"
#include "web.h"

#define H "/h/{hotel}"
#define WRITE (R_CSRF | R_IDEM)
#define DOOR (R_RATE | R_ANYCASE) /* whoever stands there, with or without an account */

/* clang-format off */
#define GET(p, fn, page, access, flags) \
	{ HTTP_GET, p, get_##fn, page, access, flags, NULL, NULL, NULL }
#define POST(p, fn, page, access, flags, form, again, title) \
	{ HTTP_POST, p, post_##fn, page, access, flags, &form_##form, again, title }
#define SIGNED(p, fn) \
	{ HTTP_POST, p, post_##fn, NULL, A_SIGNED, R_RAW, NULL, NULL, NULL }
const struct route routes[] = {
	/* path, handler, page, access, flags */
	GET("/", home, "home", A_PUBLIC, 0),
	GET("/login", login, "login", A_PUBLIC, 0),
	GET("/enrol/{token}", enrol, "enrol", A_PUBLIC, R_RATE),
	GET("/r/{code}", plate, "plate", A_PUBLIC, R_RATE | R_ANYCASE | R_LATE),
	GET("/r/{code}/declare", declare, "declare", A_PUBLIC, DOOR),
	GET("/r/{code}/report", report, "report", A_PUBLIC, DOOR),
	GET("/r/{code}/reported/{receipt}", reported, "reported", A_PUBLIC, DOOR),
	GET("/declared/{receipt}", declared, "declared", A_PUBLIC, R_RATE),
	GET("/me", me, "me", MAY(ACT_ME), 0),
	GET("/me/looks", my_looks, "me_looks", MAY(ACT_ME), 0),
	GET("/me/record", record, "me_record", MAY(ACT_ME), 0),
	GET("/me/erase", erase, "me_erase", MAY(ACT_ME), 0),
	GET("/erased/{receipt}", erased, "erased", A_PUBLIC, R_RATE),
	GET("/receipt", receipt, "receipt", A_PUBLIC, R_RATE),
	GET("/account", account, "account", A_LOGIN, 0),
	GET("/enrol", enrol_code, "enrol_code", A_PUBLIC, R_RATE),
	GET("/staff", staff, "staff", MAY(ACT_STAFF), 0),
	GET("/staff/{login}", staff_one, "staff_one", MAY(ACT_STAFF), 0),
	GET(H "/setup", setup, "setup", MAY(ACT_STAFF), 0),
	GET(H "/settings", settings, "settings", MAY(ACT_PLACE), 0),
	GET(H "/houses/{house}/letter", letter, "letter", MAY(ACT_PLACE), 0),
	GET(H "/plates", plates, "plates", MAY(ACT_PLATE), 0),
	GET(H "/plates/{serial}", plate_desk, "plate_desk", MAY(ACT_PLATE), 0),
	GET(H "/plates/{serial}/bind", bind, "plate_bind", MAY(ACT_PLATE), 0),
	GET(H "/plates/{serial}/code.png", plate_png, NULL, MAY(ACT_PLATE), R_RAW),
	GET(H "/plates/{serial}/code.svg", plate_svg, NULL, MAY(ACT_PLATE), R_RAW),
	GET(H "/slips", slips, "slips", MAY(ACT_STAFF), 0),
	GET(H "/sync", sync, "sync", MAY(ACT_PLACE), 0),
	GET(H "/jobs/{job}", job, "job", MAY(ACT_STAFF), 0),
	GET(H "/jobs/{job}/file", job_file, NULL, MAY(ACT_STAFF), R_RAW),
	GET(H "/jobs/{job}/rows", rows, NULL, MAY(ACT_LEDGER), R_RAW),
	GET("/people/search", search, "search", MAY(ACT_SEARCH), 0),
	GET(H "/rack", rack, "rack", MAY(ACT_RACK), 0),
	GET(H "/rack/changes", rack_changes, NULL, MAY(ACT_RACK), R_RAW | R_QUIET),
	GET(H "/people/search", search, "search", MAY(ACT_SEARCH), 0),
	GET(H "/access", access, "access", MAY(ACT_AUDIT), 0),
	GET(H "/ledger", import, "import", MAY(ACT_LEDGER), 0),
	GET(H "/figures", figures, "figures", MAY(ACT_FIGURES), 0),
	GET(H "/figures.csv", figures_csv, NULL, MAY(ACT_FIGURES), R_RAW),
	GET(H "/report", period, "period", MAY(ACT_FIGURES), 0),
	GET(H "/report.csv", period_csv, NULL, MAY(ACT_FIGURES), R_RAW),
	GET(H "/map", map, "map", MAY(ACT_RACK), 0),
	GET("/tiles/{z}/{x}/{y}", tile, NULL, MAY(ACT_RACK), R_RAW),
	GET(H "/queue", queue, "queue", MAY(ACT_VERIFY), 0),
	GET(H "/queue/verify", queue_verify, "queue_verify", MAY(ACT_VERIFY), 0),
	GET(H "/queue/declared", queue_declared, "queue_declared", MAY(ACT_VERIFY), 0),
	GET(H "/queue/calls", queue_calls, "queue_calls", MAY(ACT_VERIFY), 0),
	GET(H "/queue/away", queue_away, "queue_away", MAY(ACT_VERIFY), 0),
	GET(H "/queue/disputes", disputes, "disputes", MAY(ACT_VERIFY), 0),
	GET(H "/queue/corrections", corrections, "corrections", MAY(ACT_VERIFY), 0),
	GET(H "/queue/remarks", remarks, "remarks", MAY(ACT_VERIFY), 0),
	GET(H "/tasks", tasks, "tasks", MAY(ACT_TASK), 0),
	GET(H "/tasks/{task}", task, "task", MAY(ACT_TASK), 0),
	GET(H "/reviews", reviews, "tasks", MAY(ACT_AUDIT), 0),
	GET(H "/reviews/{review}", task, "task", MAY(ACT_AUDIT), 0),
	GET(H "/employers", employers, "employers", MAY(ACT_PLACE), 0),
	GET(H "/employers/{employer}", employer, "employer", MAY(ACT_PLACE), 0),
	GET(H "/notices", notices, "notices", MAY(ACT_NOTICE), 0),
	GET(H "/erasures", erasures, "erasures", MAY(ACT_ERASE), 0),
	GET(H "/access/erasures", erasures, "erasures", MAY(ACT_AUDIT), 0),
	GET(H "/houses/{house}/emergency", emergency, "emergency", MAY(ACT_EMERGENCY), 0),
	GET(H "/houses/{house}", house, "house", MAY(ACT_RACK), 0),
	GET(H "/rooms/{room}", room, "room", MAY(ACT_RACK), 0),
	GET(H "/rooms/{room}/stays/new", stay_form, "stay_form", MAY(ACT_FILE), 0),
	GET(H "/rooms/{room}/inspections", visits, "visits", MAY(ACT_HAZARD), 0),
	GET(H "/rooms/{room}/inspections/new", visit_form, "visit", MAY(ACT_INSPECT), 0),
	GET(H "/rooms/{room}/clearances", clearances, "clearances", MAY(ACT_HAZARD), 0),
	GET(H "/houses/{house}/inspections/new", visit_house, "visit_house", MAY(ACT_INSPECT), 0),
	GET(H "/houses/{house}/hazards", house_hazards, "hazards", MAY(ACT_HAZARD), 0),
	GET(H "/inspections/{inspection}", visit, "visit_done", MAY(ACT_HAZARD), 0),
	GET(H "/round", round, "round", MAY(ACT_INSPECT), 0),
	GET(H "/hazards", hazards, "hazards", MAY(ACT_HAZARD), 0),
	GET(H "/hazards/{hazard}", hazard, "hazard", MAY(ACT_HAZARD), 0),
	GET(H "/photos/{photo}", photo, NULL, MAY(ACT_HAZARD), R_RAW),
	GET(H "/stays/{stay}", stay, "stay", MAY(ACT_ROOM), 0),
	GET(H "/stays/{stay}/done", stay_done, "stay_done", MAY(ACT_ROOM), 0),
	GET("/upstream/keys", upstream_keys, NULL, A_PUBLIC, R_RAW),
	SIGNED("/upstream/events", upstream_events),
	SIGNED("/upstream/query", upstream_query),
	GET(H "/stays/{stay}/receipt", stay_receipt, "stay_receipt", MAY(ACT_ROOM), 0),
	GET(H "/stays/{stay}/text", stay_text, NULL, MAY(ACT_ROOM), R_RAW),
	GET(H "/rooms/{room}/code", code, "code", MAY(ACT_DECLARE), 0),
	GET(H "/rooms/{room}/movein", movein, "movein", MAY(ACT_FILE), 0),
	GET(H "/rooms/{room}/gone", gone, "change", MAY(ACT_FILE), 0),
	GET(H "/stays/{stay}/out", out, "change", MAY(ACT_FILE), 0),
	GET(H "/stays/{stay}/extend", extend, "change", MAY(ACT_FILE), 0),
	GET(H "/stays/{stay}/move", move, "change", MAY(ACT_FILE), 0),
	GET(H "/stays/{stay}/amend", amend, "change", MAY(ACT_FILE), 0),
	GET(H "/stays/{stay}/remark", remark, "change", MAY(ACT_VERIFY), 0),
	GET(H "/stays/{stay}/wrong", wrong, "change", MAY(ACT_FILE), 0),
	GET("/awake", awake, NULL, A_LOGIN, R_RAW),
	GET("/healthz", health, NULL, A_PUBLIC, R_RAW),
	GET("/metrics", metrics, NULL, A_PUBLIC, R_RAW),
	GET("/openapi.json", openapi, NULL, A_PUBLIC, R_RAW),
	GET("/events.schema.json", events_schema, NULL, A_PUBLIC, R_RAW),
	GET("/static/{file}", static, NULL, A_PUBLIC, R_RAW),
	GET("/lang/{lang}", lang, NULL, A_PUBLIC, R_RAW),
	GET("/look/{look}", look, NULL, A_PUBLIC, R_RAW),

	/* path, handler, page and again for a form that failed, title of its texts */
	POST("/login", login, "login", A_PUBLIC, R_CSRF | R_RATE, login, get_login, "login"),
	POST("/lock", lock, "form", A_LOGIN, R_CSRF, none, NULL, "lock"),
	POST("/logout", logout, "form", A_PUBLIC, R_CSRF, none, NULL, "logout"),
	POST("/enrol", enrol_code, "enrol_code", A_PUBLIC, R_CSRF | R_RATE,
	     enrol_code, get_enrol_code, "enrol_code"),
	POST("/enrol/{token}", enrol, "enrol", A_PUBLIC, R_CSRF | R_RATE,
	     enrol_sent, get_enrol, "enrol"),
	POST("/receipt", receipt, "receipt", A_PUBLIC, R_CSRF | R_RATE,
	     receipt, get_receipt, "receipt"),
	POST("/r/{code}/declare", declare, "declare", A_PUBLIC, WRITE | DOOR,
	     declare, again_declare, "declare"),
	POST("/r/{code}/report", report, "report", A_PUBLIC, WRITE | DOOR | R_PHOTO,
	     report, again_report, "report"),
	POST("/me/erase/{hotel}", erase, "me_erase", MAY(ACT_ME), WRITE,
	     erase, get_erase, "erase"),
	POST(H "/stays/{stay}/still-here", still_here, "form", MAY(ACT_ROOM), WRITE,
	     none, again_action, "still_here"),
	POST(H "/stays/{stay}/dispute", dispute, "form", MAY(ACT_ROOM), WRITE,
	     dispute, again_action, "dispute"),
	POST("/account/pin", pin, "account", A_LOGIN, WRITE, pin, get_account, "pin"),
	POST("/account/password", own_password, "account", A_LOGIN, R_CSRF,
	     password, get_account, "password"),
	POST("/account/others", others, "account", A_LOGIN, WRITE, none, get_account, "sessions"),
	POST("/account/unbind", own_unbind, "account", A_LOGIN, WRITE,
	     phone, get_account, "unbind"),
	POST("/staff", staff, "form", MAY(ACT_STAFF), WRITE, staff, again_staff, "staff_add"),
	POST("/staff/{login}/grant", grant, "form", MAY(ACT_STAFF), WRITE,
	     grant, again_action, "staff_grant"),
	POST("/staff/{login}/revoke", ungrant, "form", MAY(ACT_STAFF), WRITE,
	     grant, again_action, "staff_revoke"),
	POST("/staff/{login}/disable", disable, "form", MAY(ACT_STAFF), WRITE,
	     none, again_action, "staff_disable"),
	POST("/staff/{login}/enable", enable, "form", MAY(ACT_STAFF), WRITE,
	     none, again_action, "staff_enable"),
	POST("/staff/{login}/unlock", unlock, "form", MAY(ACT_STAFF), WRITE,
	     none, again_action, "staff_unlock"),
	POST("/staff/{login}/unbind", unbind, "form", MAY(ACT_STAFF), WRITE,
	     phone, again_action, "unbind"),
	/* Each answers with a secret that is shown once: no key gives it a second time. */
	POST("/staff/{login}/password", password, "secret", MAY(ACT_STAFF), R_CSRF,
	     none, NULL, "staff_password"),
	POST("/staff/{login}/totp", totp, "secret", MAY(ACT_STAFF), R_CSRF,
	     none, NULL, "staff_totp"),
	POST("/staff/{login}/slip", slip, "slip", MAY(ACT_STAFF), R_CSRF, none, NULL, "slip"),
	POST("/staff/{login}/code", phone_code, "slip_code", MAY(ACT_STAFF), R_CSRF,
	     none, NULL, "phone_code"),
	POST(H "/stays/{stay}/account", tenant, "form", MAY(ACT_STAFF), WRITE,
	     none, again_action, "tenant_account"),
	POST(H "/slips/accounts", enlist, "form", MAY(ACT_STAFF), WRITE,
	     none, again_action, "enlist"),
	POST(H "/slips/print", slips, "form", MAY(ACT_STAFF), R_CSRF,
	     slips, again_action, "slips_new"),
	POST(H "/plates/print", print, "form", MAY(ACT_PLATE), WRITE,
	     print, again_plates, "print_house"),
	POST(H "/houses/{house}/print", print_here, "form", MAY(ACT_PLATE), R_CSRF,
	     none, again_action, "print_here"),
	POST(H "/plates/{serial}/print", print_one, "form", MAY(ACT_PLATE), R_CSRF,
	     none, again_action, "print_one"),
	POST(H "/plates/{serial}/bind", bind, "form", MAY(ACT_PLATE), WRITE,
	     bind, again_action, "plate_bind"),
	POST(H "/plates/{serial}/revoke", plate_revoke, "form", MAY(ACT_PLATE), WRITE,
	     retire, again_action, "plate_revoke"),
	POST(H "/plates/{serial}/replace", plate_replace, "form", MAY(ACT_PLATE), WRITE,
	     retire, again_action, "plate_replace"),
	POST(H "/jobs/{job}/take", take, "form", MAY(ACT_LEDGER), WRITE,
	     none, again_action, "take_in"),
	POST(H "/ledger/export", export, "import", MAY(ACT_LEDGER), R_CSRF,
	     export, get_import, "export"),
	POST(H "/sync/send", send, "form", MAY(ACT_PLACE), WRITE, none, again_action, "send_now"),
	POST(H "/sync/again", again, "form", MAY(ACT_PLACE), WRITE, again, again_action, "again"),
	POST(H "/settings", settings, "settings", MAY(ACT_PLACE), WRITE,
	     settings, get_settings, "settings"),
	POST(H "/settings/notice", privacy, "settings", MAY(ACT_PLACE), WRITE,
	     privacy, get_settings, "privacy"),
	POST(H "/settings/deadline", rule, "settings", MAY(ACT_PLACE), WRITE,
	     rule, get_settings, "rule"),
	POST(H "/settings/choice", choice, "settings", MAY(ACT_PLACE), WRITE,
	     choice, get_settings, "choice"),
	POST("/people/search", search, "search", MAY(ACT_SEARCH), R_CSRF,
	     search, get_search, "search"),
	POST(H "/people/search", search, "search", MAY(ACT_SEARCH), R_CSRF,
	     search, get_search, "search"),
	POST(H "/ledger", import, "import", MAY(ACT_LEDGER), R_CSRF | R_LEDGER,
	     ledger, get_import, "import"),
	POST(H "/houses", house, "form", MAY(ACT_PLACE), WRITE,
	     house_add, again_action, "house_add"),
	POST(H "/houses/{house}/rooms", room, "form", MAY(ACT_PLACE), WRITE,
	     room_add, again_action, "room_add"),
	POST(H "/houses/{house}/people", keeper, "form", MAY(ACT_PLACE), WRITE,
	     keeper, again_action, "keeper"),
	POST(H "/houses/{house}/people/{landlord}/end", keeper_end, "form", MAY(ACT_PLACE), WRITE,
	     none, NULL, "keeper_end"),
	POST(H "/houses/{house}/amend", house_amend, "form", MAY(ACT_PLACE), WRITE,
	     house_amend, again_action, "house_amend"),
	POST(H "/houses/{house}/retire", house_retire, "form", MAY(ACT_PLACE), WRITE,
	     retire, again_action, "house_retire"),
	POST(H "/rooms/{room}/amend", room_amend, "form", MAY(ACT_PLACE), WRITE,
	     room_amend, again_action, "room_amend"),
	POST(H "/rooms/{room}/letting", letting, "form", MAY(ACT_LET), WRITE,
	     letting, again_action, "letting"),
	POST(H "/rooms/{room}/split", split, "form", MAY(ACT_PLACE), WRITE,
	     room_add, again_action, "split"),
	POST(H "/rooms/{room}/retire", room_retire, "form", MAY(ACT_PLACE), WRITE,
	     retire, again_action, "room_retire"),
	POST(H "/rooms/{room}/stays/new", card, "stay_form", MAY(ACT_FILE), R_CSRF,
	     card, get_stay_form, "card"),
	POST(H "/rooms/{room}/stays", stay, "stay_form", MAY(ACT_FILE), WRITE,
	     stay, again_stay_form, "stay_in"),
	POST(H "/stays/{stay}/out", out, "change", MAY(ACT_FILE), WRITE, out, get_out, "out"),
	POST(H "/stays/{stay}/extend", extend, "change", MAY(ACT_FILE), WRITE,
	     extend, get_extend, "extend"),
	POST(H "/stays/{stay}/move", move, "change", MAY(ACT_FILE), WRITE,
	     move, get_move, "move"),
	POST(H "/rooms/{room}/inspections", visit, "visit", MAY(ACT_INSPECT), WRITE,
	     visit, again_visit, "visit"),
	POST(H "/rooms/{room}/match", match, "visit", MAY(ACT_INSPECT), R_CSRF,
	     visit, again_visit, "visit"),
	POST(H "/rooms/{room}/unmask", unmask_room, "form", MAY(ACT_UNMASK), R_CSRF,
	     unmask, again_action, "unmask"),
	POST(H "/rooms/{room}/clearances", clearance, "clearances", MAY(ACT_INSPECT), WRITE,
	     clearance, get_clearances, "clearance"),
	POST(H "/houses/{house}/inspections", visit_house, "visit_house", MAY(ACT_INSPECT), WRITE,
	     visit_house, again_visit_house, "visit"),
	POST(H "/round", round, "round", MAY(ACT_INSPECT), R_CSRF, round, get_round, "round"),
	POST(H "/hazards/{hazard}/recheck", recheck, "hazard", MAY(ACT_INSPECT), WRITE,
	     recheck, get_hazard, "recheck"),
	POST(H "/hazards/{hazard}/photos", photo, "hazard", MAY(ACT_INSPECT), WRITE | R_PHOTO,
	     hazard_photo, get_hazard, "photo"),
	POST(H "/hazards/{hazard}/reporter", reporter, "hazard", MAY(ACT_INSPECT), R_CSRF,
	     none, get_hazard, "reporter"),
	POST(H "/stays/{stay}/away", away, "form", MAY(ACT_FILE), WRITE,
	     away, again_action, "away"),
	POST(H "/stays/{stay}/back", back, "form", MAY(ACT_FILE), WRITE,
	     none, again_action, "back"),
	POST(H "/stays/{stay}/amend", amend, "change", MAY(ACT_FILE), WRITE,
	     amend, get_amend, "amend"),
	POST(H "/stays/{stay}/remark", remark, "change", MAY(ACT_VERIFY), WRITE,
	     remark, get_remark, "remark"),
	POST(H "/remarks/{remark}/decline", decline, "form", MAY(ACT_VERIFY), WRITE,
	     refuse, again_action, "decline"),
	POST(H "/stays/{stay}/wrong", wrong, "change", MAY(ACT_FILE), WRITE,
	     wrong, get_wrong, "wrong"),
	POST(H "/stays/{stay}/settle", settle, "form", MAY(ACT_DECLARE), WRITE,
	     settle, NULL, "settle"),
	POST(H "/rooms/{room}/gone", gone, "change", MAY(ACT_FILE), WRITE,
	     gone, get_gone, "gone"),
	POST(H "/rooms/{room}/code", code, "form", MAY(ACT_DECLARE), WRITE, none, NULL, "code"),
	POST(H "/rooms/{room}/code/end", code_end, "form", MAY(ACT_DECLARE), WRITE,
	     none, NULL, "code_end"),
	POST(H "/rooms/{room}/movein", movein, "movein", MAY(ACT_FILE), R_CSRF,
	     movein, again_movein, "movein"),
	POST(H "/rooms/{room}/movein/file", movein_file, "movein", MAY(ACT_FILE), WRITE,
	     movein_file, again_movein, "movein_file"),
	POST(H "/tasks/{task}/done", task_done, "form", MAY(ACT_TASK), WRITE,
	     task_done, NULL, "task_done"),
	POST(H "/stays/{stay}/verify", verify, "form", MAY(ACT_VERIFY), WRITE,
	     verify, again_action, "verify"),
	POST(H "/stays/{stay}/reject", reject, "form", MAY(ACT_VERIFY), WRITE,
	     reject, again_action, "reject"),
	POST(H "/stays/{stay}/void", void, "form", MAY(ACT_VERIFY), WRITE,
	     reject, again_action, "void"),
	POST(H "/stays/{stay}/call", call, "call", MAY(ACT_CALL), R_CSRF, none, NULL, "call"),
	POST(H "/queue/bulk", bulk, "bulk_result", MAY(ACT_FILE), WRITE, bulk, NULL, "bulk"),
	POST(H "/disputes/{dispute}/uphold", uphold, "form", MAY(ACT_VERIFY), WRITE,
	     uphold, again_action, "uphold"),
	POST(H "/disputes/{dispute}/refuse", refuse, "form", MAY(ACT_VERIFY), WRITE,
	     refuse, again_action, "refuse"),
	POST(H "/corrections/{event}/again", correction, "form", MAY(ACT_VERIFY), WRITE,
	     none, again_action, "correction_again"),
	POST(H "/tasks/{task}/assign", task_assign, "form", MAY(ACT_TASK), WRITE,
	     task_assign, again_action, "task_assign"),
	POST(H "/tasks/{task}/handle", task_handle, "form", MAY(ACT_TASK), WRITE,
	     task_note, again_action, "task_handle"),
	POST(H "/tasks/{task}/back", task_back, "form", MAY(ACT_TASK), WRITE,
	     task_note, again_action, "task_back"),
	POST(H "/tasks/{task}/confirm", task_confirm, "form", MAY(ACT_TASK), WRITE,
	     task_confirm, again_action, "task_confirm"),
	POST(H "/reviews/{review}/assign", task_assign, "form", MAY(ACT_AUDIT), WRITE,
	     task_assign, again_action, "task_assign"),
	POST(H "/reviews/{review}/handle", task_handle, "form", MAY(ACT_AUDIT), WRITE,
	     task_note, again_action, "task_handle"),
	POST(H "/reviews/{review}/back", task_back, "form", MAY(ACT_AUDIT), WRITE,
	     task_note, again_action, "task_back"),
	POST(H "/reviews/{review}/confirm", task_confirm, "form", MAY(ACT_AUDIT), WRITE,
	     task_confirm, again_action, "task_confirm"),
	POST(H "/employers", employer, "form", MAY(ACT_PLACE), WRITE,
	     employer, again_action, "employer_add"),
	POST(H "/employers/{employer}/amend", employer_amend, "form", MAY(ACT_PLACE), WRITE,
	     employer_amend, again_action, "employer_amend"),
	POST(H "/employers/{employer}/aliases", alias, "form", MAY(ACT_PLACE), WRITE,
	     alias, again_action, "employer_alias"),
	POST(H "/employers/{employer}/merge", merge, "form", MAY(ACT_PLACE), WRITE,
	     merge, again_action, "employer_merge"),
	POST(H "/notices", notice, "notices", MAY(ACT_NOTICE), WRITE,
	     notice, again_notices, "notice"),
	POST(H "/notices/{notice}/withdraw", withdraw, "form", MAY(ACT_NOTICE), WRITE,
	     none, again_action, "notice_withdraw"),
	POST(H "/houses/{house}/emergency", emergency, "emergency", MAY(ACT_EMERGENCY), R_CSRF,
	     emergency, get_emergency, "emergency"),
	POST(H "/erasures", erasures, "erasures", MAY(ACT_ERASE), R_CSRF, none, NULL, "erase_due"),
	POST(H "/stays/{stay}/unmask", unmask, "form", MAY(ACT_UNMASK), R_CSRF,
	     unmask, again_action, "unmask"),
};
#undef GET
#undef POST
#undef SIGNED
/* clang-format on */
const unsigned routes_n = sizeof routes / sizeof *routes;

static size_t segment(const char *p)
{
	return strcspn(p, "/");
}

static bool is_param(const char *p, size_t n)
{
	return n > 2 && p[0] == '{' && p[n - 1] == '}';
}

/* Could one path match both patterns? */
static bool overlap(const char *a, const char *b)
{
	for (;;) {
		a += *a == '/';
		b += *b == '/';
		size_t n = segment(a), m = segment(b);
		bool open = is_param(a, n) || is_param(b, m);
		if (!open && (n != m || strncasecmp(a, b, n) != 0))
			return false;
		if (!a[n] != !b[m])
			return false;
		if (!a[n])
			return true;
		a += n;
		b += m;
	}
}

static enum vh_rc bad(const struct route *r, struct err *e, const char *why)
{
	return err_set(e, VH_INVALID, "routes", "", "%s %s: %s", http_method_name(r->method),
	               r->path, why);
}

static enum vh_rc check_post(const struct route *r, struct err *e)
{
	if (r->access == A_SIGNED)
		return r->flags & R_RAW ? VH_OK : bad(r, e, "what is signed has no page");
	if (!(r->flags & R_CSRF) || !r->form)
		return bad(r, e, "a POST without CSRF check or form");
	return VH_OK;
}

static enum vh_rc check_one(const struct route *r, struct err *e)
{
	if ((r->flags & R_LATE) && r->access != A_PUBLIC)
		return bad(r, e, "who is not known yet cannot have a right");
	if (r->access == A_MISSING)
		return bad(r, e, "no access rule");
	if (!r->fn || r->path[0] != '/')
		return bad(r, e, "no handler or no path");
	if (r->method != HTTP_POST && (r->form || (r->flags & (R_CSRF | R_IDEM))))
		return bad(r, e, "only a POST takes a form");
	if (!r->page && !(r->flags & R_RAW))
		return bad(r, e, "no page");
	return r->method == HTTP_POST ? check_post(r, e) : VH_OK;
}

enum vh_rc routes_check(const struct route *table, unsigned n, struct err *e)
{
	for (unsigned i = 0; i < n; i++) {
		enum vh_rc rc = check_one(&table[i], e);
		if (rc != VH_OK)
			return rc;
		for (unsigned k = 0; k < i; k++)
			if (table[k].method == table[i].method &&
			    overlap(table[k].path, table[i].path))
				return bad(&table[i], e, "another route matches the same paths");
	}
	return VH_OK;
}

/* Does the pattern match? Parameters are noted as places in `path`, cut out by the caller. */
static bool match(const struct route *r, const char *path, struct params *ret, size_t len[PARAMS])
{
	const char *p = r->path;
	ret->n = 0;
	for (;;) {
		p++;
		path++;
		size_t n = segment(p), m = segment(path);
		if (is_param(p, n)) {
			if (m == 0 || ret->n == PARAMS)
				return false;
			ret->name[ret->n] = p + 1;
			ret->value[ret->n] = path;
			len[ret->n++] = m;
		} else if (n != m || ((r->flags & R_ANYCASE) ? strncasecmp(p, path, n)
		                                             : strncmp(p, path, n)) != 0) {
			return false;
		}
		p += n;
		path += m;
		if (!*p || !*path)
			return !*p && !*path;
	}
}

const struct route *route_match(const char *path, enum http_method m, struct arena *a,
                                struct params *ret, unsigned *ret_allow)
{
	enum http_method as = m == HTTP_HEAD ? HTTP_GET : m;
	size_t len[PARAMS];
	*ret_allow = 0;
	for (unsigned i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		struct params found;
		if (!match(r, path, &found, len))
			continue;
		*ret_allow |= 1u << r->method;
		if (r->method != as)
			continue;
		for (unsigned k = 0; k < found.n; k++)
			found.value[k] = arena_dupn(a, found.value[k], len[k]);
		*ret = found;
		return r;
	}
	return NULL;
}

const char *param(const struct call *c, const char *name)
{
	size_t n = strlen(name);
	for (unsigned i = 0; i < c->params.n; i++)
		if (!strncmp(c->params.name[i], name, n) && c->params.name[i][n] == '}')
			return c->params.value[i];
	return NULL;
}

unsigned web_routes(void)
{
	return routes_n;
}

struct route_line web_route(unsigned i)
{
	const struct route *r = &routes[i];
	struct route_line l = {
		.method = http_method_name(r->method),
		.path = r->path,
		.page = r->page,
		.access = r->access == A_PUBLIC   ? "public"
		          : r->access == A_SIGNED ? "signed"
		                                  : "login",
		.act = ACT__MAX,
		.csrf = r->flags & R_CSRF,
		.rate = r->flags & R_RATE,
		.idem = r->flags & R_IDEM,
	};
	if (r->access >= A_ACT) {
		l.act = (enum act)(r->access - A_ACT);
		l.access = act_name(l.act);
	}
	return l;
}

bool web_route_field(unsigned i, unsigned k, struct route_field *ret)
{
	const struct form *f = routes[i].form;
	if (!f || k >= f->n)
		return false;
	const struct input *in = &f->field[k];
	*ret = (struct route_field){ in->name, in->words, in->flags & INPUT_REQUIRED };
	return true;
}
