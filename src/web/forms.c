#include "forms.h"

#include <stdlib.h>
#include <string.h>

#include "vh/card.h"
#include "vh/limits.h"

#define REQ INPUT_REQUIRED
#define F INPUT
/* Pages offer the codes; programs may also send what clerks write (身份证), which the core knows. */
#define DOC_TYPE(type)                                                                             \
	{                                                                                          \
		.name = "doc_type", .at = offsetof(type, doc_type), .check = input_text,           \
		.max = 32,                                                                         \
		.words = DOC_TYPES "|none"                                                         \
	}

static const struct input none_in[] = { { 0 } };
const struct form form_none = { none_in, 0, sizeof(struct f_none) };

static const struct input login_in[] = {
	F(struct f_login, next, input_raw, 0, 200),
	F(struct f_login, kept, input_raw, 0, 2 * LIM_KEPT),
	F(struct f_login, login, input_text, 0, 40),
	F(struct f_login, password, input_raw, INPUT_SECRET, 256),
	F(struct f_login, totp, input_code, INPUT_SECRET, 6),
	F(struct f_login, pin, input_code, INPUT_SECRET, 6),
};
const struct form form_login = FORM(struct f_login, login_in);

static const struct input staff_in[] = {
	F(struct f_login, next, input_raw, 0, 200),
	F(struct f_login, kept, input_raw, 0, 2 * LIM_KEPT),
	F(struct f_login, login, input_text, REQ, 40),
	F(struct f_login, password, input_raw, REQ | INPUT_SECRET, 256),
	F(struct f_login, totp, input_code, REQ | INPUT_SECRET, 6),
};
const struct form form_login_staff = FORM(struct f_login, staff_in);

static const struct input phone_in[] = {
	F(struct f_login, next, input_raw, 0, 200),
	F(struct f_login, kept, input_raw, 0, 2 * LIM_KEPT),
	F(struct f_login, pin, input_code, REQ | INPUT_SECRET, 6),
};
const struct form form_login_pin = FORM(struct f_login, phone_in);

static const struct input enrol_in[] = {
	F(struct f_enrol, pin, input_code, REQ | INPUT_SECRET, 6),
	F(struct f_enrol, again, input_code, REQ | INPUT_SECRET, 6),
};
const struct form form_enrol = FORM(struct f_enrol, enrol_in);
/* As it is sent: with a code from the desk one comes by the PIN that one has. */
static const struct input enrol_sent_in[] = {
	F(struct f_enrol, pin, input_code, REQ | INPUT_SECRET, 6),
	F(struct f_enrol, again, input_code, INPUT_SECRET, 6),
};
const struct form form_enrol_sent = FORM(struct f_enrol, enrol_sent_in);
static const struct input enrol_pin_in[] = {
	F(struct f_enrol, pin, input_code, REQ | INPUT_SECRET, 6),
};
const struct form form_enrol_pin = FORM(struct f_enrol, enrol_pin_in);
static const struct input enrol_code_in[] = {
	F(struct f_enrol_code, code, input_code, REQ, 16),
};
const struct form form_enrol_code = FORM(struct f_enrol_code, enrol_code_in);

static const struct input pin_in[] = {
	F(struct f_pin, new_pin, input_code, REQ | INPUT_SECRET, 6),
	F(struct f_pin, again, input_code, REQ | INPUT_SECRET, 6),
};
const struct form form_pin = FORM(struct f_pin, pin_in);

static const struct input stay_in[] = {
	DOC_TYPE(struct f_stay),
	F(struct f_stay, doc_no, input_lines, 0, LIM_CARD), /* or all that a card reader types */
	F(struct f_stay, name, input_name, 0, LIM_NAME),    /* which has the name in it */
	F(struct f_stay, phone, input_code, 0, LIM_PHONE),
	F(struct f_stay, home, input_text, 0, LIM_TEXT),
	F(struct f_stay, employer, input_text, 0, LIM_TEXT),
	F(struct f_stay, relation, input_text, 0, LIM_NAME),
	F(struct f_stay, sex, input_text, 0, 4),
	F(struct f_stay, guardian, input_id, 0, 0),
	F(struct f_stay, since, input_day, REQ, 0),
	F(struct f_stay, until, input_day, 0, 0),
	F(struct f_stay, lessee, input_bool, 0, 0),
	F(struct f_stay, anyway, input_bool, 0, 0),
	INPUT_WORD(struct f_stay, asked, 0, "visit|phone|paper"),
};
const struct form form_stay = FORM(struct f_stay, stay_in);

