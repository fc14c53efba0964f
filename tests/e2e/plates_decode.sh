#!/bin/sh
# Every plate reads back as what was asked, from its PNG and from the sheets rendered at 150 dpi.
# N plates (200, in the soak 10000), O the build folder.
set -eu
SOAK=${SOAK:-}
N=${N:-${SOAK:+10000}}
N=${N:-200}
O=${O:-build}
CHUNK=100 # pages rendered at a time, so that the pictures of 10,000 plates never lie there together

cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail()
{
	echo "not ok $*"
	exit 1
}

decode="zbarimg --nodbus -q --raw -Sdisable -Sqrcode.enable"

# decode_pdf FILE: the codes of all pages.
decode_pdf()
{
	pages=$(pdfinfo "$1" | sed -n 's/^Pages: *//p')
	first=1
	while [ "$first" -le "$pages" ]; do
		last=$((first + CHUNK - 1))
		pdftoppm -r 150 -gray -f "$first" -l "$last" "$1" "$dir/page"
		# Ten pages at once say less than a pipe takes in one piece, so no line is torn.
		printf '%s\n' "$dir"/page-*.pgm | xargs -n 10 -P "$(nproc)" $decode
		rm -f "$dir"/page-*.pgm
		first=$((last + 1))
	done
}

# same WHAT WANT GOT: equal as sorted lists.
same()
{
	sort "$2" > "$dir/a"
	sort "$3" > "$dir/b"
	cmp -s "$dir/a" "$dir/b" || {
		diff "$dir/a" "$dir/b" | head -5 >&2
		fail "$1: $(wc -l < "$3") of $(wc -l < "$2") codes, or others"
	}
}

make -s "$O/tests/e2e/mkplates" || fail "mkplates does not build"
"$O/tests/e2e/mkplates" "$dir/out" "$N"

cut -d ' ' -f 2 "$dir/out/want.txt" > "$dir/urls"
[ "$(wc -l < "$dir/urls")" -eq "$N" ] || fail "not $N plates"
[ -z "$(sort "$dir/urls" | uniq -d)" ] || fail "two plates have one code"

# The order of the names is the order of the list, so each file holds its own code.
find "$dir/out/png" -name '*.png' | sort | xargs -n 200 $decode > "$dir/png"
cmp -s "$dir/urls" "$dir/png" || same "PNG" "$dir/urls" "$dir/png"
cmp -s "$dir/urls" "$dir/png" || fail "PNG files hold each other's codes"

decode_pdf "$dir/out/rooms.pdf" > "$dir/pdf"
same "room sheets" "$dir/urls" "$dir/pdf"

decode_pdf "$dir/out/houses.pdf" > "$dir/pdf"
sed -n 's/^.*0 //p' "$dir/out/want.txt" > "$dir/tenth"
same "house sheets" "$dir/tenth" "$dir/pdf"

# The list itself can fail: one code changed must be seen.
sed '2s/.$/!/' "$dir/urls" > "$dir/wrong"
if (same "twin" "$dir/wrong" "$dir/png") > "$dir/twin" 2>&1; then
	fail "a changed code went unseen"
fi
echo "ok $N plates decode from PNG and PDF and all differ"
