#include "vh/own.h"

#include "look_data.h"
#include "vh/docno.h"

static enum vh_rc parse(struct ctx *cx, const struct hotel *h, const char *type, const char *no,
                        struct docno *ret)
{
	enum doc_kind kind;
	if (!type || !doc_kind_of(type, &kind))
		return ctx_fail(cx, VH_INVALID, "doc_kind", "doc_type",
		                "this kind of document is not known");
	return docno_parse(cx->a, kind, no ? no : "", day_of(cx->now, h->zone_min), ret, &cx->err);
}

enum vh_rc doc_take(struct ctx *cx, const struct hotel *h, const char *doc_type,
                    const char *doc_no, const char **ret_no)
{
	struct docno doc;
	enum vh_rc rc = parse(cx, h, doc_type, doc_no, &doc);
	if (rc != VH_OK)
		return rc;
	const char *no = arena_dup(cx->a, doc.no);
	if (!no)
		return ctx_nomem(cx);
	*ret_no = no;
	return VH_OK;
}

struct asking {
	const struct hotel *h;
	const struct docno *doc;
	struct sealed *known;
};

/* VH_NOTFOUND without words: nobody has this number. */
static enum vh_rc person_of(struct ctx *cx, const struct asking *g, struct person *ret)
{
	struct blob idx;
	enum vh_rc rc = index_doc(cx, g->h->id, doc_kind_name(g->doc->kind), g->doc->no, &idx);
	if (rc != VH_OK)
		return rc;
	return idx.p ? person_by_doc(cx, g->h->id, idx, ret) : VH_NOTFOUND;
}

/* His newest filing of him, if the person is his own entry; else nobody, with no word why. */
static enum vh_rc known_step(struct ctx *cx, void *arg)
{
	struct asking *g = arg;
	struct person p;
	struct stay *list = NULL;
	g->known = NULL;
	enum vh_rc rc = actor_may(cx, ACT_FILE, g->h, 0, 0);
	if (rc != VH_OK)
		return rc;
	rc = person_of(cx, g, &p);
	if (rc == VH_OK)
		rc = stay_list_person(cx, g->h->id, p.id, &list);
	while (rc == VH_OK && list && list->filed_by != cx->who->account)
		list = list->next;
	if (rc != VH_OK || !list)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	struct sealed *x = arena_alloc(cx->a, sizeof *x);
	if (!x)
		return ctx_nomem(cx);
	rc = sealed_take(cx, list, false, x);
	if (rc == VH_OK && x->mine)
		g->known = x;
	return rc;
}

enum vh_rc look_known(struct ctx *cx, const struct hotel *h, const char *doc_type,
                      const char *doc_no, struct person_view *ret)
{
	struct docno doc;
	struct asking g = { h, &doc, NULL };
	struct stay_view *v = NULL;
	enum vh_rc rc = parse(cx, h, doc_type, doc_no, &doc);
	/* Everybody else sees his people masked anyhow. */
	bool landlord = cx->who && cx->who->role == ROLE_LANDLORD;
	if (rc == VH_OK && landlord)
		rc = db_read(cx, known_step, &g);
	if (rc == VH_OK && g.known)
		rc = sealed_show(cx, h->id, g.known, false, "known", &v);
	if (rc == VH_OK)
		*ret = v ? v->person : (struct person_view){ .id = 0 };
	return rc;
}
