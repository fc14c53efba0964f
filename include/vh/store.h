/*
 * Every statement of the store, so that `vhotel check` and the tests can prepare them all on every
 * engine.
 */
#ifndef VH_STORE_H
#define VH_STORE_H

#include "vh/db.h"

struct sql_table {
	const struct sql *q;
	size_t n;
};
extern const struct sql_table area_sql, hotel_sql, house_sql, room_sql, plate_sql, landlord_sql,
	person_sql, employer_sql, lease_sql, stay_sql, task_sql, event_sql, delivery_sql,
	access_sql, account_sql, setting_sql, check_sql, clearance_sql, inspection_sql, hazard_sql,
	notice_sql, declaration_sql, dispute_sql, erasure_sql, told_sql, queue_sql,
	figures_sql, source_sql, pin_sql, down_sql, lot_sql, remark_sql;

MUST enum vh_rc store_prepare_all(struct ctx *cx);

#endif
