#include "vh/actor.h"

#include <string.h>

#include "vh/core.h"
#include "vh/store_people.h"

static const char *const role_names[ROLE__MAX] = {
	[ROLE_NONE] = "none",         [ROLE_ADMIN] = "admin",       [ROLE_CLERK] = "clerk",
	[ROLE_HEAD] = "head",         [ROLE_POLICE] = "police",     [ROLE_GRID] = "grid",
	[ROLE_LANDLORD] = "landlord", [ROLE_TENANT] = "tenant",     [ROLE_EMPLOYER] = "employer",
	[ROLE_AUDITOR] = "auditor",   [ROLE_OPERATOR] = "operator", [ROLE_DOOR] = "door",
};

static const char *const act_names[ACT__MAX] = {
	[ACT_RACK] = "rack",     [ACT_ROOM] = "room",     [ACT_PLACE] = "place",
	[ACT_LET] = "let",       [ACT_FILE] = "file",     [ACT_VERIFY] = "verify",
	[ACT_SEARCH] = "search", [ACT_UNMASK] = "unmask", [ACT_PLATE] = "plate",
	[ACT_LEDGER] = "ledger", [ACT_AUDIT] = "audit",   [ACT_STAFF] = "staff",
	[ACT_ME] = "me",         [ACT_INSPECT] = "inspect", [ACT_HAZARD] = "hazard",
	[ACT_TASK] = "task",     [ACT_DECLARE] = "declare", [ACT_NOTICE] = "notice",
	[ACT_EMERGENCY] = "emergency", [ACT_ERASE] = "erase",
	[ACT_FIGURES] = "figures", [ACT_CALL] = "call",
};

/* The policy of the house; reference: who sees what at a door (README of src, "Who may do
 * what"). */
#define O REACH_OWN
#define S REACH_SCOPE
static const unsigned char reach[ROLE__MAX][ACT__MAX] = {
	[ROLE_ADMIN] = { [ACT_RACK] = S, [ACT_PLACE] = S, [ACT_LET] = S, [ACT_PLATE] = S,
	                 [ACT_STAFF] = S, [ACT_NOTICE] = S, [ACT_FIGURES] = S },
	[ROLE_CLERK] = { [ACT_RACK] = S, [ACT_ROOM] = S, [ACT_PLACE] = S, [ACT_LET] = S,
	                 [ACT_FILE] = S, [ACT_VERIFY] = S, [ACT_SEARCH] = S, [ACT_PLATE] = S,
	                 [ACT_LEDGER] = S, [ACT_STAFF] = S, [ACT_INSPECT] = S,
	                 [ACT_HAZARD] = S, [ACT_TASK] = S, [ACT_DECLARE] = S, [ACT_NOTICE] = S,
	                 [ACT_EMERGENCY] = S, [ACT_ERASE] = S, [ACT_FIGURES] = S,
	                 [ACT_CALL] = S },
	[ROLE_HEAD] = { [ACT_RACK] = S, [ACT_NOTICE] = S, [ACT_FIGURES] = S },
	[ROLE_POLICE] = { [ACT_RACK] = S, [ACT_ROOM] = S, [ACT_FILE] = S, [ACT_VERIFY] = S,
	                  [ACT_SEARCH] = S, [ACT_UNMASK] = S, [ACT_INSPECT] = S,
	                  [ACT_HAZARD] = S, [ACT_TASK] = S, [ACT_EMERGENCY] = S,
	                  [ACT_FIGURES] = S, [ACT_CALL] = S },
	[ROLE_GRID] = { [ACT_RACK] = S, [ACT_ROOM] = S, [ACT_FILE] = S, [ACT_VERIFY] = S,
	                [ACT_SEARCH] = S, [ACT_INSPECT] = S, [ACT_HAZARD] = S, [ACT_TASK] = S,
	                [ACT_EMERGENCY] = S, [ACT_FIGURES] = S },
	[ROLE_LANDLORD] = { [ACT_RACK] = O, [ACT_ROOM] = O, [ACT_LET] = O, [ACT_FILE] = O,
	                    [ACT_HAZARD] = O, [ACT_TASK] = O, [ACT_DECLARE] = O },
	[ROLE_TENANT] = { [ACT_ROOM] = O, [ACT_FILE] = O, [ACT_ME] = O, [ACT_ERASE] = O },
	[ROLE_AUDITOR] = { [ACT_AUDIT] = S },
	[ROLE_OPERATOR] = { [ACT_RACK] = S, [ACT_ROOM] = S, [ACT_PLACE] = S, [ACT_LET] = S,
	                    [ACT_FILE] = S, [ACT_VERIFY] = S, [ACT_SEARCH] = S, [ACT_PLATE] = S,
	                    [ACT_LEDGER] = S, [ACT_AUDIT] = S, [ACT_STAFF] = S,
	                    [ACT_HAZARD] = S, [ACT_TASK] = S, [ACT_NOTICE] = S, [ACT_ERASE] = S,
	                    [ACT_FIGURES] = S },
	[ROLE_DOOR] = { [ACT_FILE] = S },
};
#undef O
#undef S

