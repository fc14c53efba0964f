#include "vh/store_check.h"

#include "rows.h"

#define LIVE "('pending', 'verified', 'away')"

/*
 * One row a rule: the statement counts the rows that break it and names the smallest id. Unique
 * indexes and CHECKs promise some of these already; they are asked again because an index can be
 * damaged, and because another engine may be told less.
 */
enum {
	Q_ONE_STAY,
	Q_STAY_ROOM,
	Q_STAY_PERSON,
	Q_STAY_LEASE,
	Q_STAY_EMPLOYER,
	Q_STAY_DAYS,
	Q_STAY_ENDED,
	Q_STAY_CONTEST,
	Q_LEASE_ROOM,
	Q_LEASE_LESSEE,
	Q_ROOM_HOUSE,
	Q_ROOM_RETIRED,
	Q_HOUSE_HEAD,
	Q_LANDLORD_REF,
	Q_GUARDIAN,
	Q_PERSON_DOC,
	Q_PLATE_BOUND,
	Q_PLATE_TWICE,
	Q_PLATE_DOOR,
	Q_PLATE_HEAD,
	Q_TASK_REF,
	Q_HAZARD_TASK,
	Q_HAZARD_VISIT,
	Q_VISIT_ROOM,
	Q_DISPUTE_STAY,
	Q_DECLARED_STAY,
	Q_ERASED,
	Q_EVENT_GAP,
	Q_EVENT_HEAD,
	Q_EVENT_ID,
	Q_DELIVERY_EVENT,
	Q_DELIVERY_CURSOR,
	Q_DELIVERY_MISSING,
	Q_ACCESS_PERSON,
	Q_HEAD,
	Q_HOTEL__MAX,
	Q_ROOM_OVER = Q_HOTEL__MAX,
	Q_NO_DEADLINE,
	Q_NOT_ACCEPTED,
	Q_ODD__MAX,
	Q_GRANT_ACCOUNT = Q_ODD__MAX,
	Q_GRANT_PERSON,
	Q_SECRET_ACCOUNT,
	Q_IDEM_ACCOUNT,
	Q_CURSOR_UPSTREAM,
	Q_DELIVERY_UPSTREAM,
	Q_HOTEL_AREA,
	Q_ORPHAN_HEAD,
	Q_GLOBAL__MAX,
	Q_TALLY = Q_GLOBAL__MAX,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_ONE_STAY] = { "check.one_stay", "i", "iI",
	                 "SELECT count(*), min(person) FROM (SELECT person FROM stay"
	                 " WHERE hotel = $1 AND state IN " LIVE
	                 " GROUP BY person HAVING count(*) > 1) AS twice",
	                 NULL },
	[Q_STAY_ROOM] = { "check.stay_room", "i", "iI",
	                  "SELECT count(*), min(s.id) FROM stay s WHERE s.hotel = $1"
	                  " AND NOT EXISTS (SELECT 1 FROM room r WHERE r.hotel = s.hotel"
	                  " AND r.id = s.room)",
	                  NULL },
	[Q_STAY_PERSON] = { "check.stay_person", "i", "iI",
	                    "SELECT count(*), min(s.id) FROM stay s WHERE s.hotel = $1"
	                    " AND NOT EXISTS (SELECT 1 FROM person p WHERE p.hotel = s.hotel"
	                    " AND p.id = s.person)",
	                    NULL },
	[Q_STAY_LEASE] = { "check.stay_lease", "i", "iI",
	                   "SELECT count(*), min(s.id) FROM stay s WHERE s.hotel = $1"
	                   " AND s.lease IS NOT NULL AND NOT EXISTS (SELECT 1 FROM lease l"
	                   " WHERE l.hotel = s.hotel AND l.id = s.lease AND l.room = s.room)",
	                   NULL },
	[Q_STAY_EMPLOYER] = { "check.stay_employer", "i", "iI",
	                      "SELECT count(*), min(s.id) FROM stay s WHERE s.hotel = $1"
	                      " AND s.employer IS NOT NULL AND NOT EXISTS (SELECT 1 FROM employer e"
	                      " WHERE e.hotel = s.hotel AND e.id = s.employer)",
	                      NULL },
	[Q_STAY_DAYS] = { "check.stay_days", "i", "iI",
	                  "SELECT count(*), min(id) FROM stay WHERE hotel = $1"
	                  " AND (until < since OR ended < since)",
	                  NULL },
	[Q_STAY_ENDED] = { "check.stay_ended", "i", "iI",
	                   "SELECT count(*), min(id) FROM stay WHERE hotel = $1"
	                   " AND ((state = 'ended' AND ended IS NULL)"
	                   " OR (state IN " LIVE " AND ended IS NOT NULL))",
	                   NULL },
	[Q_STAY_CONTEST] = { "check.stay_contest", "i", "iI",
	                     "SELECT count(*), min(id) FROM stay WHERE hotel = $1"
	                     " AND state = 'contested' AND contest IS NULL",
	                     NULL },
	[Q_LEASE_ROOM] = { "check.lease_room", "i", "iI",
	                   "SELECT count(*), min(l.id) FROM lease l WHERE l.hotel = $1"
	                   " AND NOT EXISTS (SELECT 1 FROM room r WHERE r.hotel = l.hotel"
	                   " AND r.id = l.room)",
	                   NULL },
	[Q_LEASE_LESSEE] = { "check.lease_lessee", "i", "iI",
	                     "SELECT count(*), min(l.id) FROM lease l WHERE l.hotel = $1"
	                     " AND NOT EXISTS (SELECT 1 FROM person p WHERE p.hotel = l.hotel"
	                     " AND p.id = l.lessee)",
	                     NULL },
	[Q_ROOM_HOUSE] = { "check.room_house", "i", "iI",
	                   "SELECT count(*), min(r.id) FROM room r WHERE r.hotel = $1"
	                   " AND NOT EXISTS (SELECT 1 FROM house h WHERE h.hotel = r.hotel"
	                   " AND h.id = r.house)",
	                   NULL },
	[Q_ROOM_RETIRED] = { "check.room_retired", "i", "iI",
	                     "SELECT count(*), min(r.id) FROM room r JOIN house h"
	                     " ON h.hotel = r.hotel AND h.id = r.house WHERE r.hotel = $1"
	                     " AND r.letting <> 'closed' AND h.state = 'retired'",
	                     NULL },
	[Q_HOUSE_HEAD] = { "check.house_head", "i", "iI",
	                   "SELECT count(*), min(h.id) FROM house h JOIN hotel_head d"
	                   " ON d.hotel = h.hotel JOIN hotel t ON t.id = h.hotel"
	                   " WHERE h.hotel = $1 AND h.no > d.house AND t.source IS NULL",
	                   NULL },
	[Q_LANDLORD_REF] = { "check.landlord_ref", "i", "iI",
	                     "SELECT count(*), min(x.house) FROM house_landlord x WHERE x.hotel = "
	                     "$1"
	                     " AND (NOT EXISTS (SELECT 1 FROM house h WHERE h.hotel = x.hotel"
	                     " AND h.id = x.house) OR NOT EXISTS (SELECT 1 FROM landlord l"
	                     " WHERE l.hotel = x.hotel AND l.id = x.landlord))",
	                     NULL },
	[Q_GUARDIAN] = { "check.guardian", "i", "iI",
	                 "SELECT count(*), min(p.id) FROM person p WHERE p.hotel = $1"
	                 " AND p.guardian IS NOT NULL AND NOT EXISTS (SELECT 1 FROM person g"
	                 " WHERE g.hotel = p.hotel AND g.id = p.guardian)",
	                 NULL },
	[Q_PERSON_DOC] = { "check.person_doc", "i", "iI",
	                   "SELECT count(*), min(id) FROM (SELECT min(id) AS id FROM person"
	                   " WHERE hotel = $1 AND doc_idx IS NOT NULL"
	                   " GROUP BY doc_idx HAVING count(*) > 1) AS twice",
	                   NULL },
	[Q_PLATE_BOUND] = { "check.plate_bound", "i", "iI",
	                    "SELECT count(*), min(id) FROM plate WHERE hotel = $1"
	                    " AND ((state = 'active' AND room IS NULL AND house IS NULL)"
	                    " OR (state = 'unbound' AND (room IS NOT NULL OR house IS NOT NULL)))",
	                    NULL },
	[Q_PLATE_TWICE] = { "check.plate_twice", "i", "iI",
	                    "SELECT count(*), min(id) FROM (SELECT min(id) AS id FROM plate"
	                    " WHERE hotel = $1 AND state = 'active'"
	                    " GROUP BY room, house HAVING count(*) > 1) AS twice",
	                    NULL },
	[Q_PLATE_DOOR] = { "check.plate_door", "i", "iI",
	                   "SELECT count(*), min(p.id) FROM plate p WHERE p.hotel = $1"
	                   " AND p.state = 'active' AND NOT EXISTS (SELECT 1 FROM room r"
	                   " WHERE r.hotel = p.hotel AND r.id = p.room AND r.letting <> 'closed')"
	                   " AND NOT EXISTS (SELECT 1 FROM house h WHERE h.hotel = p.hotel"
	                   " AND h.id = p.house AND h.state = 'open')",
	                   NULL },
	[Q_PLATE_HEAD] = { "check.plate_head", "i", "iI",
	                   "SELECT count(*), min(p.id) FROM plate p JOIN hotel_head d"
	                   " ON d.hotel = p.hotel WHERE p.hotel = $1 AND p.id > d.plate",
	                   NULL },
	[Q_TASK_REF] = { "check.task_ref", "i", "iI",
	                 "SELECT count(*), min(t.id) FROM task t WHERE t.hotel = $1"
	                 " AND ((t.stay IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stay s"
	                 " WHERE s.hotel = t.hotel AND s.id = t.stay))"
	                 " OR (t.room IS NOT NULL AND NOT EXISTS (SELECT 1 FROM room r"
	                 " WHERE r.hotel = t.hotel AND r.id = t.room)))",
	                 NULL },
	[Q_HAZARD_TASK] = { "check.hazard_task", "i", "iI",
	                    "SELECT count(*), min(z.id) FROM hazard z WHERE z.hotel = $1"
	                    " AND (z.closed_at IS NULL) <> (EXISTS (SELECT 1 FROM task t"
	                    " WHERE t.hotel = z.hotel AND t.hazard = z.id"
	                    " AND t.state <> 'confirmed'))",
	                    NULL },
	[Q_HAZARD_VISIT] = { "check.hazard_visit", "i", "iI",
	                     "SELECT count(*), min(z.id) FROM hazard z WHERE z.hotel = $1"
	                     " AND z.closed_at IS NOT NULL AND (z.reporter IS NOT NULL"
	                     " OR NOT EXISTS (SELECT 1 FROM inspection i"
	                     " WHERE i.hotel = z.hotel AND i.id = z.closed_in))",
	                     NULL },
	[Q_VISIT_ROOM] = { "check.visit_room", "i", "iI",
	                   "SELECT count(*), min(i.id) FROM inspection i WHERE i.hotel = $1"
	                   " AND ((i.room IS NOT NULL AND NOT EXISTS (SELECT 1 FROM room r"
	                   " WHERE r.hotel = i.hotel AND r.id = i.room))"
	                   " OR NOT EXISTS (SELECT 1 FROM inspection v"
	                   " WHERE v.hotel = i.hotel AND v.id = i.visit))",
	                   NULL },
	[Q_DISPUTE_STAY] = { "check.dispute_stay", "i", "iI",
	                     "SELECT count(*), min(d.id) FROM dispute d WHERE d.hotel = $1"
	                     " AND NOT EXISTS (SELECT 1 FROM stay s WHERE s.hotel = d.hotel"
	                     " AND s.id = d.stay AND s.person = d.person)",
	                     NULL },
	[Q_DECLARED_STAY] = { "check.declared_stay", "i", "iI",
	                      "SELECT count(*), min(d.stay) FROM declared d WHERE d.hotel = $1"
	                      " AND NOT EXISTS (SELECT 1 FROM stay s WHERE s.hotel = d.hotel"
	                      " AND s.id = d.stay)",
	                      NULL },
	[Q_ERASED] = { "check.erased", "i", "iI",
	               "SELECT count(*), min(e.id) FROM erasure e WHERE e.hotel = $1"
	               " AND NOT EXISTS (SELECT 1 FROM person p WHERE p.hotel = e.hotel"
	               " AND p.id = e.person AND p.name_idx = -1"
	               " AND coalesce(p.doc, p.doc_idx, p.phone, p.phone_idx, p.home) IS NULL)",
	               NULL },
	[Q_EVENT_GAP] = { "check.event_gap", "i", "iI",
	                  "SELECT count(*), min(epoch) FROM (SELECT epoch FROM event"
	                  " WHERE hotel = $1 GROUP BY epoch"
	                  " HAVING count(*) <> max(seq) OR min(seq) <> 1) AS gaps",
	                  NULL },
	[Q_EVENT_HEAD] = { "check.event_head", "i", "iI",
	                   "SELECT count(*), min(d.hotel) FROM hotel_head d WHERE d.hotel = $1"
	                   " AND (d.seq <> (SELECT coalesce(max(e.seq), 0) FROM event e"
	                   " WHERE e.hotel = d.hotel AND e.epoch = d.epoch)"
	                   " OR d.epoch < (SELECT coalesce(max(e.epoch), 0) FROM event e"
	                   " WHERE e.hotel = d.hotel))",
	                   NULL },
	[Q_EVENT_ID] = { "check.event_id", "i", "iI",
	                 "SELECT count(*), min(id) FROM (SELECT id FROM event WHERE hotel = $1"
	                 " GROUP BY id HAVING count(*) > 1) AS twice",
	                 NULL },
	[Q_DELIVERY_EVENT] = { "check.delivery_event", "i", "iI",
	                       "SELECT count(*), min(d.event) FROM delivery d WHERE d.hotel = $1"
	                       " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.hotel = d.hotel"
	                       " AND e.epoch = d.epoch AND e.seq = d.seq AND e.id = d.event)",
	                       NULL },
	[Q_DELIVERY_CURSOR] = { "check.delivery_cursor", "i", "iI",
	                        "SELECT count(*), min(d.event) FROM delivery d WHERE d.hotel = $1"
	                        " AND NOT EXISTS (SELECT 1 FROM cursor_of c"
	                        " WHERE c.upstream = d.upstream AND c.hotel = d.hotel"
	                        " AND (d.epoch, d.seq) <= (c.epoch, c.seq))",
	                        NULL },
	[Q_DELIVERY_MISSING] = { "check.delivery_missing", "i", "iI",
	                         "SELECT count(*), min(e.id) FROM cursor_of c JOIN event e"
	                         " ON e.hotel = c.hotel AND (e.epoch, e.seq) <= (c.epoch, c.seq)"
	                         " WHERE c.hotel = $1 AND NOT EXISTS (SELECT 1 FROM delivery d"
	                         " WHERE d.upstream = c.upstream AND d.hotel = e.hotel"
	                         " AND d.epoch = e.epoch AND d.seq = e.seq)",
	                         NULL },
	[Q_ACCESS_PERSON] = { "check.access_person", "i", "iI",
	                      "SELECT count(*), min(a.id) FROM access a WHERE a.hotel = $1"
	                      " AND a.subject <> 0"
	                      " AND NOT EXISTS (SELECT 1 FROM person p WHERE p.hotel = a.hotel"
	                      " AND p.id = a.subject)"
	                      " AND NOT (a.fields IN ('password', 'totp', 'slip', 'code', 'bound')"
	                      " AND EXISTS (SELECT 1 FROM account c WHERE c.id = a.subject))",
	                      NULL },
	[Q_HEAD] = { "check.head", "i", "iI",
	             "SELECT count(*), min(h.id) FROM hotel h WHERE h.id = $1"
	             " AND NOT EXISTS (SELECT 1 FROM hotel_head d WHERE d.hotel = h.id)",
	             NULL },
	[Q_ROOM_OVER] = { "check.room_over", "i", "iI",
	                  "SELECT count(*), min(id) FROM (SELECT r.id FROM room r JOIN stay s"
	                  " ON s.hotel = r.hotel AND s.room = r.id WHERE r.hotel = $1"
	                  " AND s.state IN " LIVE " GROUP BY r.id, r.capacity"
	                  " HAVING count(*) > r.capacity) AS full_rooms",
	                  NULL },
	[Q_NO_DEADLINE] = { "check.no_deadline", "i", "iI",
	                    "SELECT count(*), min(h.id) FROM hotel h WHERE h.id = $1"
	                    " AND NOT EXISTS (SELECT 1 FROM deadline d WHERE d.hotel = h.id)",
	                    NULL },
	[Q_NOT_ACCEPTED] = { "check.not_accepted", "i", "iI",
	                     "SELECT count(*), min(event) FROM delivery WHERE hotel = $1"
	                     " AND state IN ('rejected', 'dead')",
	                     NULL },
	[Q_GRANT_ACCOUNT] = { "check.grant_account", "", "iI",
	                      "SELECT count(*), min(g.id) FROM grants g WHERE NOT EXISTS"
	                      " (SELECT 1 FROM account a WHERE a.id = g.account)",
	                      NULL },
	[Q_GRANT_PERSON] = { "check.grant_person", "", "iI",
	                     "SELECT count(*), min(g.id) FROM grants g WHERE g.person IS NOT NULL"
	                     " AND NOT EXISTS (SELECT 1 FROM person p WHERE p.hotel = g.hotel"
	                     " AND p.id = g.person)",
	                     NULL },
	[Q_SECRET_ACCOUNT] = { "check.secret_account", "", "iI",
	                       "SELECT count(*), min(s.account) FROM secret s WHERE NOT EXISTS"
	                       " (SELECT 1 FROM account a WHERE a.id = s.account)",
	                       NULL },
	[Q_IDEM_ACCOUNT] = { "check.idem_account", "", "iI",
	                     "SELECT count(*), min(i.account) FROM idem i WHERE i.account <> 0"
	                     " AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = i.account)",
	                     NULL },
	[Q_CURSOR_UPSTREAM] = { "check.cursor_upstream", "", "iI",
	                        "SELECT count(*), min(c.upstream) FROM cursor_of c"
	                        " WHERE NOT EXISTS (SELECT 1 FROM upstream u"
	                        " WHERE u.id = c.upstream) OR NOT EXISTS (SELECT 1 FROM hotel h"
	                        " WHERE h.id = c.hotel)",
	                        NULL },
	[Q_DELIVERY_UPSTREAM] = { "check.delivery_upstream", "", "iI",
	                          "SELECT count(*), min(d.event) FROM delivery d"
	                          " WHERE NOT EXISTS (SELECT 1 FROM upstream u"
	                          " WHERE u.id = d.upstream)",
	                          NULL },
	[Q_HOTEL_AREA] = { "check.hotel_area", "", "iI",
	                   "SELECT count(*), min(h.id) FROM hotel h WHERE NOT EXISTS"
	                   " (SELECT 1 FROM area a WHERE a.code = h.area)",
	                   NULL },
	[Q_ORPHAN_HEAD] = { "check.orphan_head", "", "iI",
	                    "SELECT count(*), min(d.hotel) FROM hotel_head d WHERE NOT EXISTS"
	                    " (SELECT 1 FROM hotel h WHERE h.id = d.hotel)",
	                    NULL },
	[Q_TALLY] = { "check.tally", "i", "iiiiiii",
	              "SELECT (SELECT count(*) FROM house WHERE hotel = h.id),"
	              " (SELECT count(*) FROM room WHERE hotel = h.id),"
	              " (SELECT count(*) FROM plate WHERE hotel = h.id),"
	              " (SELECT count(*) FROM person WHERE hotel = h.id),"
	              " (SELECT count(*) FROM stay WHERE hotel = h.id),"
	              " (SELECT count(*) FROM event WHERE hotel = h.id),"
	              " (SELECT count(*) FROM access WHERE hotel = h.id)"
	              " FROM hotel h WHERE h.id = $1",
	              NULL },
};
const struct sql_table check_sql = { q, Q__MAX };

