#!/bin/sh
# The whole import, by the binary, against the truth: one seed, and ten with SOAK.
maker=${VHOTEL_SHARED:-../shared}/data/make_ledger.py
if [ ! -f "$maker" ] || ! command -v python3 >/dev/null; then
	echo "skip imports_agree no $maker, or no python3"
	exit 0
fi
seeds="1"
[ -z "${SOAK:-}" ] || seeds="1 2 3 4 5 6 7 8 9 10"
# shellcheck disable=SC2086
exec python3 tests/e2e/ledger_import.py "$VHOTEL" "$maker" "$T" $seeds
