#!/bin/sh
# The guides' pictures of the commonest jobs, in few colours, out of what the browser walks left in $O/shots.
# A job at the desk is shown wide, any other as on a phone. Where a walk without scripts or in the dark is the only
# one of that width, its picture is taken.
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
command -v pngquant >/dev/null || { echo "pictures: apt-get install pngquant" >&2; exit 1; }

mkdir -p deploy/pictures
sed -n 's/.*pictures\/en-\([a-z-]*\)\.png.*/\1/p' deploy/README.md | while read -r job; do
	for lang in zh en; do
		case $job in find-room | move-in-card | verify | due-or-late) width=1366 ;; *) width=360 ;; esac
		for how in '' -plain -dark -dark-plain; do
			shot=$O/shots/$lang-$width$how-job-$job.png
			[ -f "$shot" ] && break
		done
		[ -f "$shot" ] || { echo "pictures: no walk left $lang $job: run make test T=e2e/browser first" >&2; exit 1; }
		pngquant --force --strip --speed 1 --output "deploy/pictures/$lang-$job.png" 16 "$shot"
	done
done
