#!/usr/bin/env python3
"""Pages that isnad captures, beside what wget and warcio make of the same server.

    tests/interop/capture.py [target/release/isnad]

The site of `warc.py` is served on the loopback. What `isnad capture` keeps of it must pass `warcio check`, be indexed and read
by warcio record for record, and hold the same answers, byte for byte, as wget's WARC of the same pages; both must become
the same articles and payloads. A tool that is missing and cannot be installed is a part skipped with a plain message. Exit
status: 0 all that ran held, 1 something did not.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import warc
from warc import ISNAD, SITE, failures, hold, install, run_tool

PAGES = [*SITE, "/", "/moved", "/gone", "/pixel.png"]


class Archive(warc.Archive):
    def capture(self, pages):
        """Captures a list; returns exit status and documents."""
        command = [ISNAD, "--archive", self.folder / "archive", "--json", "capture", "--allow-private", "--delay", "0", "-"]
        run = subprocess.run(command, input="\n".join(pages).encode(), capture_output=True, timeout=120)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return run.returncode, [line for line in lines if "summary" not in line]

    def files(self):
        return sorted((self.folder / "archive" / "warc").glob("*/*.warc.gz"))


def records(path):
    """Type, target and block of every record, without help of a library."""
    data, found = gzip.decompress(path.read_bytes()), []
    while data:
        head, rest = data.split(b"\r\n\r\n", 1)
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        length = int(fields["Content-Length"])
        found.append((fields["WARC-Type"], fields.get("WARC-Target-URI", "").strip("<>"), rest[:length]))
        data = rest[length + 4:]
    return found


def responses(paths):
    """Every answer by its target."""
    return {target: block for path in paths for kind, target, block in records(path) if kind == "response"}


def fixity(documents):
    """Article and payload of every capture, by URL."""
    return {d["url"]: (d["article"], d["payload"]) for d in documents if d["record"]}


def part_warcio(archive, tools):
    for path in archive.files():
        check = run_tool(tools, "warcio", "check", "-v", path)
        hold(f"warcio check {path.name}", check.returncode == 0, check.stdout.decode()[-800:] + check.stderr.decode()[-400:])
        said = check.stdout.decode()
        hold(f"warcio checks digests of {path.name}", "digest pass" in said, said)
        index = [json.loads(line) for line in run_tool(tools, "warcio", "index", "-f", "warc-type,warc-target-uri,http:status",
                                                        path).stdout.splitlines()]
        ours = [(kind, target) for kind, target, _ in records(path)]
        theirs = [(line["warc-type"], line.get("warc-target-uri", "")) for line in index]
        hold(f"warcio index {path.name}", ours == theirs, (ours, theirs))
    # What warcio decodes of an answer is what isnad stored.
    script = ("import sys, hashlib\nfrom warcio.archiveiterator import ArchiveIterator\n"
              "for name in sys.argv[1:]:\n"
              "    for r in ArchiveIterator(open(name, 'rb')):\n"
              "        if r.rec_type == 'response':\n"
              "            print(r.rec_headers.get_header('WARC-Target-URI'), r.http_headers.get_statuscode(),"
              " hashlib.sha256(r.content_stream().read()).hexdigest())\n")
    run = run_tool(tools, "python", "-c", script, *archive.files())
    hold("warcio reads the files", run.returncode == 0, run.stderr.decode()[-800:])
    return {line.split()[0]: line.split()[2] for line in run.stdout.decode().splitlines()}


def part_wget(scratch, base, archive, documents):
    if not shutil.which("wget"):
        return print("skipped: wget is not installed")
    command = ["wget", "-q", "-P", str(scratch / "pages"), "--warc-tempdir", str(scratch), f"--warc-file={scratch / 'wget'}",
               *[base + page for page in PAGES]]
    run = subprocess.run(command, capture_output=True, timeout=120)
    hold("wget runs", run.returncode in (0, 8), run.stderr)
    theirs, ours = responses([scratch / "wget.warc.gz"]), responses(archive.files())
    hold("wget and isnad asked for the same", set(theirs) == set(ours), set(theirs) ^ set(ours))
    for target, block in ours.items():
        hold(f"the answer of {target} is what wget kept", theirs.get(target) == block, (block[:200], theirs.get(target, b"")[:200]))
    status, ingested = warc.Archive(scratch).ingest(scratch / "wget.warc.gz")
    hold("wget's file ingests", status == 0, status)
    hold("both are the same articles and payloads", fixity(ingested) == fixity(documents),
         [item for item in fixity(ingested).items() ^ fixity(documents).items()])


def main():
    if not os.access(ISNAD, os.X_OK):
        sys.exit(f"{ISNAD} is no program; build it with `cargo build --release`")
    with tempfile.TemporaryDirectory(prefix="isnad-capture-") as scratch:
        scratch = Path(scratch)
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        tools = install(scratch)
        expected = warc.loose_articles(scratch)
        server = ThreadingHTTPServer(("127.0.0.1", 0), warc.Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        archive = Archive(scratch)
        status, documents = archive.capture([base + page for page in PAGES])
        print(f"isnad capture: exit {status}, {len(documents)} documents, {len(archive.files())} files")
        # The 404 is an answer with an error.
        hold("isnad captures the site", status == 1 and len(archive.files()) == len(PAGES), status)
        found = warc.articles(documents)
        for page, article in expected.items():
            hold(f"{page} is the article it is as a loose file", found.get(page) == article, found.get(page))
        for page, outcome in [("/gone", "new"), ("/moved", "new")]:
            there = [d for d in documents if (d["url"] or "").endswith(page)]
            hold(f"{page} is kept without article", [d["status"] for d in there] == [outcome] and not there[0]["article"], there)
        if tools:
            decoded = part_warcio(archive, tools)
            for document in documents:
                if document["record"]:
                    hold(f"warcio decodes {document['url']} to the payload",
                         decoded.get(document["url"]) == document["payload"], decoded.get(document["url"]))
        part_wget(scratch, base, archive, documents)
        server.shutdown()
    print(f"{len(failures)} checks failed" if failures else "all checks held")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
