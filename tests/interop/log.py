#!/usr/bin/env python3
"""The served log, read by programs of others: Go's x/mod (sumdb) and tlog-scales from PyPI.

    tests/interop/log.py [target/release/isnad] [SIZE...]

Makes logs of 1, 255, 256, 257 and 70,000 entries through `ingest`, serves them, and lets both check the checkpoint, every
tile, every entry, inclusion, and consistency of several sizes over HTTP; then the proofs of `log prove`. The export of a
log must be the same files, and any flipped byte in it must be refused. Needs Debian's golang-go and
golang-golang-x-mod-dev for the one, pip for the other; what is missing is said and left out.
Exit status: 0 all that ran held, 1 something did not.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from urllib.request import Request, urlopen

ISNAD = Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/isnad").resolve()
SIZES = [int(size) for size in sys.argv[2:]] or [1, 255, 256, 257, 70_000]
ROOT = Path(__file__).resolve().parents[2]
GOCODE = "/usr/share/gocode"
failures = []

# Runs inside the virtual environment: everything that tlog-scales can check of a log.
SCALES = """
import sys
from tlog_scales import backend, signing, tiles
from tlog_scales.reader import TilesReader
location, vkey, step = sys.argv[1], signing.Vkey.from_string(sys.argv[2]), int(sys.argv[3])
reader = TilesReader(backend.make_backend(location))
checkpoint = reader.get_checkpoint()
checkpoint.verify(vkey)
assert checkpoint.origin == vkey.name, checkpoint.origin
assert reader.calculate_root_hash() == checkpoint.root_hash, "the tiles do not lead to the root"
roots = {}
for index in range(0, checkpoint.size, step):
    leaf = tiles.leaf_hash(reader.get_entry(index))
    reader.get_inclusion_proof(index, checkpoint.size).check(leaf, checkpoint.root_hash)
