#!/usr/bin/env bash
# Makes the archive of a million articles that tests/audit/measure.py asks: the real corpus and what tools/make-million
# makes of it. Some twenty minutes of both cores and 11 GB.
#
#   tests/audit/million.sh [FOLDER] [ARTICLES]     FOLDER: /tmp/isnad-audit/million; ARTICLES made: 945395
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-/tmp/isnad-audit/million}
made=${2:-945395}
data=${ISNAD_SHARED:-$here/../shared}/data
isnad() { nice -n 10 "$here/target/release/isnad" --archive "$folder" "$@"; }
[ ! -e "$folder/isnad.db" ] || { echo "$folder holds an archive already" >&2; exit 2; }
mkdir -p "$folder"
isnad init >/dev/null
corpora=("$data/arabic-news.jsonl.zst" "$data/english-news.jsonl.zst")
isnad ingest "$data/seeds" "${corpora[@]}" >/dev/null
nice -n 10 "$here/tools/make-million" --articles "$made" "${corpora[@]}" | isnad ingest - >/dev/null
