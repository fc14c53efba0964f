/* Who runs a house: the desk adds owners, agents and helpers of the family, and ends them. */
#include "forms.h"
#include "pages.h"
#include "vh/id.h"
#include "vh/own.h"
#include "view.h"

struct f_keeper {
	const char *name, *phone, *part;
};
static const struct input keeper_in[] = {
	INPUT_WORD(struct f_keeper, part, INPUT_REQUIRED, "helper|lessor|owner|agent|sublessor"),
	INPUT(struct f_keeper, name, input_name, INPUT_REQUIRED, LIM_NAME),
	INPUT(struct f_keeper, phone, input_code, 0, LIM_PHONE),
};
const struct form form_keeper = FORM(struct f_keeper, keeper_in);

static const char *house_url(struct call *c, int64_t house)
{
	return arena_printf(c->cx.a, "%s/houses/%s", hotel_path(c), id_text(c, house));
}

void put_keeper_form(struct call *c, cJSON *actions, int64_t house)
{
	const struct form_how how = {
		.title = "keeper",
		.prefix = "keeper",
		.hint = "keeper_hint",
		.action = arena_printf(c->cx.a, "%s/people", house_url(c, house)),
	};
	put_form(c, actions, NULL, &form_keeper, &how);
}

void put_keeper_end(struct call *c, cJSON *o, int64_t house, int64_t landlord, bool on)
{
	put_url(c, o, "end_url", on && may(c, ACT_PLACE), "%s/people/%s/end", house_url(c, house),
	        id_text(c, landlord));
	put_idem(c, o);
}

static enum vh_rc back(struct call *c, int64_t house, const char *notice)
{
	c->go = arena_printf(c->cx.a, "%s?ok=%s", house_url(c, house), notice);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_keeper(struct call *c)
{
	const struct f_keeper *f = c->form;
	const struct house_person p = { f->name, f->phone, f->part };
	int64_t house, landlord;
	enum vh_rc rc = param_id(c, "house", &house);
	if (rc == VH_OK)
		rc = house_person_add(&c->cx, c->hotel.id, house, &p, &landlord);
	if (rc != VH_OK)
		return rc;
	c->status = 201;
	view_id(&c->view, c->view.root, "id", landlord);
	return back(c, house, "keeper");
}

enum vh_rc post_keeper_end(struct call *c)
{
	int64_t house, landlord;
	enum vh_rc rc = param_id(c, "house", &house);
	if (rc == VH_OK)
		rc = param_id(c, "landlord", &landlord);
	if (rc == VH_OK)
		rc = house_person_end(&c->cx, c->hotel.id, house, landlord);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", landlord);
	return back(c, house, "keeper_ended");
}
