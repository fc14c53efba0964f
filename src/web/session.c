/*
 * Who is calling, and whether the call is his own will.
 *
 * A caller is known by a bearer token or a session cookie. A cookie goes along whatever page made
 * the browser send the request, so each POST under a cookie must come from a page of ours: by
 * Sec-Fetch-Site, else Origin, and by the token of the session that our forms carry. The token is
 * masked anew on each page, so that a compressed answer does not help to guess it.
 */
#include <string.h>
#include <strings.h>

#include "web.h"
#include "web_state.h"

enum { TOKEN = SECRET_TEXT - 1, DEVICE_AGE = DEVICE_DAYS * 24 * 3600 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const char *session_name(const struct call *c)
{
	return c->q->secure ? "__Host-s" : "s";
}

static const char *device_name(const struct call *c)
{
	return c->q->secure ? "__Host-d" : "d";
}

static enum vh_rc by_token(struct call *c, const char *token)
{
	/*
	 * 256 bits: guessing needs no limit, and a neighbour's guesses must not lock out officers.
	 */
	enum vh_rc rc = actor_of_token(&c->cx, token, &c->s);
	c->logged_in = rc == VH_OK;
	return rc;
}

static enum vh_rc by_cookie(struct call *c)
{
	enum vh_rc rc = actor_of_session(&c->cx, c->cookie, &c->s);
	c->locked = rc == VH_OK && session_locked(&c->s, c->w->conf.lock_ms);
	c->logged_in = c->by_cookie = rc == VH_OK && !c->locked;
	if (rc != VH_DENIED)
		return rc;
	/* A session that has ended makes a stranger, not an error. */
	err_clear(&c->cx.err);
	memset(&c->s, 0, sizeof c->s);
	return VH_OK;
}

enum vh_rc call_identify(struct call *c)
{
	enum vh_rc rc = VH_OK;
	if (c->identified)
		return VH_OK;
	c->identified = true;
	if (req_header(c->q, "Authorization")) {
		const char *token = bearer_token(c->q);
		rc = by_token(c, token ? token : "");
	} else {
		c->cookie = cookie_get(c->q, session_name(c));
		if (c->cookie)
			rc = by_cookie(c);
	}
	if (c->logged_in)
		c->cx.who = &c->s.who;
	return rc;
}

bool call_is_ours(struct call *c)
{
	if (req_header(c->q, "Authorization"))
		return secret_genuine(&c->cx, "token", bearer_token(c->q));
	return secret_genuine(&c->cx, "session", cookie_get(c->q, session_name(c)));
}

enum vh_rc call_access(struct call *c)
{
	int rule = c->route->access;
	if (rule == A_PUBLIC || rule == A_SIGNED)
		return VH_OK;
	if (!c->logged_in)
		return ctx_fail(&c->cx, VH_DENIED, "login", "", "please log in");
	if (rule == A_LOGIN || may(c, (enum act)(rule - A_ACT)))
		return VH_OK;
	return ctx_fail(&c->cx, VH_DENIED, "role", "", "this role has no right to that");
}

static enum vh_rc forged(struct call *c)
{
	return ctx_fail(&c->cx, VH_DENIED, "csrf", "", "this does not come from a page of ours");
}

static bool origin_is_ours(const struct call *c, const char *origin)
{
	const char *host = req_header(c->q, "Host");
	if (!strncasecmp(origin, "https://", 8))
		origin += 8;
	else if (!strncasecmp(origin, "http://", 7) && !c->q->secure)
		origin += 7;
	else
		return false;
	return host && !strcasecmp(origin, host);
}

enum vh_rc call_origin(struct call *c)
{
	const char *site = req_header(c->q, "Sec-Fetch-Site");
	const char *origin = req_header(c->q, "Origin");
	if (c->logged_in && !c->by_cookie)
		return VH_OK;
	if (site)
		return !strcmp(site, "same-origin") || !strcmp(site, "none") ? VH_OK : forged(c);
	if (origin)
		return origin_is_ours(c, origin) ? VH_OK : forged(c);
	/* Every browser says one of the two; without a session there is nothing to borrow. */
	return c->by_cookie ? forged(c) : VH_OK;
}

static int digit(char c)
{
	const char *p = c ? strchr(alphabet, c) : NULL;
	return p ? (int)(p - alphabet) : -1;
}

const char *csrf_mask(struct call *c)
{
	char *out = arena_alloc(c->cx.a, 2 * TOKEN + 1);
	if (!out || !c->s.csrf || strlen(c->s.csrf) != TOKEN)
		return "";
	random_token(out, TOKEN);
	for (int i = 0; i < TOKEN; i++)
		out[TOKEN + i] = alphabet[(digit(out[i]) + digit(c->s.csrf[i])) & 63];
	out[2 * TOKEN] = '\0';
	return out;
}

static bool token_fits(const struct call *c, const char *sent)
{
	char plain[TOKEN + 1] = "";
	size_t n = sent ? strlen(sent) : 0;
	if (!c->s.csrf || strlen(c->s.csrf) != TOKEN)
		return false;
	if (n == TOKEN)
		return same_bytes(sent, c->s.csrf, TOKEN);
	if (n != 2 * TOKEN)
		return false;
	for (int i = 0; i < TOKEN; i++)
		plain[i] = alphabet[(digit(sent[TOKEN + i]) - digit(sent[i])) & 63];
	return same_bytes(plain, c->s.csrf, TOKEN);
}

enum vh_rc call_token(struct call *c)
{
	if (!c->by_cookie || !(c->route->flags & R_CSRF))
		return VH_OK;
	const char *sent = req_header(c->q, "X-CSRF-Token");
	if (!sent)
		sent = body_get(&c->body, "_csrf");
	return token_fits(c, sent) ? VH_OK : forged(c);
}

void session_cookies(struct call *c, const char *session, const char *device, const char *login)
{
	/* Landlords and tenants stay logged in on their own phones; the store ends it all. */
	cookie_set(c->r, session_name(c), session ? session : "", c->q->secure, session ? -1 : 0);
	const char *both = device ? arena_printf(c->cx.a, "%s.%s", device, login) : NULL;
	if (both)
		cookie_set(c->r, device_name(c), both, c->q->secure, DEVICE_AGE);
}

const char *device_cookie(const struct call *c, const char **ret_login)
{
	const char *v = cookie_get(c->q, device_name(c));
	if (!v || strlen(v) < TOKEN + 2 || v[TOKEN] != '.')
		return NULL;
	*ret_login = v + TOKEN + 1;
	return arena_dupn(c->cx.a, v, TOKEN);
}

bool safe_next(const char *s)
{
	if (!s || s[0] != '/' || s[1] == '/' || strlen(s) > 200)
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-?=&") ==
	       strlen(s);
}
