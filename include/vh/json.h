/*
 * JSON at the edge and back. cJSON is the tree (the one library type that travels, because a view
 * is a tree); everything strange is refused here: duplicate members, depth, NUL, invalid UTF-8,
 * bytes after the end.
 */
#ifndef VH_JSON_H
#define VH_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"
#include "vh/buf.h"

/*
 * VH_INVALID (`json`, and `json_twice` for a member that stands twice), VH_LIMIT (`json_depth`,
 * `json_members`), VH_NOMEM. The tree is the caller's, freed with cJSON_Delete.
 */
MUST enum vh_rc json_parse(const char *p, size_t n, cJSON **ret, struct err *e);
/* Compact text into a buf; a number that is not finite is null. */
void json_print(struct buf *b, const cJSON *v);
/* The quoted, escaped string; bytes that are no UTF-8 become U+FFFD. */
void json_quote(struct buf *b, const char *s);

/* Builders that fail stickily: a NULL parent or no memory sets `failed`, which is asked once. */
struct view {
	cJSON *root;
	bool failed;
};
MUST bool view_init(struct view *v); /* an object */
void view_done(struct view *v);
/* Keys are not copied: literals, or what outlives the view. */
cJSON *view_obj(struct view *v, cJSON *in, const char *key);  /* key NULL: append to an array */
cJSON *view_arr(struct view *v, cJSON *in, const char *key);
void view_str(struct view *v, cJSON *in, const char *key, const char *s); /* NULL: null */
void view_num(struct view *v, cJSON *in, const char *key, double n);
void view_id(struct view *v, cJSON *in, const char *key, int64_t id); /* as text; 0: null */
void view_bool(struct view *v, cJSON *in, const char *key, bool on);
void view_null(struct view *v, cJSON *in, const char *key);

/* Readers: NULL or the default when missing or of another type. Case-sensitive. */
const char *json_str(const cJSON *o, const char *key);
bool json_is_true(const cJSON *o, const char *key);
/* A whole number up to 2^53, or decimal text as ids travel. */
int64_t json_i64(const cJSON *o, const char *key, int64_t otherwise);

/* RFC 6901; "" is the root itself. NULL: there is nothing, or the pointer has no leading slash. */
const cJSON *json_at(const cJSON *root, const char *pointer);

/* Give cJSON the failing allocator of the fault tests; once at start. */
void json_hooks(void);

#endif
