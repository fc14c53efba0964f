/* JSON from strangers: what is taken prints, and what was printed reads as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/json.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err e = { .n = 0 };
	struct buf once, twice;
	cJSON *v = NULL, *again = NULL;
	buf_init(&once, 8 << 20);
	buf_init(&twice, 8 << 20);
	enum vh_rc rc = json_parse((const char *)data, n, &v, &e);
	if (rc != VH_OK) {
		assert(!v && e.n == 1 && *err_code(&e));
		assert(rc != VH_NOMEM); /* what the grammar takes, cJSON takes */
		return 0;
	}
	json_print(&once, v);
	assert(buf_ok(&once) && utf8_valid(buf_str(&once), once.n));
	rc = json_parse(once.p, once.n, &again, &e);
	assert(rc == VH_OK);
	json_print(&twice, again);
	assert(once.n == twice.n && !memcmp(once.p, twice.p, once.n));
	cJSON_Delete(v);
	cJSON_Delete(again);
	buf_done(&once);
	buf_done(&twice);
	return 0;
}
