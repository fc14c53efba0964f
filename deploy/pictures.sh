#!/bin/sh
# The guides' pictures of the commonest jobs, in few colours, out of what the browser walks left in $O/shots.
# A job at the desk is shown wide, any other as on a phone, with scripts and in the light, where there is such a picture
# (there is one of each after `make soak T=e2e/browser`).
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
command -v pngquant >/dev/null || { echo "pictures: apt-get install pngquant" >&2; exit 1; }

mkdir -p deploy/pictures
sed -n 's/.*pictures\/en-\([a-z-]*\)\.png.*/\1/p' deploy/README.md | while read -r job; do
	for lang in zh en; do
		case $job in find-room | move-in-card | verify | due-or-late) widths="1366 360" ;; *) widths="360 1366" ;; esac
		for how in $(for w in $widths; do echo "$w $w-plain $w-dark $w-dark-plain"; done); do
			shot=$O/shots/$lang-$how-job-$job.png
			[ -f "$shot" ] && break
		done
		[ -f "$shot" ] || { echo "pictures: no walk left $lang $job: run make test T=e2e/browser first" >&2; exit 1; }
		pngquant --force --strip --speed 1 --output "deploy/pictures/$lang-$job.png" 16 "$shot"
	done
done
