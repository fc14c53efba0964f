#!/bin/bash
# Lint must refuse: each case is a small tree with one thing wrong, beside the same tree with nothing wrong.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

tree() { # a good tree
	rm -rf "$tmp/t"
	mkdir -p "$tmp/t/include/vh" "$tmp/t/src/"{base,db,store,core,http,web} "$tmp/t/qr" "$tmp/t/tests/lint"
	cp "$here/layers.txt" "$tmp/t/tests/lint"
	: >"$tmp/t/tests/lint/long.txt"
	echo 'int db_go(void);' >"$tmp/t/include/vh/db.h"
	echo 'int log_say(void);' >"$tmp/t/include/vh/log.h"
	for f in base/a db/a store/a core/a http/a web/a; do
		# Enough functions that one long one is within the few that may be.
		for i in $(seq 10); do printf 'int f%d(void)\n{\n\treturn 0;\n}\n' "$i"; done >"$tmp/t/src/$f.c"
	done
}

verdict() { # NAME WANTED-RULE (empty: accepted)
	out=$(python3 "$here/lint.py" "$tmp/t")
	rc=$?
	if [ -z "$2" ]; then [ $rc = 0 ]; else [ $rc != 0 ] && grep -q ": $2: " <<<"$out"; fi
	if [ $? = 0 ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		echo "$out" | head -n 3
		failed=1
	fi
}

# NAME RULE FILE: stdin is added to FILE of a good tree.
case_() {
	tree
	cat >>"$tmp/t/$3"
	verdict "$1" "$2"
}

lines() { # N: a function with N lines between its braces
	echo 'void long_one(void)'
	echo '{'
	for _ in $(seq "$1"); do printf '\tf1();\n'; done
	echo '}'
}

branches() { # N: a function of complexity N
	echo 'void branchy(void)'
	echo '{'
	for _ in $(seq $(($1 - 1))); do printf '\tif (f1()) f2();\n'; done
	echo '}'
}

tree
verdict accepts_a_good_tree ""
case_ store_may_include_db "" src/store/a.c <<<'#include "vh/db.h"'
case_ base_may_not_include_db layers src/base/a.c <<<'#include "vh/db.h"'
case_ qr_may_not_include_db layers qr/a.c <<<'#include "vh/db.h"'
case_ core_may_not_include_http layers src/core/a.c <<<'#include "http/server.h"'
case_ web_may_include_http "" src/web/a.c <<<'#include "http/server.h"'
case_ a_loose_file_in_src_is_refused layers src/zzz.c <<<'int x;'
case_ refuses_a_header_without_a_home layers include/vh/nowhere.h <<<'int nowhere(void);'
case_ sqlite_has_one_owner library src/core/a.c <<<'#include <sqlite3.h>'
case_ sqlite_owner_is_accepted "" src/db/sqlite.c <<<'#include <sqlite3.h>'
case_ sodium_has_a_named_pair "" src/base/keys.c <<<'#include <sodium.h>'
case_ sodium_stays_with_the_pair library src/base/a.c <<<'#include <sodium.h>'
case_ unknown_libraries_are_refused library src/base/a.c <<<'#include <openssl/ssl.h>'
case_ libc_is_accepted "" src/base/a.c <<<'#include <sys/socket.h>'
case_ core_never_logs log src/core/a.c <<<'#include "vh/log.h"'
case_ web_may_log "" src/web/a.c <<<'#include "vh/log.h"'
case_ strcpy_is_banned banned src/web/a.c <<<'void g(char *a) { strcpy(a, "x"); }'
case_ strcpy_in_a_string_is_not "" src/web/a.c <<<'const char *s = "strcpy(a)"; /* strcpy(b) */'
case_ strtok_r_is_not_strtok "" src/web/a.c <<<'void g(char *a) { strtok_r(a, "x", 0); }'
case_ malloc_is_for_owners heap src/core/a.c <<<'void *g(void) { return malloc(1); }'
case_ base_may_malloc "" src/base/a.c <<<'void *g(void) { return malloc(1); }'
case_ exit_is_for_the_command_line exit src/core/a.c <<<'void g(void) { exit(1); }'
case_ sql_in_store_is_accepted "" src/store/a.c <<<'static const char *q = "SELECT a FROM b WHERE c = $1";'
case_ sql_in_core_is_refused sql src/core/a.c <<<'static const char *q = "SELECT a FROM b";'
case_ sql_in_web_is_refused sql src/web/a.c <<<'static const char *q = "DELETE FROM b";'
case_ built_sql_is_refused sql src/store/a.c <<<'static const char *q = "SELECT a FROM b WHERE c = %s";'
case_ statement_tables_are_const sql src/store/a.c <<<'static struct sql q[] = { 0 };'
case_ prose_is_not_sql "" src/core/a.c <<<'const char *s = "please select a room to update";'
case_ pg_needs_a_reason pg src/store/a.c < <(printf '\n\n\n\nstruct sql const x = {\n.pg = "x" };\n')
case_ pg_with_a_reason "" src/store/a.c < <(printf '\n/* no rowid there */\nconst struct sql x = { .pg = "x" };\n')
case_ sixty_lines_are_accepted "" src/core/a.c < <(lines 60)
case_ few_may_have_a_hundred "" src/core/a.c < <(lines 100)
case_ a_hundred_and_one_are_refused function src/core/a.c < <(lines 101)
case_ many_over_sixty_are_refused function src/core/a.c < <(for _ in 1 2 3 4; do lines 61; done)
case_ complexity_15_is_accepted "" src/core/a.c < <(branches 15)
case_ complexity_16_is_refused complexity src/core/a.c < <(branches 16)
case_ a_file_of_801_lines_is_refused file src/core/big.c < <(seq -f '/* %g */' 801)
case_ a_file_of_800_lines_is_accepted "" src/core/big.c < <(seq -f '/* %g */' 800)
case_ a_header_of_120_lines_is_refused header include/vh/log.h < <(seq -f '/* %g */' 119)
case_ a_line_of_101_columns_is_refused columns src/core/a.c < <(printf '/* %0*d */\n' 95 0)
case_ a_line_of_100_columns_is_accepted "" src/core/a.c < <(printf '/* %0*d */\n' 94 0)
case_ headers_in_a_ring_are_refused cycle include/vh/db.h <<<'#include "vh/db.h"'
case_ goto_goes_to_out goto src/core/a.c <<<'void g(void) { goto fail; fail: return; }'
case_ a_macro_hides_no_return macro src/core/a.c <<<'#define TRY(x) do { if (x) return; } while (0)'
case_ structs_keep_their_name typedef src/core/a.c <<<'typedef struct x x_t;'
case_ a_page_opens_no_person door src/web/a.c <<<'int g(void) { return person_open(); }'
case_ who_notes_it_opens_him "" src/core/look.c <<<'int g(void) { return person_open(); }'
case_ nothing_is_left_to_do unfinished src/core/a.c < <(printf '/* %s later */\n' TO'DO')

tree # a named function may be longer
lines 150 >>"$tmp/t/src/core/a.c"
echo 'src/core/a.c long_one 150 15 a table' >"$tmp/t/tests/lint/long.txt"
verdict a_named_function_may_be_longer ""
echo 'src/core/a.c long_one 149 15 a table' >"$tmp/t/tests/lint/long.txt"
verdict but_not_longer_than_named function
exit $failed
