#include "vh/store.h"

enum vh_rc store_prepare_all(struct ctx *cx)
{
	static const struct sql_table *const all[] = {
		&area_sql, &hotel_sql, &house_sql, &room_sql, &plate_sql, &landlord_sql,
		&person_sql, &employer_sql, &lease_sql, &stay_sql, &task_sql, &event_sql,
		&delivery_sql, &access_sql, &account_sql, &setting_sql, &check_sql,
		&clearance_sql, &inspection_sql, &hazard_sql, &notice_sql, &declaration_sql,
		&dispute_sql, &erasure_sql, &told_sql, &queue_sql,
		&figures_sql, &source_sql, &pin_sql, &down_sql, &lot_sql,
		&remark_sql,
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		enum vh_rc rc = db_prepare_all(cx, all[i]->q, all[i]->n);
		if (rc != VH_OK)
			return rc;
	}
	return VH_OK;
}
