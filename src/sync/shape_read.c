/* Reading the answers of upstreams of another kind. */
#include <stdlib.h>
#include <string.h>

#include "shape.h"
#include "vh/limits.h"
#include "vh/utf8.h"

const char *shape_text(struct arena *a, const cJSON *root, const char *pointer)
{
	const cJSON *v = pointer ? json_at(root, pointer) : NULL;
	if (cJSON_IsString(v))
		return strlen(v->valuestring) <= LIM_FIELD ? arena_dup(a, v->valuestring) : NULL;
	if (cJSON_IsBool(v))
		return cJSON_IsTrue(v) ? "true" : "false";
	if (!cJSON_IsNumber(v))
		return NULL;
	double whole = (double)(int64_t)v->valuedouble;
	bool is_whole = v->valuedouble > -9e15 && v->valuedouble < 9e15 &&
	                !(whole < v->valuedouble) && !(whole > v->valuedouble);
	return is_whole ? arena_printf(a, "%lld", (long long)v->valuedouble)
	                : arena_printf(a, "%.15g", v->valuedouble);
}

/* Free text of a stranger: cleaned and cut before it is kept or shown. */
static const char *words(struct arena *a, const cJSON *root, const char *pointer)
{
	const char *s = shape_text(a, root, pointer);
	char *clean = s && *s ? utf8_clean(a, s) : NULL;
	if (!clean)
		return NULL;
	const char *end = clean;
	for (unsigned n = 0; n < LIM_TEXT && *end; n++)
		utf8_next(&end);
	clean[end - clean] = '\0';
	return clean;
}

static enum reply_state state_of(const struct profile_reading *how, const char *word)
{
	if (profile_word(how->accepted, word))
		return REPLY_ACCEPTED;
	if (profile_word(how->duplicate, word))
		return REPLY_DUPLICATE;
	return profile_word(how->rejected, word) ? REPLY_REJECTED : REPLY_UNKNOWN;
}

/* Which item a row is about; NULL: none that was sent. */
static struct reply_item *item_of(const struct profile_reading *how, const char *id,
                                  struct reply_item *item, size_t items)
{
	if (!id)
		return NULL;
	if (how->order) {
		size_t n = strlen(id);
		if (!n || n > 6 || strspn(id, "0123456789") < n || *id == '0')
			return NULL;
		size_t at = strtoul(id, NULL, 10);
		return at <= items ? &item[at - 1] : NULL;
	}
	for (size_t i = 0; i < items; i++)
		if (!strcmp(item[i].id, id))
			return &item[i];
	return NULL;
}

/* An item told twice and in two ways, or in a word that we do not know, is not told. */
enum { UNTOLD, TOLD, SPOILT };

static bool there(enum reply_state s)
{
	return s == REPLY_ACCEPTED || s == REPLY_DUPLICATE;
}

static void fill(struct arena *a, const struct profile_reading *how, const cJSON *row,
                 enum reply_state says, struct reply_item *it)
{
	it->state = says;
	it->code = words(a, row, how->code);
	it->detail = words(a, row, how->detail);
	it->receipt = shape_text(a, row, how->receipt);
}

static void settle(struct arena *a, const struct profile_reading *how, const cJSON *row,
                   struct reply_item *item, size_t items, unsigned char *told)
{
	struct reply_item *it = item_of(how, shape_text(a, row, how->id), item, items);
	enum reply_state says = state_of(how, shape_text(a, row, how->status));
	if (!it)
		return;
	unsigned char *at = &told[it - item];
	if (*at == UNTOLD) {
		*at = says == REPLY_UNKNOWN ? SPOILT : TOLD;
		fill(a, how, row, says, it);
	} else if (says == REPLY_UNKNOWN || there(says) != there(it->state)) {
		*at = SPOILT;
	}
}

/* A single row of XML is not a list but the row itself. */
static void settle_rows(struct arena *a, const struct profile_reading *how, const cJSON *root,
                        struct reply_item *item, size_t items)
{
	const cJSON *list = json_at(root, how->list);
	unsigned char *told = arena_array(a, items, 1);
	if (!told || !list)
		return;
	if (cJSON_IsObject(list))
		settle(a, how, list, item, items, told);
	else if (cJSON_IsArray(list))
		for (const cJSON *row = list->child; row; row = row->next)
			settle(a, how, row, item, items, told);
	for (size_t i = 0; i < items; i++)
		if (told[i] == SPOILT)
			item[i].state = REPLY_UNKNOWN;
}

enum shape_whole shape_read(struct arena *a, const struct profile_reading *how, const cJSON *root,
                            struct reply_item *item, size_t items, const char **ret_why)
{
	const char *word = shape_text(a, root, how->word);
	*ret_why = NULL;
	for (size_t i = 0; i < items; i++)
		item[i].state = REPLY_UNKNOWN;
	if (how->word && !profile_word(how->ok, word)) {
		if (!profile_word(how->refused, word))
			return WHOLE_UNREAD;
		*ret_why = words(a, root, how->detail);
		return WHOLE_REFUSED;
	}
	if (how->list)
		settle_rows(a, how, root, item, items);
	else if (how->status)
		for (size_t i = 0; i < items; i++)
			fill(a, how, root, state_of(how, shape_text(a, root, how->status)),
			     &item[i]);
	else
		for (size_t i = 0; i < items; i++)
			fill(a, how, root, REPLY_ACCEPTED, &item[i]);
	return WHOLE_ITEMS;
}
