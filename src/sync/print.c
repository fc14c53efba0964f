#include "vh/sync_print.h"

#include <inttypes.h>
#include <string.h>

#include "vh/json.h"
#include "vh/limits.h"

static void part(struct buf *b, const char *s)
{
	buf_printf(b, "%zu:", s ? strlen(s) : 0);
	if (s)
		buf_puts(b, s);
}

/* As it comes out of a parser and a printer: blanks and the writing of numbers do not count. */
static enum vh_rc canonical(struct buf *b, const char *data)
{
	struct err e = { 0 };
	cJSON *tree = NULL;
	struct buf text;
	enum vh_rc rc = json_parse(data, strlen(data), &tree, &e);
	if (rc != VH_OK)
		return rc;
	buf_init(&text, LIM_PAYLOAD);
	json_print(&text, tree);
	cJSON_Delete(tree);
	part(b, buf_str(&text));
	rc = text.rc;
	buf_done(&text);
	return rc;
}

enum vh_rc event_print(const struct webhook_key *k, const struct cloud_event *ev,
                       char ret[RECEIPT_PRINT])
{
	const char *texts[] = { ev->id, ev->source, ev->type, ev->subject, ev->key, ev->epoch,
	                        ev->sequence };
	unsigned char sum[32];
	struct buf b;
	buf_init(&b, 2 * LIM_PAYLOAD);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		part(&b, texts[i]);
	buf_printf(&b, "%" PRId64, ev->time);
	enum vh_rc rc = ev->data ? canonical(&b, ev->data) : VH_OK;
	if (rc == VH_OK)
		rc = b.rc;
	if (rc == VH_OK) {
		hmac_sha256(k->b, k->n, b.p, b.n, sum);
		hex_encode(sum, (RECEIPT_PRINT - 1) / 2, ret);
	}
	buf_done(&b);
	return rc;
}
