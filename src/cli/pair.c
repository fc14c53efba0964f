#include "pair.h"

#include <string.h>

#include "vh/limits.h"
#include "vh/sync_wire.h"

enum vh_rc pair_name(struct cli *c, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = strlen(name);
	if (!n || n > LIM_NAME || name[strspn(name, allowed)])
		return ctx_fail(&c->cx, VH_INVALID, "name", "name",
		                "a name is made of a-z, 0-9, dot, hyphen and underscore");
	return VH_OK;
}

enum vh_rc pair_secret(struct cli *c, const char *secret)
{
	struct webhook_keys keys;
	enum vh_rc rc = webhook_keys_parse(c->cx.a, secret, &keys);
	wipe(&keys, sizeof keys);
	if (rc == VH_INVALID)
		return ctx_fail(&c->cx, rc, "secret", "secret",
		                "whsec_ and the base64 of 24 to 64 bytes is wanted");
	return rc == VH_OK ? rc : ctx_nomem(&c->cx);
}
