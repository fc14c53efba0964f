#include "vh/safety.h"

#include <string.h>

#include "vh/json.h"

static const struct {
	const char *name;
	bool grave; /* can kill tonight */
} items[SAFE__MAX + 1] = {
	[SAFE_WIRING] = { "wiring", true },
	[SAFE_BREAKER] = { "breaker", false },
	[SAFE_GAS_STORE] = { "gas_store", true },
	[SAFE_GAS_HOSE] = { "gas_hose", true },
	[SAFE_CO_HEATING] = { "co_heating", true },
	[SAFE_EXTINGUISHER] = { "extinguisher", false },
	[SAFE_ESCAPE] = { "escape", true },
	[SAFE_EXIT_LIGHT] = { "exit_light", false },
	[SAFE_SMOKE_ALARM] = { "smoke_alarm", false },
	[SAFE_EBIKE] = { "ebike", true },
	[SAFE_PARTITION] = { "partition", false },
	[SAFE_WINDOW_BARS] = { "window_bars", false },
	[SAFE__MAX] = { "other", false },
};

static const char *const answers[ANSWER__MAX] = {
	[ANSWER_NONE] = "",  [ANSWER_YES] = "yes",       [ANSWER_NO] = "no",
	[ANSWER_NA] = "na",  [ANSWER_UNSEEN] = "unseen",
};

const char *safety_name(enum safety item)
{
	return items[item].name;
}

bool safety_of(const char *name, enum safety *ret)
{
	for (int i = 0; name && i <= SAFE__MAX; i++) {
		if (!strcmp(name, items[i].name)) {
			*ret = (enum safety)i;
			return true;
		}
	}
	return false;
}

bool safety_grave(enum safety item)
{
	return items[item].grave;
}

const char *answer_name(enum answer a)
{
	return answers[a];
}

bool answer_of(const char *name, enum answer *ret)
{
	for (int i = 0; name && i < ANSWER__MAX; i++) {
		if (!strcmp(name, answers[i])) {
			*ret = (enum answer)i;
			return true;
		}
	}
	return false;
}

bool consent_known(const char *word)
{
	return word && (!strcmp(word, "door") || !strcmp(word, "occupant") ||
	                !strcmp(word, "landlord"));
}

enum vh_rc safety_write(struct ctx *cx, const enum answer a[SAFE__MAX], const char **ret)
{
	const char *s = "";
	for (int i = 0; a && s && i < SAFE__MAX; i++) {
		if (a[i] != ANSWER_NONE)
			s = arena_printf(cx->a, "%s%s\"%s\":\"%s\"", s, *s ? "," : "",
			                 items[i].name, answers[a[i]]);
	}
	*ret = s && *s ? arena_printf(cx->a, "{%s}", s) : NULL;
	return s && (!*s || *ret) ? VH_OK : ctx_nomem(cx);
}

enum vh_rc safety_read(struct ctx *cx, const char *json, enum answer ret[SAFE__MAX])
{
	cJSON *tree = NULL;
	for (int i = 0; i < SAFE__MAX; i++)
		ret[i] = ANSWER_NONE;
	if (!json)
		return VH_OK;
	enum vh_rc rc = json_parse(json, strlen(json), &tree, &cx->err);
	for (int i = 0; rc == VH_OK && i < SAFE__MAX; i++) {
		if (!answer_of(json_str(tree, items[i].name), &ret[i]))
			ret[i] = ANSWER_NONE;
	}
	cJSON_Delete(tree);
	return rc;
}