const struct actor actor_operator = { .role = ROLE_OPERATOR, .login = "operator" };

enum role role_of(const char *name)
{
	for (int r = ROLE_ADMIN; name && r < ROLE_OPERATOR; r++) {
		if (!strcmp(name, role_names[r]))
			return (enum role)r;
	}
	return ROLE_NONE;
}

const char *role_name(enum role r)
{
	return role_names[r];
}

const char *act_name(enum act a)
{
	return act_names[a];
}

enum reach role_reach(enum role r, enum act a)
{
	return (enum reach)reach[r][a];
}

enum vh_rc actor_load(struct ctx *cx, const struct account *a, struct actor *ret)
{
	struct grant *grants = NULL;
	char *phone = NULL;
	enum vh_rc rc = grant_list(cx, a->id, &grants);
	if (rc == VH_OK && a->phone.p) {
		struct key k;
		struct place at = { "account", "phone", 0, a->id };
		keys_node(cx->keys, "account", &k);
		rc = seal_words(cx, open_text(cx->a, &k, &at, a->phone, &phone));
		wipe(&k, sizeof k);
	}
	if (rc != VH_OK)
		return rc;
	*ret = (struct actor){ .account = a->id, .role = role_of(a->role), .login = a->login,
	                       .phone = phone, .grants = grants };
	return VH_OK;
}

/* path is ",310000000000,…,310116104205,": a scope covers it when it stands between two commas. */
static bool path_has(const char *path, const char *code)
{
	size_t n = strlen(code);
	for (const char *p = path; (p = strstr(p, code)) != NULL; p++) {
		if (p > path && p[-1] == ',' && p[n] == ',')
			return true;
	}
	return false;
}

bool actor_covers(const struct actor *who, const struct hotel *h)
{
	if (who->role == ROLE_OPERATOR || who->role == ROLE_DOOR)
		return true;
	for (const struct grant *g = who->grants; g; g = g->next) {
		if (role_of(g->role) != who->role)
			continue;
		if (!*g->scope || path_has(h->path, g->scope))
			return true;
	}
	return false;
}

bool actor_is(const struct actor *who, int64_t hotel, int64_t person)
{
	for (const struct grant *g = who->grants; g; g = g->next) {
		if (person && g->person == person && g->hotel == hotel)
			return true;
	}
	return false;
}

static enum vh_rc not_there(struct ctx *cx)
{
	return ctx_fail(cx, VH_NOTFOUND, "not_found", "", "there is no such thing here");
}

/* On his own: a landlord in his houses, a tenant about himself. */
static enum vh_rc own(struct ctx *cx, const struct hotel *h, int64_t house, int64_t person)
{
	const struct actor *who = cx->who;
	if (who->role == ROLE_TENANT)
		return actor_is(who, h->id, person) ? VH_OK : not_there(cx);
	struct blob idx;
	bool his = false;
	enum vh_rc rc = index_phone(cx, h->id, who->phone, &idx);
	if (rc != VH_OK)
		return rc;
	if (!idx.p || !actor_covers(who, h))
		return not_there(cx);
	if (!house)
		return VH_OK;
	rc = house_has_phone(cx, h->id, house, idx, &his);
	if (rc != VH_OK)
		return rc;
	return his ? VH_OK : not_there(cx);
}

enum vh_rc actor_may(struct ctx *cx, enum act a, const struct hotel *h, int64_t house,
                     int64_t person)
{
	if (!cx->who)
		return ctx_fail(cx, VH_DENIED, "login", "", "please log in first");
	switch (role_reach(cx->who->role, a)) {
	case REACH_SCOPE:
		return actor_covers(cx->who, h) ? VH_OK : not_there(cx);
	case REACH_OWN:
		return own(cx, h, house, person);
	case REACH_NO:
		break;
	}
	return ctx_fail(cx, VH_DENIED, "role", "", "the role %s may not do this (%s)",
	                role_name(cx->who->role), act_name(a));
}
