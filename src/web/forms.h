/*
 * The declared fields of every POST, as structs of texts.
 */
#ifndef VH_WEB_FORMS_H
#define VH_WEB_FORMS_H

#include "vh/http_form.h"

/* Documents by which somebody files; infants may have none. */
#define DOC_TYPES "id_card|hmt_resident|foreign_pr|passport|hm_permit|tw_permit"

struct f_none {
	const char *unused;
};
struct f_login {
	const char *next, *kept, *login, *password, *totp, *pin;
};
struct f_enrol {
	const char *pin, *again;
};
struct f_enrol_code {
	const char *code;
};
struct f_pin {
	const char *new_pin, *again;
};
struct f_stay {
	const char *doc_type, *doc_no, *name, *phone, *home, *employer, *relation, *sex, *guardian;
	const char *since, *until, *lessee, *anyway;
	const char *asked; /* by whom the desk was asked to file it: visit, phone, paper */
};
struct f_change { /* the union of what the verbs of a stay take */
	const char *out, *about, *until, *room, *since, *reason, *anyway;
	const char *doc_type, *doc_no, *name, *phone, *home, *employer;
	const char *next; /* a list to go back to */
};
struct f_search {
	const char *q, *name, *doc_no, *tail, *last4, *phone;
};
struct f_house {
	const char *address, *grid, *landlord, *phone, *lat, *lng;
};
struct f_room {
	const char *no, *capacity, *area_m2;
};
struct f_letting {
	const char *letting, *reason;
};
struct f_reason {
	const char *reason;
};
struct f_ledger {
	const char *file, *dry_run;
};

extern const struct form form_none, form_login, form_enrol, form_pin, form_stay, form_card,
	form_search, form_house_add, form_house_amend, form_room_add, form_room_amend,
	form_letting, form_retire, form_unmask, form_ledger;
extern const struct form form_remark; /* page_change.c */
extern const struct form form_declare, form_report; /* page_door.c */
extern const struct form form_receipt;             /* page_receipt.c */
extern const struct form form_dispute, form_erase; /* page_me.c */
extern const struct form form_visit, form_visit_house, form_round, form_recheck, form_hazard_photo,
	form_clearance; /* page_visit.c, page_visit_house.c, page_round.c, page_hazard.c */
/* What pages show of a form that programs may fill in other ways too. */
extern const struct form form_login_staff, form_login_pin, form_search_page;
extern const struct form form_out, form_extend, form_move, form_away, form_verify, form_reject,
	form_amend;

/* page_landlord.c, page_change.c, page_movein.c, page_keeper.c */
extern const struct form form_settle, form_task_done, form_gone, form_wrong, form_movein,
	form_movein_file, form_keeper;
extern const struct form form_uphold, form_refuse, form_bulk, form_task_assign, form_task_note,
	form_task_confirm, form_notice, form_employer, form_employer_amend, form_alias, form_merge,
	form_emergency;
extern const struct form form_enrol_pin, form_enrol_sent, form_enrol_code;
extern const struct form form_print, form_bind;                            /* page_plates.c */
extern const struct form form_slips;                                       /* page_slips.c */
extern const struct form form_staff, form_grant, form_phone;               /* page_staff.c */
extern const struct form form_password;                                    /* page_account.c */
extern const struct form form_again;                                       /* page_sync.c */
extern const struct form form_settings, form_privacy, form_rule, form_choice; /* page_hotel.c */
extern const struct form form_export;                                      /* page_ledger.c */

/* How a field looks on a page, by its name. */
enum face_kind {
	FACE_INPUT,
	FACE_SELECT,
	FACE_CHECK,
	FACE_AREA,
	FACE_FILE,
	FACE_CARD, /* a line into which a card reader types lines */
	FACE_HIDDEN,
	FACE_API, /* on no page */
};
struct face {
	const char *name;
	enum face_kind kind;
	const char *type, *inputmode, *autocomplete, *group;
	const char *prefix; /* of a select: texts of its words */
};
const struct face *face_of(const char *name);

#endif
