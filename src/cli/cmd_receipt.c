/* Receipts: is this one genuine, and the key that makes ours. */
#include <inttypes.h>
#include <string.h>

#include "vh/cli.h"
#include "vh/date.h"
#include "vh/receipt.h"
#include "vh/store_pin.h"

static const struct opt verify_opts[] = {
	{ "key", "BASE64", "the public key; if not given, those that are pinned here and our own" },
	{ 0 },
};

struct known {
	int64_t newest; /* of our own keys */
	struct pin *pins;
};

static enum vh_rc known_step(struct ctx *cx, void *arg)
{
	struct known *k = arg;
	enum vh_rc rc = receipt_key_now(cx, &k->newest);
	return rc == VH_OK ? pin_list(cx, 0, &k->pins) : rc;
}

/* By the key that it names, among the pinned and our own. */
static enum vh_rc find_key(struct cli *c, const char *text, unsigned char pub[SIGN_PUBLIC])
{
	struct known k = { 0 };
	struct receipt r;
	enum vh_rc rc = receipt_read(c->cx.a, text, &r, &c->cx.err);
	if (rc == VH_OK)
		rc = cli_open_keys(c);
	if (rc == VH_OK)
		rc = cli_open_db(c);
	if (rc == VH_OK)
		rc = db_read(&c->cx, known_step, &k);
	for (const struct pin *p = k.pins; rc == VH_OK && p; p = p->next) {
		if (!strcmp(p->key, r.key) && p->pub.n == SIGN_PUBLIC) {
			memcpy(pub, p->pub.p, SIGN_PUBLIC);
			return VH_OK;
		}
	}
	for (int64_t no = 1; rc == VH_OK && no <= k.newest; no++) {
		struct receipt_key own;
		receipt_key_of(c->cx.keys, no, &own);
		if (!strcmp(own.id, r.key)) {
			memcpy(pub, own.pub, SIGN_PUBLIC);
			return VH_OK;
		}
	}
	return rc != VH_OK ? rc :
	                     ctx_fail(&c->cx, VH_NOTFOUND, "receipt_key", "receipt",
	                              "its key %s is not known here: give it with --key", r.key);
}

static enum vh_rc take_key(struct cli *c, const char *text, unsigned char pub[SIGN_PUBLIC])
{
	struct blob got;
	if (base64_decode(c->cx.a, text, &got) != VH_OK || got.n != SIGN_PUBLIC)
		return ctx_fail(&c->cx, VH_INVALID, "key", "key", "not the base64 of a public key");
	memcpy(pub, got.p, SIGN_PUBLIC);
	return VH_OK;
}

static enum vh_rc cmd_verify(struct cli *c)
{
	const char *text = cli_arg(c, 0), *key = cli_opt(c, "key");
	unsigned char pub[SIGN_PUBLIC];
	char at[INSTANT_TEXT];
	struct receipt r;
	enum vh_rc rc = key ? take_key(c, key, pub) : find_key(c, text, pub);
	if (rc == VH_OK)
		rc = receipt_verify(c->cx.a, text, pub, &r, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	instant_format(r.at, at);
	view_bool(&c->view, c->view.root, "genuine", true);
	view_str(&c->view, c->view.root, "hotel", r.area);
	view_id(&c->view, c->view.root, "event", r.event);
	view_str(&c->view, c->view.root, "at", at);
	view_str(&c->view, c->view.root, "key", r.key);
	cli_say(c, "genuine: event %" PRId64 " of hotel %s was received %s (key %s)", r.event,
	        r.area, at, r.key);
	return VH_OK;
}

static enum vh_rc cmd_rotate(struct cli *c)
{
	struct receipt_key k;
	int64_t no = 0;
	enum vh_rc rc = receipt_key_rotate(&c->cx, &no);
	if (rc != VH_OK)
		return rc;
	receipt_key_of(c->cx.keys, no, &k);
	view_str(&c->view, c->view.root, "key", k.id);
	cli_say(c, "receipts are signed by key %s from now on; old ones stay good", k.id);
	return VH_OK;
}

const struct command cmd_receipt[] = {
	{
		.name = "receipt verify", .args = "RECEIPT", .opts = verify_opts, .least = 1,
		.most = 1, .help = "is it genuine? Works without any registry when --key is given",
		.needs = CLI_CONF, .run = cmd_verify,
	},
	{
		.name = "receipt rotate", .args = "",
		.help = "sign receipts with a new key, which the old one hands over to",
		.needs = CLI_WRITE, .run = cmd_rotate,
	},
	{ 0 },
};
