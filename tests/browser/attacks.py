#!/usr/bin/env python3
"""Puts every attack string of the shared corpora where a page could show it, and names the pages to open.

    attacks.py documents XSS_FOLDER OUT    writes OUT/attacks.jsonl and OUT/*.html, one document a case and form
    attacks.py paths XSS_FOLDER REPORTS    reads the lines of `isnad ingest --json` and prints one path a line

Each case stands as title, words, outlet, URL, quotation, tweet (text and name) and, in the paths, as query. Exit status 2
when a case was not taken in.
"""

import html
import json
import sys
from pathlib import Path
from urllib.parse import quote

LONGEST = 3_900  # characters that the web takes as a question


def cases(folder):
    """The attack strings, each once; a file of another tool may hold the same."""
    seen = {}
    for name in ("dompurify.jsonl", "bleach.jsonl"):
        for line in (Path(folder) / name).read_text(encoding="utf-8").split("\n"):
            if not line.strip():
                continue
            case = json.loads(line)
            payload = case.get("payload", case.get("input", case.get("data", "")))
            if isinstance(payload, str) and payload.strip():
                seen.setdefault(payload, None)
    return list(seen)


def documents(folder, out):
    """One line of JSON with the string as every declaration, and a page that holds it in its markup, told and untold."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, attack in enumerate(cases(folder)):
        flat = " ".join(attack.split())
        lines.append(json.dumps({
            "title": attack,
            "outlet": attack[:200],
            "url": f"https://attacked.example/{number}?x={attack[:500]}" if number % 2 else attack[:500],
            "captured_at": f"2024-05-03T12:{number // 60:02}:{number % 60:02}Z",
            "text": f"The keeper of harbour number {number} found this painted on the wall and wrote it down for us.\n"
            f"{flat}\n«{flat}», said the keeper of harbour number {number}, and painted the wall white again.\n"
            f"{flat} — {flat[:40]} (@keeper{number}) 30 March 2018",
        }))
        told, tweet = html.escape(attack), html.escape(flat)
        (out / f"case-{number:03}.html").write_text(
            f"""<!doctype html><html lang="{told[:20]}"><head><meta charset="utf-8"><title>{told}</title>
<meta name="author" content="{told}"><link rel="canonical" href="https://attacked.example/page/{number}"></head><body>
<article><h1>{told}</h1><p>The keeper of the harbour number {number} wrote that this had been painted on the wall.</p>
<p>{told}</p><p>"{tweet}", said the keeper of harbour {number}, who painted the wall white again that night.</p>
<blockquote class="twitter-tweet"><p lang="en">{tweet}</p>&mdash; {tweet[:40]} (@keeper{number})
<a href="https://twitter.com/keeper{number}/status/980000000000000000">March 31, 2018</a></blockquote>
</article><aside><h2>Most read</h2><ul><li><a href="{told}">{told}</a></li></ul></aside>{attack}</body></html>
""", encoding="utf-8")
    (out / "attacks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def paths(folder, reports):
    """The pages of what was taken in, and of each string as a question."""
    lines = [json.loads(line) for line in Path(reports).read_text(encoding="utf-8").split("\n") if line.strip()]
    taken = [line for line in lines if line.get("record")]
    attacks = cases(folder)
    if len(taken) < 2 * len(attacks):
        print(f"of {2 * len(attacks)} documents {len(taken)} were taken in", file=sys.stderr)
        sys.exit(2)
    pages = ["/", "/o/"]
    before = None
    for line in taken:
        pages.append(f"/r/{line['record']}")
        if line["article"]:
            pages += [f"/a/{line['article']}", f"/a/{line['article']}/0-1"]
        if line["outlet"]:
            pages.append("/o/" + quote(line["outlet"], safe=""))
        if line["url"]:
            pages.append("/captures?url=" + quote(line["url"], safe=""))
        if before:
            pages.append(f"/diff?from={before}&to={line['record']}")
        before = line["record"]
    article = next(line["article"] for line in taken if line["article"])
    for attack in attacks:
        asked = quote(attack[:LONGEST], safe="")
        pages += [f"/audit?q={asked}", f"/search?q={asked}&outlet={asked[:3000]}",
                  f"/a/{article}?quote={asked}", f"/captures?url={asked[:9000]}", f"/{quote(attack[:300], safe='')}"]
    print(*dict.fromkeys(pages), sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("documents", "paths"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    {"documents": documents, "paths": paths}[sys.argv[1]](*sys.argv[2:])
