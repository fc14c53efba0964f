/* What a table of the code names has its words, its letter, its colour and its place in the forms. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/docno.h"
#include "vh/embed.h"
#include "vh/stays.h"
#include "web/forms.h"
#include "web/view.h"

static cJSON *zh; /* en has the same names: templates.c */

static int set_up(void **state)
{
	const struct embedded *f = embedded_find("web/i18n/zh.json");
	(void)state;
	assert_non_null(f);
	zh = cJSON_Parse((const char *)f->data);
	assert_non_null(zh);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cJSON_Delete(zh);
	return 0;
}

static void has_text(const char *prefix, const char *name, const char *end)
{
	char key[80];
	snprintf(key, sizeof key, "%s%s%s", prefix, name, end);
	if (!cJSON_GetObjectItemCaseSensitive(zh, key))
		fail_msg("no text %s", key);
}

static void every_state_of_a_tile_can_be_drawn(void **state)
{
	const struct embedded *css = embedded_find("web/static/style.css");
	(void)state;
	assert_non_null(css);
	for (size_t i = 0; tiles[i]; i++) {
		char class[40];
		has_text("tile_", tiles[i], "");
		has_text("tile_", tiles[i], "_letter");
		snprintf(class, sizeof class, ".t-%s", tiles[i]);
		if (!strstr((const char *)css->data, class))
			fail_msg("style.css has no %s", class);
	}
	for (size_t i = 0; marks[i]; i++) {
		has_text("mark_", marks[i], "");
		has_text("mark_", marks[i], "_letter");
	}
}

static void every_kind_of_document_can_be_typed(void **state)
{
	(void)state;
	for (int k = 0; k < DOC__MAX; k++) {
		const char *name = doc_kind_name((enum doc_kind)k), *at = strstr(DOC_TYPES "|none|", name);
		has_text("doc_type_", name, "");
		if (!at || at[strlen(name)] != '|')
			fail_msg("%s is in no form", name);
	}
}

static const cJSON *at(const cJSON *o, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(o, name);
}

static void upstreams_are_told_every_kind_of_document(void **state)
{
	const struct embedded *f = embedded_find("web/events.schema.json");
	(void)state;
	assert_non_null(f);
	cJSON *schema = cJSON_Parse((const char *)f->data);
	const cJSON *word, *person = at(at(schema, "$defs"), "person");
	const cJSON *words = at(at(at(person, "properties"), "doc_type"), "enum");
	enum doc_kind kind;
	assert_int_equal(cJSON_GetArraySize(words), DOC__MAX);
	cJSON_ArrayForEach(word, words)
		assert_true(doc_kind_of(word->valuestring, &kind));
	cJSON_Delete(schema);
}

static void every_warning_about_a_filing_has_its_words(void **state)
{
	(void)state;
	for (unsigned w = 1; w < WARN__END; w <<= 1)
		has_text("warn_", stay_warn_code((enum stay_warn)w), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_of_a_tile_can_be_drawn),
		cmocka_unit_test(every_kind_of_document_can_be_typed),
		cmocka_unit_test(upstreams_are_told_every_kind_of_document),
		cmocka_unit_test(every_warning_about_a_filing_has_its_words),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
