#!/usr/bin/env python3
"""What isnad exports, read by programs of others: warcio, cdxj-indexer, py-wacz and pywb from PyPI, and isnad again.

    tests/interop/export.py [target/release/isnad]

An archive of our own pages (and, where ISNAD_SHARED is, of real WARC and WACZ files and the seeds) is exported as WARC, WACZ
and JSON Lines. `warcio check`, `warcio index` and `wacz validate` must be content, cdxj-indexer must make the same index,
pywb must replay pages with exactly the bytes that were captured, ReplayWeb.page (npm) must show one and find the
signature in order, and ingesting the export must give the same article
ids. A tool that is missing and cannot be installed is a part skipped with a plain message. Exit status: 0 all that ran held,
1 something did not.
"""

import gzip
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import venv
import zipfile
from collections import Counter
from pathlib import Path

import warc
from warc import ISNAD, failures, hold, run_tool

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ["warcio", "wacz", "cdxj-indexer", "pywb"]
REPLAYED = 60


def install(scratch):
    """A virtual environment with what is called here, or None."""
    folder = scratch / "tools"
    if os.environ.get("ISNAD_EXPORT_TOOLS"):
        return Path(os.environ["ISNAD_EXPORT_TOOLS"])
    try:
        venv.create(folder, with_pip=True)
        command = [folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *TOOLS]
        run = subprocess.run(command, capture_output=True, timeout=600)
        if run.returncode == 0:
            return folder
        why = run.stderr.decode().strip().splitlines()[-1:]
    except (OSError, subprocess.SubprocessError) as error:
        why = error
    print(f"skipped: {', '.join(TOOLS)} cannot be installed from PyPI: {why}")
    return None


class Archive(warc.Archive):
    def isnad(self, *args):
        command = [ISNAD, "--archive", self.folder / "archive", *map(str, args)]
        return subprocess.run(command, capture_output=True, timeout=600)

    def captures(self):
        """What is listed and not private."""
        run = self.isnad("--json", "list", "--limit", "1000000")
        return [capture for capture in map(json.loads, run.stdout.splitlines()) if not capture["private"]]

    def export(self, form, name):
        path = self.folder / name
        run = self.isnad("--json", "export", form, "-o", path)
        hold(f"export {name}", run.returncode == 0, run.stderr.decode()[-500:])
        summary = json.loads(run.stdout.splitlines()[-1])
        hold(f"{name}: the hash is told", hashlib.sha256(path.read_bytes()).hexdigest() == summary["sha256"])
        return path, summary


