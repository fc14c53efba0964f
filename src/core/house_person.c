/* Who runs a house. The telephone given here is what an account is linked to it by. */
#include "vh/own.h"

#include <string.h>

#include "place_data.h"
#include "vh/id.h"
#include "vh/limits.h"

static const char *const roles[] = { "owner", "lessor", "agent", "sublessor", "helper" };

struct change {
	int64_t hotel, house, landlord;
	const char *name, *phone, *role;
	struct hotel h;
	struct house e;
};

static bool is_helper(const struct landlord *l)
{
	return !strcmp(l->role, "helper");
}

/* By telephone and name; without a telephone, by the name. */
static enum vh_rc find(struct ctx *cx, const struct hotel_keys *k, struct landlord *l)
{
	struct landlord *list = NULL;
	enum vh_rc rc = l->phone ? landlord_by_phone(cx, l->hotel, l->phone_idx, &list)
	                         : landlord_by_name(cx, l->hotel, l->name_idx, &list);
	for (; rc == VH_OK && list; list = list->next) {
		rc = landlord_open(cx, k, list);
		if (rc != VH_OK || strcmp(list->name, l->name) != 0)
			continue;
		l->id = list->id;
		return VH_OK;
	}
	return rc == VH_OK ? VH_NOTFOUND : rc;
}

static enum vh_rc row_of(struct ctx *cx, struct change *g)
{
	struct hotel_keys k;
	struct landlord l = { .hotel = g->hotel, .id = id_new(), .name = g->name,
	                      .phone = g->phone, .created = cx->now, .version = 1 };
	enum vh_rc rc = hotel_keys_of(cx, g->hotel, &k);
	if (rc != VH_OK)
		return rc;
	rc = landlord_seal(cx, &k, &l);
	if (rc == VH_OK) {
		rc = find(cx, &k, &l);
		if (rc == VH_NOTFOUND)
			rc = landlord_insert(cx, &l);
	}
	wipe(&k, sizeof k);
	g->landlord = l.id;
	return rc;
}

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	struct change *g = arg;
	struct landlord *had = NULL;
	enum vh_rc rc = place_house(cx, ACT_PLACE, g->hotel, g->house, &g->h, &g->e);
	if (rc == VH_OK)
		rc = row_of(cx, g);
	if (rc == VH_OK)
		rc = landlord_of_house(cx, g->hotel, g->house, &had);
	for (; rc == VH_OK && had; had = had->next)
		if (had->id == g->landlord)
			return ctx_fail(cx, VH_CONFLICT, "landlord_there", "name",
			                "this person runs the house already");
	if (rc == VH_OK)
		rc = house_landlord_put(cx, g->hotel, g->house, g->landlord, g->role);
	return rc == VH_OK ? house_event(cx, &g->h, &g->e, "house.amended", NULL) : rc;
}

static enum vh_rc take_role(struct ctx *cx, const char *role, const char **ret)
{
	for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++) {
		if (!strcmp(role, roles[i])) {
			*ret = roles[i];
			return VH_OK;
		}
	}
	return ctx_fail(cx, VH_INVALID, "role_kind", "role", "nobody runs a house as that");
}

enum vh_rc house_person_add(struct ctx *cx, int64_t hotel, int64_t house,
                            const struct house_person *p, int64_t *ret_landlord)
{
	struct change g = { .hotel = hotel, .house = house };
	enum vh_rc rc = text_take(cx, "name", p->name, LIM_NAME, true, &g.name);
	if (rc == VH_OK)
		rc = phone_take(cx, "phone", p->phone, &g.phone);
	if (rc == VH_OK)
		rc = take_role(cx, p->role, &g.role);
	if (rc == VH_OK && !g.phone && !strcmp(g.role, "helper"))
		return ctx_fail(cx, VH_INVALID, "required", "phone",
		                "a helper is known by his telephone");
	if (rc == VH_OK)
		rc = core_write(cx, add_step, &g, &g.landlord);
	if (rc == VH_OK)
		*ret_landlord = g.landlord;
	return rc;
}

static enum vh_rc end_step(struct ctx *cx, void *arg)
{
	struct change *g = arg;
	struct landlord *list = NULL;
	bool there = false, helper = false, left = false;
	enum vh_rc rc = place_house(cx, ACT_PLACE, g->hotel, g->house, &g->h, &g->e);
	if (rc == VH_OK)
		rc = landlord_of_house(cx, g->hotel, g->house, &list);
	if (rc != VH_OK)
		return rc;
	for (const struct landlord *l = list; l; l = l->next) {
		there = there || l->id == g->landlord;
		helper = helper || (l->id == g->landlord && is_helper(l));
		left = left || (l->id != g->landlord && !is_helper(l));
	}
	if (!there)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "landlord",
		                "this person does not run the house");
	if (!helper && !left)
		return ctx_fail(cx, VH_CONFLICT, "landlord_last", "landlord",
		                "then nobody would run this house: add the next one first");
	rc = house_landlord_drop(cx, g->hotel, g->house, g->landlord);
	return rc == VH_OK ? house_event(cx, &g->h, &g->e, "house.amended", NULL) : rc;
}

enum vh_rc house_person_end(struct ctx *cx, int64_t hotel, int64_t house, int64_t landlord)
{
	struct change g = { .hotel = hotel, .house = house, .landlord = landlord };
	return core_write(cx, end_step, &g, &g.landlord);
}
