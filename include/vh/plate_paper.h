/*
 * Plates on paper: what stands on one, and sheets of them in memory. Nobody's data.
 */
#ifndef VH_PLATE_PAPER_H
#define VH_PLATE_PAPER_H

#include "vh/paper.h"
#include "vh/place.h"

/* One more plate on the sheet. */
MUST enum vh_rc plate_draw(struct ctx *cx, struct paper *paper, const struct plate_show *s);

/* After each batch: how many are drawn. */
typedef void paper_told(void *arg, int64_t done);
/*
 * A PDF of the picked plates, read and drawn in batches, so that memory does not grow with them.
 * VH_NOTFOUND `no_plates`, `font`; VH_LIMIT `paper`: the buf's ceiling.
 */
MUST enum vh_rc plates_sheet(struct ctx *cx, const struct plate_pick *pick, struct buf *out,
                             paper_told *told, void *arg, struct paper_stats *ret_stats);
/* Words for what paper_begin and its kin say. */
enum vh_rc paper_failed(struct ctx *cx, enum vh_rc rc);

#endif