def fill(scratch, tools):
    """An archive with pages of ours and, where they are, real files."""
    archive = Archive(scratch)
    sources = [ROOT / "archive" / "captures"]
    if tools:
        ours = scratch / "ours.warc.gz"
        run = run_tool(tools, "python", ROOT / "tests/interop/warc.py", "--write", ours, 1, "WARC/1.1")
        hold("warcio writes pages of ours", run.returncode == 0, run.stderr.decode()[-500:])
        sources.append(ours)
    shared = os.environ.get("ISNAD_SHARED")
    if shared and Path(shared, "data").is_dir():
        sources.append(Path(shared, "data/seeds"))
        # Some of these files are damaged on purpose; what is sound in them counts.
        sources += [path for path in sorted(Path(shared, "data/warc").rglob("*")) if path.is_file()
                    and path.name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz"))]
    else:
        print("skipped: real WARC files: ISNAD_SHARED is not set")
    archive.ingest(*sources)
    return archive


def by_article(captures):
    return Counter(capture["article"] for capture in captures)


def again(scratch, what, path, captures):
    """Ingests an export: the same payloads and articles, as often as before."""
    archive = Archive(scratch)
    status, documents = archive.ingest(path)
    rejected = [f"{d['source']}: {d['error']}" for d in documents if d["status"] == "rejected"]
    hold(f"{what}: ingested without a rejection", status == 0, rejected[:3])
    listed = archive.captures()
    lost = by_article(captures) - by_article(listed)
    more = by_article(listed) - by_article(captures)
    print(f"{what}: {len(listed)} captures again, {len(by_article(listed))} articles")
    return lost, more, listed, documents


def check_warc(scratch, tools, archive, captures):
    path, summary = archive.export("warc", "all.warc.gz")
    index = run_tool(tools, "warcio", "index", path)
    kinds = Counter(json.loads(line)["warc-type"] for line in index.stdout.splitlines())
    print("warcio index:", dict(kinds))
    hold("warcio index counts as the summary does", sum(kinds.values()) == summary["records"], (kinds, summary))
    hold("a metadata record a capture", kinds["metadata"] == summary["captures"] == len(captures), kinds)
    hold("revisits", kinds["revisit"] == summary["revisits"] > 0, kinds)
    check = run_tool(tools, "warcio", "check", "-v", path)
    hold("warcio check", check.returncode == 0, check.stdout.decode()[-800:])
    said = check.stdout.decode()
    # Metadata and warcinfo records state a block digest only, so every record is checked.
    # A revisit states the digest of a payload that stands elsewhere.
    looked = said.count("digest pass") + said.count("not checked (revisit)")
    hold("warcio check looked at digests", looked >= summary["captures"] * 2, (looked, summary["captures"]))
    return path


def check_wacz(scratch, tools, archive, captures):
    path, summary = archive.export("wacz", "all.wacz")
    validate = run_tool(tools, "wacz", "validate", "-f", path)
    text = validate.stdout.decode() + validate.stderr.decode()
    hold("wacz validate", validate.returncode == 0 and "failed" not in text.lower(), text[-1500:])
    with zipfile.ZipFile(path) as package:
        hold("every part is stored", all(info.compress_type == zipfile.ZIP_STORED for info in package.infolist()))
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
        data = scratch / "data.warc.gz"
        data.write_bytes(package.read("archive/data.warc.gz"))
        pages = package.read("pages/pages.jsonl").decode().splitlines()
    hold("a page for each capture with an article", len(pages) - 1 == summary["pages"] > len(captures) // 3)
    others = run_tool(tools, "cdxj-indexer", "-s", data).stdout.decode().splitlines()

    def essentials(line):
        key, moment, value = line.split(" ", 2)
        value = json.loads(value)
        # Days are indexed with fourteen digits by us and with eight by cdxj-indexer.
        # Under an address that is not the web's it takes the head of HTTP for payload, and has another digest.
        names = ("url", "offset", "length", "filename", "digest")[: 4 if value["url"].startswith("urn:") else 5]
        return key, moment.ljust(14, "0"), *(value.get(name) for name in names)

    mine = {essentials(line) for line in index.splitlines()}
    # It lists metadata records as well; ours stand under the hash of the capture record that they hold.
    statements = {"urn:sha256:" + capture["record"] for capture in captures}
    theirs = {line for line in map(essentials, others) if line[2] not in statements}
    hold("cdxj-indexer makes the same index", mine == theirs, f"{len(mine)} / {len(theirs)}: {sorted(mine ^ theirs)[:4]}")
    hold("the index is sorted", index.splitlines() == sorted(index.splitlines()))
    return path


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def replay(scratch, tools, path, archive, captures):
    """pywb shows what was captured, byte for byte."""
    home = scratch / "pywb"
    home.mkdir()
    manager = [tools / "bin" / "wb-manager"]
    for command in (["init", "story"], ["add", "story", path]):
        run = subprocess.run([*manager, *command], cwd=home, capture_output=True, timeout=300)
        hold(f"wb-manager {command[0]}", run.returncode == 0, run.stderr.decode()[-500:])
    port = free_port()
    command = [tools / "bin" / "wayback", "-b", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        same = 0
        seen = set()
        wanted = [c for c in captures if c["article"] and (c["url"] or "").startswith("http")]
        for capture in wanted:
            moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(capture["captured"]["from"]))
            # The nearest in time is shown: two captures of one page in one second cannot both be asked for.
            if (capture["url"], moment) in seen or len(seen) >= REPLAYED:
                continue
            seen.add((capture["url"], moment))
            url = urllib.parse.quote(capture["url"], safe=":/?&=#%+,;@!$'()*~[]")
            with_time = f"http://127.0.0.1:{port}/story/{moment}id_/{url}"
            try:
                with urllib.request.urlopen(with_time, timeout=60) as answer:
                    body = answer.read()
            except urllib.error.URLError as error:
                hold(f"pywb replays {capture['url']}", False, error)
                continue
            found = hashlib.sha256(body).hexdigest()
            payloads = {c["payload"] for c in captures if c["url"] == capture["url"]}
            hold(f"pywb replays {capture['url']} byte for byte", found in payloads, (len(body), body[:80]))
            same += found in payloads
        print(f"pywb: {same} of {len(seen)} pages replayed byte for byte")
        hold("pywb replayed pages", same > 5)
    finally:
        server.terminate()
        server.wait(timeout=30)


def browser(scratch, path, captures):
    """ReplayWeb.page opens the package, shows an Arabic page, and finds the signature in order."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not all(map(shutil.which, ["node", "npm", chromium])):
        return print("skipped: ReplayWeb.page: needs node, npm and chromium")
    home = ROOT / "tests/browser"
    unpacked = scratch / "replayweb"
    unpacked.mkdir()
    ready = [["npm", "pack", "--silent", "--pack-destination", unpacked, "replaywebpage@2.5.3"]]
    if not (home / "node_modules").is_dir():
        ready.append(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"])
    for command in ready:
        run = subprocess.run(list(map(str, command)), cwd=home, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
        if run.returncode != 0:
            return print(f"skipped: ReplayWeb.page: {command[1]} failed: {run.stderr.decode()[-300:]}")
    with tarfile.open(next(unpacked.glob("*.tgz"))) as package:
        package.extractall(unpacked, filter="data")
    page = next(c for c in captures if (c["url"] or "").startswith("http") and "alnahr" in c["url"] and c["article"])
    words = page["title"].split(" | ")[0]
    command = ["node", home / "replay.mjs", unpacked / "package", path, page["url"], words]
    # Its service worker sometimes never answers in a fresh browser: what is not shown at all is asked for again, in another.
    for _ in range(3):
        run = subprocess.run(list(map(str, command)), capture_output=True, timeout=300)
        if b"the page is not shown" not in run.stderr:
            break
    print(run.stdout.decode().strip())
    hold("ReplayWeb.page", run.returncode == 0, run.stderr.decode()[-1500:])


def main():
    if not os.access(ISNAD, os.X_OK):
        sys.exit(f"{ISNAD} is no program; build it with `cargo build --release`")
    with tempfile.TemporaryDirectory(prefix="isnad-export-") as scratch:
        scratch = Path(scratch)
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        tools = install(scratch)
        archive = fill(scratch, tools)
        captures = archive.captures()
        print(f"{len(captures)} captures, {len(by_article(captures))} articles")
        exported = {}
        if tools:
            exported["warc"] = check_warc(scratch, tools, archive, captures)
            exported["wacz"] = check_wacz(scratch, tools, archive, captures)
        else:
            exported = {form: archive.export(form, name)[0] for form, name in (("warc", "all.warc.gz"), ("wacz", "all.wacz"))}
        for form, path in exported.items():
            lost, more, listed, documents = again(scratch, form, path, captures)
            hold(f"{form}: the same articles as often", not lost and not more, (lost.most_common(3), more.most_common(3)))
            hold(f"{form}: the same payloads", Counter(c["payload"] for c in listed) == Counter(c["payload"] for c in captures))
            if form == "wacz":
                told = [d["error"] for d in documents if (d["error"] or "").startswith("verified: the signature")]
                hold("wacz: the signature holds", len(told) == 1, told)
        path, summary = archive.export("jsonl", "all.jsonl")
        lost, more, _, _ = again(scratch, "jsonl", path, captures)
        lost.pop(None, None)
        more.pop(None, None)
        hold("jsonl: the same articles as often", not lost and not more and not summary["differing"], (lost, more, summary))
        if tools:
            replay(scratch, tools, exported["warc"], archive, captures)
        browser(scratch, exported["wacz"], captures)
    print(f"{len(failures)} checks failed" if failures else "all checks held")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
