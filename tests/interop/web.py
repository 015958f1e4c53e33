#!/usr/bin/env python3
"""The served archive, read by programs of others: memento_client, pywb's TimeMap parser, feedparser, schemathesis.

    tests/interop/web.py [target/release/isnad]

Makes an archive of captures of a page on the loopback, serves it, and lets memento_client negotiate about time, pywb parse
the TimeMap, feedparser read the feeds, and schemathesis ask the API everything that its description allows and much that
it does not: nothing may answer 5xx or otherwise than described. Needs pip; without it says so and runs nothing.
Exit status: 0 all that ran held, 1 something did not.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import venv
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

ISNAD = Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/isnad").resolve()
PACKAGES = ["memento_client==0.6.1", "pywb==2.10.0", "setuptools<81", "feedparser==6.0.14", "schemathesis==4.32.5"]
DAYS = [3, 4, 6, 9]
WORDS = "لن نترك الميناء قبل أن يصل آخر قارب"
failures = []

# Runs inside the virtual environment.
MEMENTO = """
import json, sys
from datetime import datetime
from memento_client import MementoClient
base, url = sys.argv[1:]
for native in (False, True):
    client = MementoClient(timegate_uri=base + "/timegate/", check_native_timegate=native)
    info = client.get_memento_info(url, datetime(2024, 5, 4, 15, 0, 0))
    found = {name: (memento["uri"][0], str(memento["datetime"])) for name, memento in info["mementos"].items()}
    print(json.dumps([info["original_uri"], info["timegate_uri"], found]))
"""
PYWB = """
import json, sys
from urllib.request import urlopen
from pywb.utils.memento import MementoUtils
links = MementoUtils.parse_links(urlopen(sys.argv[1]).read().decode().strip())
print(json.dumps(links))
"""
FEED = """
import json, sys
import feedparser
feed = feedparser.parse(sys.argv[1])
print(json.dumps([bool(feed.bozo), feed.version, [entry.id for entry in feed.entries], [entry.title for entry in feed.entries],
                  [entry.link for entry in feed.entries], feed.feed.updated]))
"""


def hold(what, holds, found=""):
    print(("ok    " if holds else "FAIL  ") + what + ("" if holds else f": {found}"), flush=True)
    if not holds:
        failures.append(what)


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def originals(timegate):
    """A server whose pages name our time gate, as a site with an archive of its own does."""

    class Page(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200)
            url = f"http://127.0.0.1:{self.server.server_port}{self.path}"
            self.send_header("Link", f'<{timegate()}{url}>; rel="timegate"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def captures(url):
    for day in DAYS:
        yield {
            "url": url,
            "captured_at": f"2024-05-{day:02}T12:00:00Z",
            "published": "2024-05-03T10:00:00Z",
            "title": f"الصيادون ينتظرون <{day}> & \"لا شيء\"",
            "text": f"وقف عشرات الصيادين عند مدخل الميناء منذ {day} أيام ينتظرون عودة القوارب التي خرجت.\n"
            f"وقال كبير الصيادين: «{WORDS}»، مضيفا أن البحر هدأ قليلا بعد الظهر.",
        }
    yield {"url": "https://undated.example/a", "title": "No date", "text": "The keeper of the lighthouse wrote a letter."}


def memento(python, base, url, records):
    expected = {"closest": 1, "first": 0, "prev": 0, "next": 2, "last": 3}
    for line in run(python, "-c", MEMENTO, base, url).splitlines():
        original, timegate, found = json.loads(line)
        wanted = {
            name: [f"{base}/r/{records[at]}", f"2024-05-{DAYS[at]:02} 12:00:00"] for name, at in expected.items()
        }
        hold("memento_client finds the nearest capture and its neighbours", found == wanted, found)
        hold("memento_client names original and time gate", (original, timegate) == (url, f"{base}/timegate/{url}"), line)
    for target in (url, quote(url, safe="")):
        links = json.loads(run(python, "-c", PYWB, f"{base}/timemap/link/{target}"))
        hold("pywb finds every memento", [m["url"] for m in links["mementos"]] == [f"{base}/r/{r}" for r in records], links)
        hold("pywb finds the dates", links["timemap"]["from"] == "Fri, 03 May 2024 12:00:00 GMT"
             and links["timemap"]["until"] == "Thu, 09 May 2024 12:00:00 GMT", links)
        hold("pywb finds original and time gate", links["original"]["url"] == url
             and links["timegate"]["url"] == f"{base}/timegate/{url}", links)


def feeds(python, base, titles):
    bad, version, ids, found, _, _ = json.loads(run(python, "-c", FEED, f"{base}/feed.atom"))
    hold("feedparser reads the feed", (bad, version, len(set(ids))) == (False, "atom10", 5), (bad, version, ids))
    hold("feedparser reads the titles", sorted(found) == sorted(titles), found)
    bad, version, ids, _, links, _ = json.loads(run(python, "-c", FEED, f"{base}/audit.atom?q={quote(WORDS)}"))
    hold("feedparser reads the feed of a quote", (bad, version, len(set(ids))) == (False, "atom10", len(DAYS)), ids)
    hold("its links are our pages", all(link.startswith(f"{base}/a/") for link in links), links)


def schemathesis(bin, base):
    command = [
        bin / "schemathesis", "run", f"{base}/api/v1/openapi.json", "--max-examples", os.environ.get("ISNAD_EXAMPLES", "40"),
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
        "response_headers_conformance,unsupported_method", "--seed", "1", "--no-color", "--workers", "1",
        "--request-timeout", "60",
    ]
    # It leaves a folder where it runs.
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=bin.parent)
    hold("schemathesis finds no 5xx and nothing undescribed", done.returncode == 0, (done.stdout + done.stderr)[-6000:])
    said = [line.strip() for line in done.stdout.splitlines() if re.search(r"Test cases|Operations|tested", line)]
    print("      schemathesis:", "; ".join(said[-4:]))


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        env = Path(os.environ.get("ISNAD_WEB_VENV", scratch / "venv")).resolve()
        bin = env / "bin"
        try:
            if not bin.exists():
                venv.create(env, with_pip=True)
                subprocess.run([bin / "pip", "install", "-q", *PACKAGES], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"skipped: web by others: the packages cannot be installed ({error})")
            return
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        base = []
        pages = originals(lambda: f"{base[0]}/timegate/")
        url = f"http://127.0.0.1:{pages.server_port}/page?id=7&x=%D8%A7"
        lines = list(captures(url))
        (scratch / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        isnad = [ISNAD, "--archive", scratch / "archive", "--json"]
        run(*isnad, "init")
        made = [json.loads(line) for line in run(*isnad, "ingest", scratch / "in.jsonl").splitlines()]
        records = [line["record"] for line in made[: len(DAYS)]]
        serving = subprocess.Popen(
            [str(part) for part in [*isnad, "serve", "--listen", "127.0.0.1:0"]],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        try:
            base.append("http://" + json.loads(serving.stdout.readline())["listening"])
            memento(bin / "python", base[0], url, records)
            feeds(bin / "python", base[0], [line["title"] for line in lines])
            schemathesis(bin, base[0])
        finally:
            serving.terminate()
            serving.wait(20)
            pages.shutdown()


main()
print(f"{len(failures)} failed" if failures else "everything held")
sys.exit(1 if failures else 0)