for old in {1, checkpoint.size // 2, checkpoint.size - 1, checkpoint.size} - {0}:
    proof = reader.get_consistency_proof(old, checkpoint.size)
    proof.check(reader.mth(0, old), checkpoint.root_hash)
print(checkpoint.size)
"""


def hold(what, holds, found=""):
    print(("ok    " if holds else "FAIL  ") + what + ("" if holds else f": {found}"), flush=True)
    if not holds:
        failures.append(what)


def isnad(archive, *args, check=True):
    run = subprocess.run([ISNAD, "--archive", archive, *map(str, args)], capture_output=True)
    if check and run.returncode != 0:
        sys.exit(f"isnad {args}: status {run.returncode}: {run.stderr.decode()}")
    return run


def lines(count):
    """Short documents, each of which has a capture and a reading."""
    for index in range(count):
        text = f"The ferry number {index} left the harbour of Zeren before dawn, with nobody on board but the keeper."
        yield json.dumps({"url": f"https://paper.example/{index}", "captured_at": "2018-04-01", "text": text})


def error_page(path):
    """A crawler's record of a page that was not there: a capture without a reading, so one entry alone."""
    http = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>Nothing is here, and nothing was.</p>"
    head = ("WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://paper.example/gone\r\nWARC-Date: 2018-04-01T00:00:00Z\r\n"
            "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n").encode()
    path.write_bytes(head + http + b"\r\n\r\n")


def make(folder, size):
    """An archive whose log has just so many entries."""
    archive = folder / f"archive-{size}"
    isnad(archive, "init", "--origin", f"log.example/of-{size}")
    if size > 1:
        file = folder / f"{size}.jsonl"
        file.write_text("\n".join(lines(size // 2)) + "\n")
        isnad(archive, "ingest", file)
    if size % 2:
        file = folder / "gone.warc"
        error_page(file)
        isnad(archive, "ingest", file)
    return archive


class Served:
    """An archive behind a server of its own."""

    def __init__(self, archive):
        self.process = subprocess.Popen([ISNAD, "--archive", archive, "--json", "serve", "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.base = "http://" + json.loads(self.process.stdout.readline())["listening"] + "/log"

    def __enter__(self):
        return self.base

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def go_checker(scratch):
    if not shutil.which("go") or not os.path.isdir(f"{GOCODE}/src/golang.org/x/mod/sumdb/tlog"):
        print("skipped: golang-go or golang-golang-x-mod-dev is not installed")
        return None
    program = scratch / "check-log"
    subprocess.run(["go", "build", "-o", program, "./tests/interop/go"], cwd=ROOT, check=True,
                   env={**os.environ, "GO111MODULE": "off", "GOPATH": GOCODE})
    return program


def scales(scratch):
    folder = scratch / "venv"
    try:
        venv.create(folder, with_pip=True)
        run = subprocess.run([folder / "bin/pip", "install", "--quiet", "tlog-scales==0.0.3"], capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"skipped: tlog-scales cannot be installed: {error}")
        return None
    if run.returncode != 0:
        print(f"skipped: tlog-scales cannot be installed: {run.stderr.decode()[-200:]}")
        return None
    return folder / "bin/python"


def part_size(scratch, size, go, python):
    archive = make(scratch, size)
    vkey = isnad(archive, "log", "key").stdout.decode().strip()
    shown = json.loads(isnad(archive, "--json", "log", "checkpoint").stdout)
    hold(f"{size}: the log has so many entries", shown["size"] == size, shown)
    newest = json.loads(isnad(archive, "--json", "list", "--limit", "1").stdout.splitlines()[0])["record"]
    proofs = scratch / f"proofs-{size}"
    isnad(archive, "log", "prove", newest, "--out", proofs)
    proofs = sorted(proofs.iterdir())
    with Served(archive) as base:
        if go:
            run = subprocess.run([go, base, vkey, *proofs], capture_output=True, text=True)
            hold(f"{size}: Go's sumdb reads it over HTTP, {len(proofs)} proofs too", run.returncode == 0, run.stderr)
        if python:
            run = subprocess.run([python, "-c", SCALES, base, vkey, str(size // 200 + 1)], capture_output=True, text=True)
            hold(f"{size}: tlog-scales reads it over HTTP", run.stdout.strip() == str(size), run.stderr[-500:])
        headers(size, base)
    export = scratch / f"export-{size}" / "log"
    # Each record is a file that is synchronised.
    beside = ["--records", export.parent / "r"] if size < 1_000 else []
    isnad(archive, "log", "export", export, *beside)
    if go:
        run = subprocess.run([go, export, vkey], capture_output=True, text=True)
        hold(f"{size}: Go's sumdb reads the export", run.returncode == 0, run.stderr)
    again = json.loads(isnad(archive, "--json", "log", "export", export, *beside).stdout)
    hold(f"{size}: exporting again writes nothing", again["written"] == 0, again)
    if size in (1, 257):
        flips(size, export, vkey, go, python)
    return archive, export


def part_together(scratch, go):
    """A server and two ingestions at once: every head that either shows is one history."""
    archive = scratch / "together"
    isnad(archive, "init", "--origin", "log.example/together")
    files = []
    for number in range(2):
        file = scratch / f"together-{number}.jsonl"
        file.write_text("\n".join(line.replace("paper.example", f"paper{number}.example") for line in lines(3_000)) + "\n")
        files.append(file)
    vkey = isnad(archive, "log", "key").stdout.decode().strip()
    seen, wrong = {}, []

    def saw(note):
        _, size, root = note.split("\n")[:3]
        if seen.setdefault(int(size), root) != root:
            wrong.append(size)

    with Served(archive) as base:
        writers = [subprocess.Popen([ISNAD, "--archive", archive, "--json", "ingest", file], stdout=subprocess.DEVNULL)
                   for file in files]
        newest = 0
        while any(writer.poll() is None for writer in writers):
            with urlopen(f"{base}/checkpoint") as answer:
                note = answer.read().decode()
            saw(note)
            size = int(note.split("\n")[1])
            if size < newest:
                wrong.append(f"{size} after {newest}")
            newest = size
            run = isnad(archive, "log", "checkpoint", check=False)
            if run.returncode != 0:
                wrong.append(run.stderr.decode())
            else:
                saw(run.stdout.decode())
        # A writer that finds the other at work for too long says so and ends; nothing else may stop it.
        hold("together: both ingestions ended", all(writer.returncode in (0, 2) for writer in writers), wrong)
        hold(f"together: {len(seen)} heads that were shown are one history", not wrong and len(seen) > 1, wrong)
        if go:
            run = subprocess.run([go, base, vkey], capture_output=True, text=True)
            hold("together: Go's sumdb reads it over HTTP", run.returncode == 0, run.stderr)
        run = subprocess.run([ISNAD, "verify", "--log", base, "--key", vkey], capture_output=True)
        hold("together: verify --log holds over HTTP", run.returncode == 0, run.stdout + run.stderr)
        for language in ("en", "ar"):
            with urlopen(f"{base}?lang={language}") as answer:
                page = answer.read().decode()
            hold(f"together: the page of the log in {language} shows key and head",
                 f'lang="{language}"' in page and vkey.replace("+", "&#43;") in page.replace("+", "&#43;"), page[:300])
    hold("together: verify holds", isnad(archive, "verify", check=False).returncode == 0)


def headers(size, base):
    with urlopen(f"{base}/checkpoint") as answer:
        kind, cache = answer.headers["Content-Type"], answer.headers["Cache-Control"]
        hold(f"{size}: the checkpoint is text that caches keep for seconds",
             kind == "text/plain; charset=utf-8" and re.search(r"max-age=\d\b", cache), (kind, cache))
    entries = f"{base}/tile/entries/" + ("000" if size >= 256 else f"000.p/{size}")
    with urlopen(entries) as answer:
        plain, tag = answer.read(), answer.headers["ETag"]
        hold(f"{size}: entries are plain where nobody asks otherwise", answer.headers["Content-Encoding"] is None)
    with urlopen(Request(entries, headers={"Accept-Encoding": "gzip"})) as answer:
        packed, coding = answer.read(), answer.headers["Content-Encoding"]
        hold(f"{size}: entries are compressed where that is accepted",
             coding == "gzip" and gzip.decompress(packed) == plain and answer.headers["ETag"] != tag
             and answer.headers["Vary"] == "accept-encoding", (coding, dict(answer.headers)))
    path = "tile/0/000" if size >= 256 else f"tile/0/000.p/{size}"
    for path in (path, path.replace("/0/", "/entries/", 1)):
        with urlopen(f"{base}/{path}") as answer:
            kind, cache = answer.headers["Content-Type"], answer.headers["Cache-Control"]
            hold(f"{size}: {path} is bytes that never change",
                 kind == "application/octet-stream" and "immutable" in cache, (kind, cache))
    for path in ("tile/0/000.p/0", "tile/0/900.p/200", "tile/00/000", "tile/0/999", "tile/../checkpoint", "tile/entries/x001/000"):
        try:
            urlopen(f"{base}/{path}")
            hold(f"{size}: {path} is not there", False)
        except OSError as error:
            hold(f"{size}: {path} is not there", getattr(error, "code", 0) == 404, error)


def flips(size, export, vkey, go, python):
    """Every file of an export with one bit changed, at up to forty places."""
    refused = {"go": 0, "scales": 0, "isnad": 0}
    tried = 0
    os.environ["ISNAD_STATE"], kept = os.environ["ISNAD_STATE"] + "-flips", os.environ["ISNAD_STATE"]
    for file in sorted(path for path in export.rglob("*") if path.is_file() and path.name != "vkey"):
        sound = file.read_bytes()
        for at in range(0, len(sound), len(sound) // 40 + 1):
            changed = bytearray(sound)
            changed[at] ^= 1 << (at % 8)
            file.write_bytes(changed)
            tried += 1
            if go:
                refused["go"] += subprocess.run([go, export, vkey], capture_output=True).returncode == 1
            if python and at % 5 == 0 and file.name == "checkpoint":
                run = subprocess.run([python, "-c", SCALES, str(export), vkey, "1"], capture_output=True)
                refused["scales"] += run.returncode != 0
            run = subprocess.run([ISNAD, "verify", "--log", export, "--key", vkey], capture_output=True)
            refused["isnad"] += run.returncode == 1
        file.write_bytes(sound)
    os.environ["ISNAD_STATE"] = kept
    if go:
        hold(f"{size}: Go's sumdb refuses each of {tried} flipped bits", refused["go"] == tried, refused)
    hold(f"{size}: verify --log refuses each of {tried} flipped bits", refused["isnad"] == tried, refused)
    run = subprocess.run([ISNAD, "verify", "--log", export, "--key", vkey], capture_output=True)
    hold(f"{size}: verify --log accepts the sound export", run.returncode == 0, run.stdout + run.stderr)


def main():
    if not os.access(ISNAD, os.X_OK):
        sys.exit(f"{ISNAD} is no program; build it with `cargo build --release`")
    with tempfile.TemporaryDirectory(prefix="isnad-log-") as scratch:
        scratch = Path(scratch)
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        go, python = go_checker(scratch), scales(scratch)
        for size in SIZES:
            part_size(scratch, size, go, python)
        part_together(scratch, go)
    print(f"{len(failures)} checks failed" if failures else "all checks held")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
