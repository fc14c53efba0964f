#include <stdio.h>
#include <string.h>

#include "demo.h"
#include "vh/accounts.h"
#include "vh/date.h"
#include "vh/place.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"
#include "vh/totp.h"

enum { PASSWORD_CHARS = 12, INVITE_HOURS = 24 };

static const struct {
	enum role role;
	const char *scope; /* NULL: the hotel's */
} staff[DEMO_STAFF] = {
	{ ROLE_ADMIN, "" },  { ROLE_CLERK, NULL },    { ROLE_HEAD, NULL },  { ROLE_POLICE, NULL },
	{ ROLE_GRID, NULL }, { ROLE_EMPLOYER, NULL }, { ROLE_AUDITOR, "" },
};

static enum vh_rc exists(struct ctx *cx, void *arg)
{
	struct account a;
	return account_by_login(cx, arg, &a);
}

/* *ret_new: it was not there before. */
static enum vh_rc account_is(struct cli *c, const struct account_new *n, bool *ret_new)
{
	int64_t id;
	enum vh_rc rc = db_read(&c->cx, exists, (void *)(uintptr_t)n->login);
	*ret_new = rc == VH_NOTFOUND;
	if (rc != VH_NOTFOUND)
		return rc;
	err_clear(&c->cx.err);
	return account_add(&c->cx, n, &id);
}

static size_t base32(const char *s, unsigned char *out, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, held = 0;
	size_t n = 0;
	for (const char *at; *s && (at = strchr(alphabet, *s)) && n < size; s++) {
		bits = (bits << 5 | (unsigned)(at - alphabet)) & 0xfff;
		held += 5;
		if (held >= 8) {
			held -= 8;
			out[n++] = (unsigned char)(bits >> held);
		}
	}
	return n;
}

static enum vh_rc one_of_staff(struct cli *c, const struct hotel *h, int i, struct demo_login *ret)
{
	struct account_new n = { .login = role_name(staff[i].role), .role = staff[i].role };
	char password[PASSWORD_CHARS + 1];
	const char *secret;
	bool is_new;
	n.scope = staff[i].scope ? staff[i].scope : h->area;
	random_token(password, PASSWORD_CHARS);
	enum vh_rc rc = account_is(c, &n, &is_new);
	if (rc == VH_OK)
		rc = account_password(&c->cx, n.login, password);
	if (rc == VH_OK)
		rc = account_totp(&c->cx, n.login, &secret);
	if (rc != VH_OK)
		return rc;
	*ret = (struct demo_login){ .role = role_name(n.role), .login = n.login };
	ret->password = arena_dup(c->cx.a, password);
	ret->secret_n = base32(secret, ret->secret, sizeof ret->secret);
	return ret->password ? VH_OK : ctx_nomem(&c->cx);
}

/* A house whose landlord has a telephone, which makes it his, and a stay to be a tenant of. */
struct someone {
	const struct hotel *h;
	const char *house, *phone;
	int64_t person;
	const char *room;
};

static enum vh_rc find_landlord(struct ctx *cx, struct someone *s)
{
	struct house *house = NULL;
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, s->h->id, &k);
	if (rc == VH_OK)
		rc = house_list(cx, s->h->id, &house);
	for (; rc == VH_OK && house && !s->phone; house = house->next) {
		struct landlord *l = NULL;
		rc = landlord_of_house(cx, s->h->id, house->id, &l);
		if (rc == VH_OK && l && l->phone_sealed.p)
			rc = landlord_open(cx, &k, l);
		if (rc == VH_OK && l && l->phone) {
			s->phone = l->phone;
			s->house = house->address;
		}
	}
	wipe(&k, sizeof k);
	return rc;
}

static enum vh_rc find_both(struct ctx *cx, void *arg)
{
	struct someone *s = arg;
	struct stay *stay = NULL;
	struct room room;
	struct house house;
	s->phone = NULL;
	enum vh_rc rc = find_landlord(cx, s);
	if (rc == VH_OK)
		rc = stay_list_hotel(cx, s->h->id, &stay);
	while (rc == VH_OK && stay && !stay_is_current(stay->state))
		stay = stay->next;
	if (rc == VH_OK && (!stay || !s->phone))
		return ctx_fail(cx, VH_NOTFOUND, "demo", "", "nobody lives in the demo village");
	if (rc == VH_OK)
		rc = room_get(cx, s->h->id, stay->room, &room);
	if (rc == VH_OK)
		rc = house_get(cx, s->h->id, room.house, &house);
	if (rc != VH_OK)
		return rc;
	s->person = stay->person;
	s->room = arena_printf(cx->a, "%s %s", house.address, room.no);
	return s->room ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc by_phone(struct cli *c, const struct hotel *h, struct demo_people *ret)
{
	struct someone s = { .h = h };
	bool is_new = false;
	enum vh_rc rc = db_read(&c->cx, find_both, &s);
	struct account_new l = { .login = "landlord",
		                 .role = ROLE_LANDLORD,
		                 .scope = h->area,
		                 .phone = s.phone };
	struct account_new t = { .login = "tenant", .role = ROLE_TENANT, .scope = h->area };
	if (rc == VH_OK)
		rc = account_is(c, &l, &is_new);
	if (rc == VH_OK)
		rc = account_is(c, &t, &is_new);
	if (rc == VH_OK && is_new)
		rc = account_bind_person(&c->cx, t.login, h->id, s.person);
	if (rc == VH_OK)
		rc = account_invite(&c->cx, l.login, INVITE_HOURS, ret->landlord);
	if (rc == VH_OK)
		rc = account_invite(&c->cx, t.login, INVITE_HOURS, ret->tenant);
	ret->landlord_house = s.house;
	ret->tenant_room = s.room;
	return rc;
}

enum vh_rc demo_people(struct cli *c, const struct hotel *h, struct demo_people *ret)
{
	enum vh_rc rc = VH_OK;
	for (int i = 0; rc == VH_OK && i < DEMO_STAFF; i++)
		rc = one_of_staff(c, h, i, &ret->staff[i]);
	return rc == VH_OK ? by_phone(c, h, ret) : rc;
}

int demo_codes(const struct demo_people *p)
{
	int64_t now = now_ms();
	printf("%-10s %-10s %-14s %s\n", "role", "login", "password", "code now");
	for (int i = 0; i < DEMO_STAFF; i++) {
		const struct demo_login *l = &p->staff[i];
		char code[TOTP_TEXT];
		if (totp_code(l->secret, l->secret_n, now, code) != VH_OK)
			snprintf(code, sizeof code, "-");
		printf("%-10s %-10s %-14s %s\n", l->role, l->login, l->password, code);
	}
	printf("Ctrl-C stops it all; the next run goes on with the same data.\n");
	fflush(stdout);
	return DEMO_STAFF + 2;
}
