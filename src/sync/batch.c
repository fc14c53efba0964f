#include "vh/sync_batch.h"

#include <stdio.h>
#include <string.h>

#include "vh/date.h"
#include "vh/json.h"
#include "vh/limits.h"

void batch_open(struct buf *b)
{
	buf_putc(b, '[');
}

static void add_text(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_printf(b, ",\"%s\":", name);
	json_quote(b, value);
}

void batch_add(struct buf *b, const struct cloud_event *ev)
{
	char at[INSTANT_TEXT];
	instant_format(ev->time, at);
	if (b->n > 1)
		buf_putc(b, ',');
	buf_puts(b, "{\"specversion\":\"1.0\"");
	add_text(b, "id", ev->id);
	add_text(b, "source", ev->source);
	add_text(b, "type", ev->type);
	add_text(b, "subject", ev->subject);
	add_text(b, "time", at);
	add_text(b, "partitionkey", ev->key);
	add_text(b, "sequence", ev->sequence);
	add_text(b, "epoch", ev->epoch);
	if (ev->data) {
		buf_puts(b, ",\"datacontenttype\":\"application/json\",\"data\":");
		buf_puts(b, ev->data);
	}
	buf_putc(b, '}');
}

void batch_close(struct buf *b)
{
	buf_putc(b, ']');
}

/* Where in the batch a refusal lies: `#/3/id`. */
static enum vh_rc refuse(struct err *e, size_t at, const char *name, const char *why)
{
	char pointer[40];
	snprintf(pointer, sizeof(pointer), "#/%zu/%s", at, name);
	return err_set(e, VH_INVALID, "batch", pointer, "%s", why);
}

/*
 * An attribute as an arena string; NULL for absent or null; false for another type or an empty
 * required one.
 */
static enum vh_rc take_text(struct arena *a, const cJSON *o, size_t at, const char *name,
                            bool required, const char **ret, struct err *e)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);
	*ret = NULL;
	if (!v || cJSON_IsNull(v))
		return required ? refuse(e, at, name, "a required attribute is missing") : VH_OK;
	if (!cJSON_IsString(v) || !v->valuestring[0] || strlen(v->valuestring) > LIM_FIELD)
		return refuse(e, at, name, "not a text of the allowed length");
	*ret = arena_dup(a, v->valuestring);
	return *ret ? VH_OK : err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
}

static enum vh_rc take_data(struct arena *a, const cJSON *o, size_t at, struct cloud_event *ev,
                            struct err *e)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(o, "data");
	if (cJSON_GetObjectItemCaseSensitive(o, "data_base64"))
		return refuse(e, at, data ? "data" : "data_base64", "data travels as JSON alone");
	if (!data)
		return VH_OK;
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	json_print(&b, data);
	enum vh_rc rc = b.rc;
	if (rc == VH_OK && !(ev->data = arena_dup(a, buf_str(&b))))
		rc = VH_NOMEM;
	buf_done(&b);
	return rc == VH_OK ? rc : err_set(e, rc, "batch", "data", "an event is too large");
}

static enum vh_rc take_event(struct arena *a, const cJSON *o, size_t at, struct cloud_event *ev,
                             struct err *e)
{
	const char *version = NULL, *time = NULL, *type = NULL;
	if (!cJSON_IsObject(o))
		return refuse(e, at, "", "not an event");
	const struct {
		const char *name;
		bool required;
		const char **to;
	} attribute[] = {
		{ "specversion", true, &version },
		{ "id", true, &ev->id },
		{ "source", true, &ev->source },
		{ "type", true, &ev->type },
		{ "subject", false, &ev->subject },
		{ "time", false, &time },
		{ "partitionkey", false, &ev->key },
		{ "sequence", false, &ev->sequence },
		{ "epoch", false, &ev->epoch },
		{ "datacontenttype", false, &type },
	};
	for (size_t i = 0; i < sizeof(attribute) / sizeof(attribute[0]); i++) {
		enum vh_rc rc = take_text(a, o, at, attribute[i].name, attribute[i].required,
		                          attribute[i].to, e);
		if (rc != VH_OK)
			return rc;
	}
	if (strcmp(version, "1.0") != 0)
		return refuse(e, at, "specversion", "only CloudEvents 1.0 is read");
	if (time && instant_parse(time, &ev->time) != VH_OK)
		return refuse(e, at, "time", "not an RFC 3339 instant");
	if (type && strcmp(type, "application/json") != 0)
		return refuse(e, at, "datacontenttype", "data travels as JSON alone");
	return take_data(a, o, at, ev, e);
}

enum vh_rc batch_parse(struct arena *a, const char *p, size_t n, struct cloud_event **ret,
                       size_t *ret_n, struct err *e)
{
	cJSON *root = NULL;
	enum vh_rc rc = json_parse(p, n, &root, e);
	if (rc != VH_OK)
		return rc;
	struct cloud_event *list = NULL;
	size_t count = 0;
	if (!cJSON_IsArray(root)) {
		rc = err_set(e, VH_INVALID, "batch", "#", "a batch is an array");
		goto out;
	}
	count = (size_t)cJSON_GetArraySize(root);
	if (count > LIM_SYNC_BATCH) {
		rc = err_set(e, VH_LIMIT, "batch_size", "#", "at most %d events", LIM_SYNC_BATCH);
		goto out;
	}
	list = arena_array(a, count + 1, sizeof(*list));
	if (!list) {
		rc = err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
		goto out;
	}
	const cJSON *o = root->child;
	for (size_t i = 0; rc == VH_OK && o; i++, o = o->next)
		rc = take_event(a, o, i, &list[i], e);
out:
	cJSON_Delete(root);
	if (rc == VH_OK) {
		*ret = list;
		*ret_n = count;
	}
	return rc;
}