static const struct input card_in[] = { F(struct f_stay, doc_no, input_lines, REQ, LIM_CARD) };
const struct form form_card = FORM(struct f_stay, card_in);

static const struct input out_in[] = {
	F(struct f_change, out, input_day, 0, 0),
	F(struct f_change, about, input_bool, 0, 0),
};
static const struct input extend_in[] = { F(struct f_change, until, input_day, 0, 0) };
static const struct input away_in[] = { F(struct f_change, until, input_day, REQ, 0) };
static const struct input move_in[] = {
	F(struct f_change, room, input_text, REQ, LIM_NAME),
	F(struct f_change, since, input_day, 0, 0),
	F(struct f_change, anyway, input_bool, 0, 0),
};
static const struct input reject_in[] = {
	F(struct f_change, reason, input_lines, REQ, LIM_TEXT),
	F(struct f_change, next, input_raw, 0, 200),
};
static const struct input verify_in[] = {
	F(struct f_change, reason, input_lines, 0, LIM_TEXT),
	F(struct f_change, anyway, input_bool, 0, 0),
	F(struct f_change, next, input_raw, 0, 200),
};
static const struct input amend_in[] = {
	DOC_TYPE(struct f_change),
	F(struct f_change, doc_no, input_text, 0, 64),
	F(struct f_change, name, input_name, 0, LIM_NAME),
	F(struct f_change, phone, input_code, 0, LIM_PHONE),
	F(struct f_change, home, input_text, 0, LIM_TEXT),
	F(struct f_change, employer, input_text, 0, LIM_TEXT),
	F(struct f_change, since, input_day, 0, 0),
	F(struct f_change, reason, input_lines, 0, LIM_TEXT),
};
const struct form form_out = FORM(struct f_change, out_in);
const struct form form_extend = FORM(struct f_change, extend_in);
const struct form form_away = FORM(struct f_change, away_in);
const struct form form_move = FORM(struct f_change, move_in);
const struct form form_reject = FORM(struct f_change, reject_in);
const struct form form_verify = FORM(struct f_change, verify_in);
const struct form form_amend = FORM(struct f_change, amend_in);

static const struct input search_in[] = {
	F(struct f_search, q, input_lines, 0, LIM_CARD), /* a card reader types here too */
	F(struct f_search, name, input_name, 0, LIM_NAME),
	F(struct f_search, doc_no, input_text, 0, 64),
	F(struct f_search, tail, input_code, 0, 4),
	F(struct f_search, last4, input_code, 0, 4),
	F(struct f_search, phone, input_code, 0, LIM_PHONE),
};
const struct form form_search = FORM(struct f_search, search_in);

static const struct input box_in[] = { F(struct f_search, q, input_lines, REQ, LIM_CARD) };
const struct form form_search_page = FORM(struct f_search, box_in);

/* A place on the map: decimal degrees, north and east. */
static enum vh_rc degrees(const struct input *f, struct arena *a, const char *in, const char **ret,
                          struct err *e)
{
	char *end;
	(void)a;
	double v = strtod(in, &end);
	if (*end || strspn(in, "0123456789.") != strlen(in) || !(v >= 0 && v <= f->max))
		return err_set(e, VH_INVALID, "number", f->name, "degrees from 0 to %u", f->max);
	*ret = in;
	return VH_OK;
}