static const struct {
	const char *code, *words;
	bool told; /* a source may tell it so, if only for the time being */
} rule[Q_GLOBAL__MAX] = {
	[Q_ONE_STAY] = { "one_stay", "people have more than one current stay" },
	[Q_STAY_ROOM] = { "stay_room", "stays are in no room" },
	[Q_STAY_PERSON] = { "stay_person", "stays are nobody's" },
	[Q_STAY_LEASE] = { "stay_lease", "stays have a lease that is missing or of another room" },
	[Q_STAY_EMPLOYER] = { "stay_employer", "stays have an employer who is missing" },
	[Q_STAY_DAYS] = { "stay_days", "stays end before they begin", true },
	[Q_STAY_ENDED] = { "stay_ended", "stays have an end without having ended, or none", true },
	[Q_STAY_CONTEST] = { "stay_contest", "contested stays say not why", true },
	[Q_LEASE_ROOM] = { "lease_room", "leases are of no room" },
	[Q_LEASE_LESSEE] = { "lease_lessee", "leases are nobody's" },
	[Q_ROOM_HOUSE] = { "room_house", "rooms are in no house" },
	[Q_ROOM_RETIRED] = { "room_retired", "rooms of retired houses are not closed", true },
	[Q_HOUSE_HEAD] = { "house_head", "houses have a number that was never given" },
	[Q_LANDLORD_REF] = { "landlord_ref", "houses have landlords who are missing" },
	[Q_GUARDIAN] = { "guardian", "infants have a guardian who is missing", true },
	[Q_PERSON_DOC] = { "person_doc", "documents belong to several people" },
	[Q_PLATE_BOUND] = { "plate_bound", "plates are active without a door, or unbound at one" },
	[Q_PLATE_TWICE] = { "plate_twice", "doors have several active plates" },
	[Q_PLATE_DOOR] = { "plate_door", "active plates hang at doors that are not there" },
	[Q_PLATE_HEAD] = { "plate_head", "plates have a number that was never given" },
	[Q_TASK_REF] = { "task_ref", "tasks are about a stay or room that is missing" },
	[Q_HAZARD_TASK] = { "hazard_task", "open hazards have no task, or closed ones have" },
	[Q_HAZARD_VISIT] = { "hazard_visit", "hazards were closed by no visit, or say by whom" },
	[Q_VISIT_ROOM] = { "visit_room", "visits are of a room or visit that is missing" },
	[Q_DISPUTE_STAY] = { "dispute_stay", "disputes are about no stay of the person" },
	[Q_DECLARED_STAY] = { "declared_stay", "declarations are of a stay that is missing" },
	[Q_ERASED] = { "erased", "people were erased and are still told" },
	[Q_EVENT_GAP] = { "event_gap", "epochs of the journal have gaps" },
	[Q_EVENT_HEAD] = { "event_head", "the journal does not end where its head says" },
	[Q_EVENT_ID] = { "event_id", "events share an id" },
	[Q_DELIVERY_EVENT] = { "delivery_event", "deliveries are of no event" },
	[Q_DELIVERY_CURSOR] = { "delivery_cursor", "deliveries lie beyond their cursor" },
	[Q_DELIVERY_MISSING] = { "delivery_missing", "events below a cursor have no delivery" },
	[Q_ACCESS_PERSON] = { "access_person", "access rows are about nobody" },
	[Q_HEAD] = { "head", "the hotel has no counters" },
	[Q_ROOM_OVER] = { "room_over", "rooms hold more people than they may" },
	[Q_NO_DEADLINE] = { "no_deadline", "the hotel has no filing deadline" },
	[Q_NOT_ACCEPTED] = { "not_accepted", "events were refused by an upstream" },
	[Q_GRANT_ACCOUNT] = { "grant_account", "grants are of no account" },
	[Q_GRANT_PERSON] = { "grant_person", "grants name a person who is missing" },
	[Q_SECRET_ACCOUNT] = { "secret_account", "sessions or tokens are of no account" },
	[Q_IDEM_ACCOUNT] = { "idem_account", "idempotency keys are of no account" },
	[Q_CURSOR_UPSTREAM] = { "cursor_upstream", "cursors are of no upstream or hotel" },
	[Q_DELIVERY_UPSTREAM] = { "delivery_upstream", "deliveries are for no upstream" },
	[Q_HOTEL_AREA] = { "hotel_area", "hotels lie in an unknown area" },
	[Q_ORPHAN_HEAD] = { "orphan_head", "counters are of no hotel" },
};

