#!/bin/bash
# Which secrets an upstream takes, when it is added and when it is amended: what is refused changes nothing.
# O is the build folder, T an empty folder.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib_bad.sh
umask 077
profiles=deploy/profiles
made() { echo "whsec_$(head -c 32 /dev/urandom | base64)"; }
ok() { exits 0 "$@"; }
seal() { # NAME: its secret as it lies there
	sqlite3 "$VHOTEL_DB" "SELECT hex(secret) FROM upstream WHERE name = '$1'"
}
amends() { # NAME OPTION...: and the secret lies there anew
	was=$(seal "$1")
	ok upstream amend "$@" && [ "$(seal "$1")" != "$was" ]
}
refuses() { # CODE EXIT NAME OPTION...: and the secret is the old one
	was=$(seal "$3")
	code "$1" "$2" upstream amend "${@:3}" && [ "$(seal "$3")" = "$was" ]
}

is village village
made >"$T/good"
printf '%s\r\nnot read\n' "$(made)" >"$T/crlf"
made | tr -d '\n' >"$T/unended"
echo 'u:p w' >"$T/pair"
echo t0ken >"$T/token"
echo whsec_c2hvcnQ= >"$T/short"
: >"$T/empty"
printf '\n%s\n' "$(made)" >"$T/blank"
printf 't0\tken\n' >"$T/tab"
printf 't0\0ken\n' >"$T/nul"
head -c 70000 /dev/zero | tr '\0' x >"$T/huge"
made >"$T/open"
chmod 644 "$T/open"
made >"$T/group"
chmod 640 "$T/group"
up() { ok upstream add "$1" --url http://127.0.0.1:1/upstream/events "${@:2}"; }

# Of our own kind
is a_secret_in_a_file_is_taken up own --secret-file "$T/good"
for file in good crlf unended; do
	is "${file}_file_is_taken" amends own --secret-file "$T/$file"
done
is a_pipe_is_taken amends own --secret-file <(made)
is two_secrets_for_a_change_are_taken amends own --secret "$(made) $(made)"
is a_missing_file_is_refused refuses secret_file 1 own --secret-file "$T/none"
is a_folder_is_refused refuses secret_file 1 own --secret-file "$T"
for file in empty blank tab nul huge; do
	is "${file}_file_is_refused" refuses secret_file 1 own --secret-file "$T/$file"
done
for file in short token pair; do
	is "${file}_is_no_secret_of_ours" refuses secret 1 own --secret-file "$T/$file"
done
is a_file_that_all_may_read_is_refused refuses secret_mode 1 own --secret-file "$T/open"
is a_file_that_a_group_may_read_is_refused refuses secret_mode 1 own --secret-file "$T/group"
is both_ways_at_once_are_usage refuses usage 2 own --secret-file "$T/good" --secret "$(made)"
is nobody_is_amended code upstream 1 upstream amend nobody --secret-file "$T/good"
is a_bad_file_adds_nothing code secret_mode 1 upstream add more --url https://h.example/e --secret-file "$T/open"
is a_bad_secret_adds_nothing code secret 1 upstream add more --url https://h.example/e --secret-file "$T/short"

# Of another kind
is a_token_is_taken up flat --profile $profiles/flat-pinyin.profile --secret-file "$T/token"
is another_token_is_taken amends flat --secret-file "$T/pair"
is a_token_does_not_come_in_the_command_line refuses usage 2 flat --secret t0ken
is a_token_is_needed code usage 2 upstream add more --url https://h.example/e --profile $profiles/flat-pinyin.profile
is user_and_password_are_taken up ses --profile $profiles/lots-xml.profile --secret-file "$T/pair"
is a_token_is_not_user_and_password refuses secret 1 ses --secret-file "$T/token"
is a_profile_with_another_proof_wants_its_secret \
	refuses usage 2 own --profile $profiles/flat-pinyin.profile
is and_gets_it amends own --profile $profiles/flat-pinyin.profile --secret-file "$T/token"
is and_back_again amends own --profile $profiles/cloudevents.profile --secret-file "$T/good"
is nothing_more_was_added test "$("$V" upstream list --json | jq length)" = 3
is no_secret_is_shown sh -c '! grep -rqFf "$1/token" "$1/out" "$1/err" "$1/refused" "$1/refused.err"' sh "$T"
exit $rc