static const struct input house_in[] = {
	F(struct f_house, address, input_text, REQ, LIM_TEXT),
	F(struct f_house, grid, input_text, 0, LIM_NAME),
	F(struct f_house, landlord, input_name, 0, LIM_NAME),
	F(struct f_house, phone, input_code, 0, LIM_PHONE),
	F(struct f_house, lat, degrees, INPUT_NUMBER, 180),
	F(struct f_house, lng, degrees, INPUT_NUMBER, 180),
};
static const struct input house_amend_in[] = {
	F(struct f_house, address, input_text, 0, LIM_TEXT),
	F(struct f_house, grid, input_text, 0, LIM_NAME),
	F(struct f_house, landlord, input_name, 0, LIM_NAME),
	F(struct f_house, phone, input_code, 0, LIM_PHONE),
	F(struct f_house, lat, degrees, INPUT_NUMBER, 180),
	F(struct f_house, lng, degrees, INPUT_NUMBER, 180),
};
const struct form form_house_add = FORM(struct f_house, house_in);
const struct form form_house_amend = FORM(struct f_house, house_amend_in);

static const struct input room_in[] = {
	F(struct f_room, no, input_text, REQ | INPUT_NUMBER, LIM_NAME),
	F(struct f_room, capacity, input_int, 0, LIM_CAPACITY),
	F(struct f_room, area_m2, input_real, 0, LIM_ROOM_M2),
};
static const struct input room_amend_in[] = {
	F(struct f_room, no, input_text, INPUT_NUMBER, LIM_NAME),
	F(struct f_room, capacity, input_int, 0, LIM_CAPACITY),
	F(struct f_room, area_m2, input_real, 0, LIM_ROOM_M2),
};
const struct form form_room_add = FORM(struct f_room, room_in);
const struct form form_room_amend = FORM(struct f_room, room_amend_in);

static const struct input letting_in[] = {
	INPUT_WORD(struct f_letting, letting, REQ, "open|suspended|barred"),
	F(struct f_letting, reason, input_lines, 0, LIM_TEXT),
};
const struct form form_letting = FORM(struct f_letting, letting_in);

static const struct input reason_in[] = { F(struct f_reason, reason, input_lines, REQ, LIM_TEXT) };
static const struct input retire_in[] = { F(struct f_reason, reason, input_lines, 0, LIM_TEXT) };
const struct form form_unmask = FORM(struct f_reason, reason_in);
const struct form form_retire = FORM(struct f_reason, retire_in);

static const struct input ledger_in[] = {
	F(struct f_ledger, file, input_raw, REQ | INPUT_FILE, 0),
	F(struct f_ledger, dry_run, input_bool, 0, 0),
};
const struct form form_ledger = FORM(struct f_ledger, ledger_in);

/* What is not named here is a line of text that the browser does not remember. FACE_API fields are
 * for programs: pages have another way, or do not ask. */