static enum vh_rc ask(struct ctx *cx, int i, int64_t hotel, struct flaw *ret)
{
	struct stmt *st = db_stmt(cx, &q[i]);
	if (*q[i].in)
		bind_i64(st, hotel);
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK)
		return rc;
	*ret = (struct flaw){ .code = rule[i].code, .words = rule[i].words,
	                       .told = rule[i].told };
	ret->n = col_i64(st);
	ret->example = col_i64(st);
	db_end(st);
	return VH_OK;
}

static enum vh_rc ask_all(struct ctx *cx, int from, int to, int64_t hotel, struct flaw **ret)
{
	struct flaw *head = NULL, **last = &head;
	for (int i = from; i < to; i++) {
		struct flaw f;
		enum vh_rc rc = ask(cx, i, hotel, &f);
		if (rc != VH_OK)
			return rc;
		if (!f.n)
			continue;
		*last = arena_alloc(cx->a, sizeof f);
		if (!*last)
			return ctx_nomem(cx);
		**last = f;
		last = &(*last)->next;
	}
	*ret = head;
	return VH_OK;
}

enum vh_rc flaw_list(struct ctx *cx, int64_t hotel, struct flaw **ret)
{
	return hotel ? ask_all(cx, 0, Q_HOTEL__MAX, hotel, ret) :
	               ask_all(cx, Q_ODD__MAX, Q_GLOBAL__MAX, 0, ret);
}

enum vh_rc oddity_list(struct ctx *cx, int64_t hotel, struct flaw **ret)
{
	return ask_all(cx, Q_HOTEL__MAX, Q_ODD__MAX, hotel, ret);
}

static void tally_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct row_sums *t = p;
	(void)cx;
	t->houses = col_i64(st);
	t->rooms = col_i64(st);
	t->plates = col_i64(st);
	t->people = col_i64(st);
	t->stays = col_i64(st);
	t->events = col_i64(st);
	t->access = col_i64(st);
}

enum vh_rc tally_get(struct ctx *cx, int64_t hotel, struct row_sums *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_TALLY]);
	bind_i64(st, hotel);
	return row_one(cx, st, tally_fill, ret, sizeof *ret);
}
