#include <stdlib.h>
#include <string.h>

#include "vh/json.h"

/* One step of the pointer, unescaped, against a member's name. */
static bool names(const char *step, size_t n, const char *member)
{
	for (size_t i = 0; i < n; i++, member++) {
		char c = step[i];
		if (c == '~' && i + 1 < n)
			c = step[++i] == '1' ? '/' : '~';
		if (c != *member)
			return false;
	}
	return *member == '\0';
}

static const cJSON *element(const cJSON *array, const char *step, size_t n)
{
	if (!n || n > 6 || strspn(step, "0123456789") < n || (n > 1 && *step == '0'))
		return NULL;
	return cJSON_GetArrayItem(array, (int)strtol(step, NULL, 10));
}

const cJSON *json_at(const cJSON *root, const char *pointer)
{
	const cJSON *at = root;
	while (at && *pointer) {
		if (*pointer++ != '/')
			return NULL;
		size_t n = strcspn(pointer, "/");
		if (cJSON_IsArray(at)) {
			at = element(at, pointer, n);
		} else {
			const cJSON *m = cJSON_IsObject(at) ? at->child : NULL;
			while (m && !names(pointer, n, m->string))
				m = m->next;
			at = m;
		}
		pointer += n;
	}
	return at;
}
