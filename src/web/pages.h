/*
 * The handlers that the table of routes names, by file.
 */
#ifndef VH_WEB_PAGES_H
#define VH_WEB_PAGES_H

#include "vh/look.h"
#include "vh/rack.h"
#include "web.h"

/* page_home.c */
handler_fn get_home;
/* page_account.c */
handler_fn get_account, post_pin, post_own_password, post_others, post_own_unbind;
/* page_login.c */
handler_fn get_login, post_login, post_logout, post_lock, get_awake, get_enrol, post_enrol,
	get_enrol_code, post_enrol_code;
/* page_plate.c */
handler_fn get_plate;
/* What one kind of reader is shown and offered at a plate, into the view's own object for it;
 * rooms: heads of those behind a house plate. */
typedef enum vh_rc plate_part(struct call *c, cJSON *o, const struct scan *s,
                              const struct rack_room *rooms);
plate_part plate_door, plate_landlord, plate_visit;
/* The answer to a code that plate_find() refused (rc), counted as a guess; and to a plate that is
 * no longer in use. */
MUST enum vh_rc plate_unknown(struct call *c, enum vh_rc rc);
MUST enum vh_rc plate_ended(struct call *c, const struct plate_show *at);
/* page_door.c */
handler_fn get_declare, again_declare, post_declare, get_declared, get_report, again_report,
	post_report, get_reported;
/* page_me.c */
handler_fn get_me, get_my_looks, get_record, get_erase, post_erase, get_erased, post_still_here,
	post_dispute;
/* page_rack.c */
handler_fn get_rack, get_rack_changes, get_house;
/* page_queue.c */
handler_fn get_queue, get_queue_verify, get_queue_declared, get_queue_calls, get_queue_away,
	post_call, get_disputes, post_uphold, post_refuse, get_corrections, post_correction;
/* page_remark.c; the form is page_change.c's */
handler_fn get_remarks, post_decline, get_remark, post_remark;
/* page_bulk.c */
handler_fn post_bulk;
/* page_task.c */
handler_fn get_tasks, get_reviews, get_task, post_task_assign, post_task_handle, post_task_back,
	post_task_confirm;
/* page_employer.c */
handler_fn get_employers, get_employer, post_employer, post_employer_amend, post_alias, post_merge;
/* page_notice.c */
handler_fn get_notices, post_notice, post_withdraw, again_notices;
/* page_emergency.c */
handler_fn get_emergency, post_emergency, get_erasures, post_erasures;
/* page_place.c */
handler_fn post_house, post_house_amend, post_house_retire, post_room, post_room_amend,
	post_letting, post_split, post_room_retire, again_action;
/* page_room.c */
handler_fn get_room, get_stay_form, again_stay_form, post_card, post_stay;
/* page_stay.c */
handler_fn get_stay, get_stay_done, get_stay_text, post_out, post_extend, post_move, post_away,
	post_back, post_verify, post_reject, post_void, post_amend, post_unmask;
/* page_receipt.c */
handler_fn get_receipt, post_receipt, get_stay_receipt;
/* The newest receipt of each upstream for a stay, for the partial _receipts. */
void put_newest_receipts(struct call *c, const struct stay_look *l);
/* page_landlord.c */
handler_fn get_code, post_code, post_code_end, post_settle, post_task_done;
/* His part of the pages of a room and a stay; null for everybody else. */
MUST enum vh_rc room_landlord(struct call *c, const struct room_look *l);
MUST enum vh_rc stay_landlord(struct call *c, const struct stay_view *v);
/* {room} of the path with its house, for whom act allows it there; nobody's data. */
MUST enum vh_rc room_of_path(struct call *c, enum act act, struct room *ret,
                             struct house *ret_house);
/* page_change.c: the pages of what happens to a stay; also shown when an answer is refused */
handler_fn get_out, get_extend, get_move, get_amend, get_wrong, post_wrong, get_gone, post_gone;
/* page_keeper.c: who runs a house */
handler_fn post_keeper, post_keeper_end;
void put_keeper_form(struct call *c, cJSON *actions, int64_t house);
/* `end_url` and `idem` of one of them; on: another would be left */
void put_keeper_end(struct call *c, cJSON *o, int64_t house, int64_t landlord, bool on);
/* page_movein.c */
handler_fn get_movein, post_movein, again_movein, post_movein_file;
/* page_visit.c, page_visit_house.c, page_visit_done.c */
handler_fn get_visit_form, again_visit, post_visit, post_match, post_unmask_room, get_visits;
handler_fn get_visit_house, again_visit_house, post_visit_house, get_visit;
/* page_round.c */
handler_fn get_round, post_round;
/* page_hazard.c */
handler_fn get_hazards, get_house_hazards, get_hazard, post_recheck, post_photo, post_reporter,
	get_photo, get_clearances, post_clearance;
/* page_search.c */
handler_fn get_search, post_search, get_access;
/* page_ledger.c */
handler_fn get_import, post_import, post_take, get_rows, post_export;
/* page_upstream.c */
handler_fn post_upstream_events, post_upstream_query, get_upstream_keys;
/* page_figures.c, page_report.c, page_map.c */
handler_fn get_figures, get_figures_csv, get_period, get_period_csv, get_map, get_tile;
/* page_job.c */
handler_fn get_job, get_job_file;
/* page_plates.c */
handler_fn get_plates, get_plate_desk, get_plate_png, get_plate_svg, get_bind, post_bind,
	post_print, post_print_one, post_print_here, post_plate_revoke, post_plate_replace,
	again_plates;
void put_house_print(struct call *c, cJSON *list, int64_t house); /* the action, if he may */
/* page_slips.c */
handler_fn get_slips, post_enlist, post_slips, post_slip, post_phone_code, post_tenant;
/* page_staff.c */
handler_fn get_staff, again_staff, post_staff, get_staff_one, post_grant, post_ungrant,
	post_disable, post_enable, post_unlock, post_unbind, post_password, post_totp;
/* page_sync.c */
handler_fn get_sync, post_send, post_again;
/* What a desk is told on its pages when reports wait for over a day; NULL: nothing. */
const char *sync_alarm(struct call *c, const struct hotel *h);
/* page_hotel.c */
handler_fn get_setup, get_settings, post_settings, post_privacy, post_rule, post_choice, get_letter;
/* page_meta.c */
handler_fn get_health, get_metrics, get_openapi, get_events_schema, get_static, get_lang, get_look;

#endif