static const struct face faces[] = {
	{ "login", FACE_INPUT, "text", NULL, "username", NULL, NULL },
	{ "password", FACE_INPUT, "password", NULL, "current-password", NULL, NULL },
	{ "totp", FACE_INPUT, "text", "numeric", "one-time-code", NULL, NULL },
	{ "pin", FACE_INPUT, "password", "numeric", "current-password", NULL, NULL },
	{ "new_pin", FACE_INPUT, "password", "numeric", "new-password", NULL, NULL },
	{ "again", FACE_INPUT, "password", "numeric", "new-password", NULL, NULL },
	{ "kept", FACE_HIDDEN, "text", NULL, NULL, NULL, NULL },
	{ "next", FACE_HIDDEN, "text", NULL, NULL, NULL, NULL },
	{ "doc_type", FACE_SELECT, "text", NULL, NULL, "group_document", "doc_type_" },
	{ "letting", FACE_SELECT, "text", NULL, NULL, NULL, "letting_" },
	{ "result", FACE_SELECT, "text", NULL, NULL, NULL, "clear_" },
	{ "note", FACE_AREA, "text", NULL, NULL, NULL, NULL },
	{ "name", FACE_INPUT, "text", NULL, "off", "group_person", NULL },
	{ "phone", FACE_INPUT, "tel", "tel", "off", NULL, NULL },
	{ "since", FACE_INPUT, "date", NULL, NULL, "group_stay", NULL },
	{ "until", FACE_INPUT, "date", NULL, NULL, NULL, NULL },
	{ "out", FACE_INPUT, "date", NULL, NULL, NULL, NULL },
	{ "part", FACE_SELECT, "text", NULL, NULL, NULL, "landlord_" },
	{ "about", FACE_CHECK, "text", NULL, NULL, NULL, NULL },
	{ "last_x", FACE_CHECK, "text", NULL, NULL, NULL, NULL },
	{ "lessee", FACE_CHECK, "text", NULL, NULL, NULL, NULL },
	{ "dry_run", FACE_API, "text", NULL, NULL, NULL, NULL },
	{ "what", FACE_HIDDEN, "text", NULL, NULL, NULL, NULL },
	{ "whom", FACE_HIDDEN, "text", NULL, NULL, NULL, NULL },
	{ "who", FACE_SELECT, "text", NULL, NULL, NULL, "who_" },
	{ "n", FACE_INPUT, "text", "numeric", NULL, NULL, NULL },
	{ "length", FACE_INPUT, "text", "numeric", NULL, NULL, NULL },
	{ "retention_months", FACE_INPUT, "text", "numeric", NULL, NULL, NULL },
	{ "desk_phone", FACE_INPUT, "tel", "tel", "off", NULL, NULL },
	{ "role", FACE_SELECT, "text", NULL, NULL, NULL, "role_" },
	{ "act", FACE_SELECT, "text", NULL, NULL, NULL, "act_" },
	{ "unit", FACE_SELECT, "text", NULL, NULL, NULL, "unit_" },
	{ "format", FACE_SELECT, "text", NULL, NULL, NULL, "format_" },
	{ "notice", FACE_AREA, "text", NULL, NULL, NULL, NULL },
	{ "repeat", FACE_INPUT, "password", NULL, "new-password", NULL, NULL },
	{ "new_password", FACE_INPUT, "password", NULL, "new-password", NULL, NULL },
	{ "code", FACE_INPUT, "text", NULL, "one-time-code", NULL, NULL },
	{ "receipt", FACE_AREA, "text", NULL, NULL, NULL, NULL },
	{ "reason", FACE_AREA, "text", NULL, NULL, NULL, NULL },
	{ "file", FACE_FILE, ".xlsx,.csv", NULL, NULL, NULL, NULL },
	{ "photo", FACE_FILE, "image/jpeg", NULL, NULL, NULL, NULL },
	{ "dispute", FACE_SELECT, "text", NULL, NULL, NULL, "dispute_" },
	{ "sure", FACE_CHECK, "text", NULL, NULL, NULL, NULL },
	{ "digits", FACE_INPUT, "text", "numeric", "off", NULL, NULL },
	{ "field", FACE_SELECT, "text", NULL, NULL, NULL, "remark_field_" },
	{ "words", FACE_AREA, "text", NULL, NULL, NULL, NULL },
	{ "capacity", FACE_INPUT, "text", "numeric", NULL, NULL, NULL },
	{ "area_m2", FACE_INPUT, "text", "decimal", NULL, NULL, NULL },
	{ "asked", FACE_SELECT, "text", NULL, NULL, NULL, "asked_" },
	{ "text", FACE_AREA, "text", NULL, NULL, NULL, NULL },
	{ "from", FACE_INPUT, "date", NULL, NULL, NULL, NULL },
	{ "mine", FACE_SELECT, "text", NULL, NULL, NULL, "settle_" },
	{ "anyway", FACE_API, "text", NULL, NULL, NULL, NULL },
	{ "relation", FACE_API, "text", NULL, NULL, NULL, NULL },
	{ "sex", FACE_API, "text", NULL, NULL, NULL, NULL },
	{ "print", FACE_API, "text", NULL, NULL, NULL, NULL },
	{ "guardian", FACE_API, "text", NULL, NULL, NULL, NULL },
	{ "lat", FACE_INPUT, "text", "decimal", "off", NULL, NULL },
	{ "lng", FACE_INPUT, "text", "decimal", "off", NULL, NULL },
};

const struct face *face_of(const char *name)
{
	static const struct face plain = { NULL, FACE_INPUT, "text", NULL, "off", NULL, NULL };
	for (size_t i = 0; i < sizeof faces / sizeof *faces; i++)
		if (!strcmp(faces[i].name, name))
			return &faces[i];
	return &plain;
}
