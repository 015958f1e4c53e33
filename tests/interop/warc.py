#!/usr/bin/env python3
"""Containers that other programs write, read by isnad: Debian's wget, and warcio and py-wacz from PyPI.

    tests/interop/warc.py [target/release/isnad]

A small site of ours is served on the loopback and crawled by wget; the same pages are written by warcio; WARC files of
both are packed by py-wacz. Every page must become the article that it becomes as a loose file, every record must be
told, counts must agree with `warcio index`, and damage must be found. A tool that is missing and cannot be installed is
a part skipped with a plain message. Exit status: 0 all that ran held, 1 something did not.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import venv
import zipfile
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

ISNAD = Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/isnad").resolve()
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6300010000"
                      "0500010d0a2db40000000049454e44ae426082")
failures = []


def hold(what, condition, found=""):
    """Counts a check, and says when it does not hold."""
    if not condition:
        failures.append(what)
        print(f"  FAILED: {what}: {found}")


# --- The site ---------------------------------------------------------------------------------------------------------

ARABIC = [
    "أعلنت بلدية مرسى زيرن صباح اليوم فتح السوق القديم أمام الزوار بعد أعمال ترميم استمرت عامين كاملين.",
    "وقال رئيس البلدية إن الأرصفة الحجرية أعيدت إلى مواضعها حجرًا حجرًا، وإن الباعة سيعودون تباعًا.",
    "وأضافت مهندسة المشروع أن الإنارة الجديدة ستعمل بالطاقة الشمسية طوال فصل الشتاء المقبل.",
]
ENGLISH = [
    "The ferry to the outer islands sails again from Tuesday, the harbour office said, after a winter of repairs.",
    "Two of the three engines were taken apart in the old dry dock, and every valve was replaced by hand.",
    "Tickets will cost the same as last year, and school classes travel without charge until the end of May.",
]


def html(title, paragraphs, lang, meta=""):
    """A page of ours in the shape of the sample captures."""
    body = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    direction = "rtl" if lang == "ar" else "ltr"
    return (f'<!DOCTYPE html>\n<html lang="{lang}" dir="{direction}">\n<head>\n{meta}<title>{title}</title>\n</head>\n<body>\n'
            f'<nav><a href="/">home</a></nav>\n<article>\n<h1>{title}</h1>\n{body}\n</article>\n</body>\n</html>\n')


def varied(paragraphs, n):
    """The same length of words, another article."""
    return [f"{text} ({n})" for text in paragraphs]


META_1256 = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">\n'
META_UTF8 = '<meta charset="utf-8">\n'
UTF8 = "text/html; charset=utf-8"
# Path: media type, body as it lies on a disk, how it is sent.
SITE = {
    "/utf8": (UTF8, html("السوق القديم", varied(ARABIC, 1), "ar", META_UTF8).encode(), ""),
    "/utf8-bare": ("text/html", html("سوق بلا ترميز", varied(ARABIC, 2), "ar").encode(), ""),
    "/utf8-meta": ("text/html", html("سوق معلن", varied(ARABIC, 3), "ar", META_UTF8).encode(), ""),
    "/cp1256-header": ("text/html; charset=windows-1256", html("سوق أول", varied(ARABIC, 4), "ar").encode("cp1256"), ""),
    "/cp1256-meta": ("text/html", html("سوق ثان", varied(ARABIC, 5), "ar", META_1256).encode("cp1256"), ""),
    "/cp1256-bare": ("text/html", html("سوق ثالث", varied(ARABIC, 6), "ar").encode("cp1256"), ""),
    "/gzip": (UTF8, html("The ferry", varied(ENGLISH, 1), "en", META_UTF8).encode(), "gzip"),
    "/chunked": (UTF8, html("The ferry sails", varied(ENGLISH, 2), "en", META_UTF8).encode(), "chunked"),
    "/gzip-chunked": (UTF8, html("The ferry returns", varied(ENGLISH, 3), "en", META_UTF8).encode(), "gzip chunked"),
    "/notice.txt": ("text/plain; charset=utf-8", "\n\n".join(varied(ENGLISH, 4)).encode(), ""),
}
INDEX = html("Index", [f'<a href="{path}">{path}</a>' for path in [*SITE, "/moved", "/gone", "/pixel.png", "/utf8-again"]]
             + ['<img src="/pixel.png" alt="">'], "en", META_UTF8).encode()
GONE = html("Not here", ["There is nothing here, and there never was."], "en", META_UTF8).encode()


def sent(path):
    """Status line, headers and body as a server sends them."""
    if path == "/moved":
        return "302 Found", [("Location", "/utf8"), ("Content-Length", "0")], b""
    if path == "/pixel.png":
        return "200 OK", [("Content-Type", "image/png"), ("Content-Length", str(len(PIXEL)))], PIXEL
    if path == "/":
        return "200 OK", [("Content-Type", UTF8), ("Content-Length", str(len(INDEX)))], INDEX
    # The same page under a second URL.
    media_type, body, how = SITE.get("/utf8" if path == "/utf8-again" else path, (None, None, ""))
    if body is None:
        return "404 Not Found", [("Content-Type", UTF8), ("Content-Length", str(len(GONE)))], GONE
    headers = [("Content-Type", media_type)]
    if "gzip" in how:
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    if "chunked" in how:
        parts = [body[at:at + 300] for at in range(0, len(body), 300)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers.append(("Content-Length", str(len(body))))
    return "200 OK", headers, body


class Handler(BaseHTTPRequestHandler):
    """Serves the site."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, headers, body = sent(self.path)
        self.send_response_only(int(status[:3]), status[4:])
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


# --- isnad ------------------------------------------------------------------------------------------------------------

class Archive:
    """A fresh archive, and what ingesting into it printed."""

    def __init__(self, folder):
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        run = subprocess.run([ISNAD, "--archive", self.folder / "archive", "init"], capture_output=True)
        assert run.returncode == 0, run.stderr

    def ingest(self, *paths):
        command = [ISNAD, "--archive", self.folder / "archive", "--json", "ingest", *paths]
        run = subprocess.run(command, capture_output=True, timeout=300)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return run.returncode, [line for line in lines if "summary" not in line]


def articles(documents):
    """URL path of every capture that is an article, with the article's id."""
    paths = {}
    for document in documents:
        if document["article"]:
            url = document["url"]
            paths["/" + url.split("/", 3)[3] if url.count("/") > 2 else url] = document["article"]
    return paths


def loose_articles(scratch):
    """The articles of the same pages as loose files."""
    folder = scratch / "loose"
    folder.mkdir()
    expected = {}
    for path, (media_type, body, _) in SITE.items():
        name = path[1:] if path.endswith(".txt") else path[1:] + ".html"
        (folder / name).write_bytes(body)
    status, documents = Archive(scratch).ingest(folder)
    hold("loose pages ingest", status == 0, status)
    for document in documents:
        expected["/" + Path(document["source"]).name.removesuffix(".html")] = document["article"]
    hold("every loose page is an article of its own", len(set(expected.values())) == len(SITE), expected)
    return expected


# --- What must hold ---------------------------------------------------------------------------------------------------

def check_container(what, path, scratch, tools, expected, extra=(), before=()):
    """Ingests one container; every page must be the article that it is as a loose file."""
    archive = Archive(scratch)
    for earlier in before:
        archive.ingest(earlier)
    status, documents = archive.ingest(path)
    statuses = Counter(document["status"] for document in documents)
    print(f"{what}: exit {status}, {len(documents)} records, {dict(statuses)}")
    hold(f"{what}: exit 0", status == 0, [d["error"] for d in documents if d["status"] == "rejected"])
    found = articles(documents)
    for page, article in expected.items():
        hold(f"{what}: {page} is the article it is as a loose file", found.get(page) == article, found.get(page))
    for page in extra:
        hold(f"{what}: {page} is there", page in found, sorted(found))
    for document in documents:
        if document["status"] == "skipped":
            hold(f"{what}: a skipped record says why", document["error"], document)
        if document["url"] and document["url"].endswith(("/gone", "/moved")):
            hold(f"{what}: an error or redirect is no article", document["article"] is None, document)
    if tools and not str(path).endswith(".wacz"):
        index = run_tool(tools, "warcio", "index", path).stdout.splitlines()
        hold(f"{what}: as many records as `warcio index`", len(index) == len(documents), f"{len(index)} / {len(documents)}")
        by_offset = Counter(json.loads(line)["offset"] for line in index)
        ours = Counter(document["source"].rsplit("at byte ", 1)[1].split()[0] for document in documents)
        hold(f"{what}: at the offsets of `warcio index`", by_offset == ours, (by_offset - ours, ours - by_offset))
        # wget's --no-warc-digests leaves digests that warcio calls unknown.
        if "nodigest" not in path.name:
            check = run_tool(tools, "warcio", "check", path)
            hold(f"{what}: `warcio check` is content too", check.returncode == 0, check.stdout.decode()[-500:])
    return documents


def run_tool(tools, name, *args):
    return subprocess.run([tools / "bin" / name, *map(str, args)], capture_output=True, timeout=300, cwd=tools.parent)


# --- wget -------------------------------------------------------------------------------------------------------------

def wget(scratch, base, name, *options):
    """Crawls the site into a WARC file."""
    folder = scratch / f"{name}.pages"
    folder.mkdir()
    command = ["wget", "-q", "-r", "-l", "2", "-p", "--no-parent", "-P", str(folder), "--warc-tempdir", str(scratch),
               f"--warc-file={scratch / name}", *options, base + "/"]
    run = subprocess.run(command, capture_output=True, timeout=120)
    # 8: the server answered with an error, which the 404 is.
    hold(f"wget {name}", run.returncode in (0, 8), run.stderr)


def part_wget(scratch, tools, expected):
    if not shutil.which("wget"):
        return print("skipped: wget is not installed")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        wget(scratch, base, "packed", "--warc-cdx")
        wget(scratch, base, "plain", "--no-warc-compression")
        wget(scratch, base, "nodigest", "--no-warc-digests")
        wget(scratch, base, "again", f"--warc-dedup={scratch / 'packed.cdx'}")
        wget(scratch, base, "again-plain", f"--warc-dedup={scratch / 'packed.cdx'}", "--no-warc-compression")
    finally:
        server.shutdown()
    packed = scratch / "packed.warc.gz"
    made = []
    for name in ["packed.warc.gz", "plain.warc", "nodigest.warc.gz"]:
        documents = check_container(f"wget {name}", scratch / name, scratch, tools, expected, ["/utf8-again"])
        images = [d for d in documents if d["status"] == "skipped" and "image/png" in (d["error"] or "")]
        hold(f"wget {name}: the image is skipped by name", len(images) == 1, images)
        for page, status in [("/gone", "404"), ("/moved", "302")]:
            there = [d for d in documents if (d["url"] or "").endswith(page)]
            hold(f"wget {name}: {page} ({status}) is kept", len(there) == 1 and there[0]["record"], there)
        made.append(scratch / name)
    cdx = (scratch / "packed.cdx").read_text().splitlines()[1:]
    captures = [d for d in check_container("wget with its CDX", packed, scratch, None, expected) if d["record"]]
    hold("wget: the CDX lists the captures and the image", len(cdx) == len(captures) + 1, (len(cdx), len(captures)))
    for name in ["again.warc.gz", "again-plain.warc"]:
        path = scratch / name
        revisits = path.read_bytes() if path.suffix == ".warc" else gzip.decompress(path.read_bytes())
        hold(f"wget {name}: wget wrote revisits", revisits.count(b"WARC-Type: revisit") > 5)
        check_container(f"wget {name} after its originals", path, scratch, tools, expected, before=[packed])
        status, documents = Archive(scratch).ingest(path)
        told = [d for d in documents if "a revisit of" in (d["error"] or "")]
        hold(f"wget {name} alone: revisits are told", len(told) > 5, Counter(d["status"] for d in documents))
    return made


# --- warcio and py-wacz -----------------------------------------------------------------------------------------------

def install(scratch):
    """A virtual environment with warcio and wacz, or None."""
    folder = scratch / "tools"
    try:
        venv.create(folder, with_pip=True)
        command = [folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", "warcio", "wacz"]
        run = subprocess.run(command, capture_output=True, timeout=300)
        if run.returncode == 0:
            return folder
        why = run.stderr.decode().strip().splitlines()[-1:]
    except (OSError, subprocess.SubprocessError) as error:
        why = error
    print(f"skipped: warcio and wacz cannot be installed from PyPI: {why}")
    return None


def write_with_warcio(path, gzipped, version):
    """The site as warcio writes it, with every kind of record. Runs inside the virtual environment."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with open(path, "wb") as out:
        writer = WARCWriter(out, gzip=gzipped, warc_version=version)
        writer.write_record(writer.create_warcinfo_record(Path(path).name, {"software": "warcio"}))
        for page in [*SITE, "/", "/moved", "/gone", "/pixel.png"]:
            url = "http://site.example" + page
            status, headers, body = sent(page)
            http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
            response = writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=http)
            asked = StatusAndHeaders(f"GET {page} HTTP/1.1", [("Host", "site.example")], is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=asked)
            writer.write_request_response_pair(request, response)
            if page == "/utf8":
                digest = response.rec_headers.get_header("WARC-Payload-Digest")
                date = response.rec_headers.get_header("WARC-Date")
                again = "http://site.example/utf8-again"
                again = writer.create_revisit_record(again, digest, url, date, http_headers=http)
                writer.write_record(again)
        for kind, name, media_type, body in [
            ("resource", "/resource", UTF8, SITE["/utf8-meta"][1]),
            ("conversion", "/conversion", "text/plain", "\n\n".join(varied(ENGLISH, 7)).encode()),
            ("metadata", "/metadata", "application/warc-fields", b"via: http://site.example/\r\n"),
        ]:
            record = writer.create_warc_record("http://site.example" + name, kind, payload=BytesIO(body),
                                               warc_content_type=media_type)
            writer.write_record(record)


def part_warcio(scratch, tools, expected):
    made = []
    for version in ["WARC/1.0", "WARC/1.1"]:
        for ending, gzipped in [(".warc.gz", True), (".warc", False)]:
            path = scratch / f"warcio-{version[-3:]}{ending}"
            run = run_tool(tools, "python", Path(__file__).resolve(), "--write", path, int(gzipped), version[5:])
            hold(f"warcio writes {path.name}", run.returncode == 0, run.stderr.decode()[-800:])
            pages = {**expected, "/utf8-again": expected["/utf8"], "/resource": expected["/utf8-meta"]}
            documents = check_container(path.name, path, scratch, tools, pages, ["/conversion"])
            kinds = Counter(d["error"] for d in documents if d["status"] == "skipped")
            hold(f"{path.name}: every other record is told", kinds["a request record"] == len(SITE) + 4
                 and kinds["a warcinfo record"] == 1 and kinds["a metadata record"] == 1, kinds)
            made.append(path)
    return made


def part_wacz(scratch, tools, expected, warcs):
    for warc in warcs:
        path = scratch / f"{warc.name}.wacz"
        run = run_tool(tools, "wacz", "create", "-o", path, "--detect-pages", "-t", warc)
        if not path.exists():
            run = run_tool(tools, "wacz", "create", "-o", path, warc)
        hold(f"py-wacz packs {warc.name}", path.exists(), run.stderr.decode()[-800:] + run.stdout.decode()[-800:])
        if not path.exists():
            continue
        documents = check_container(f"py-wacz {path.name}", path, scratch, None, expected)
        parts = [d for d in documents if (d["error"] or "").startswith("verified:")]
        inside = zipfile.ZipFile(path).namelist()
        # datapackage.json itself and its digest aside, every part has a stated hash.
        hold(f"{path.name}: every hash is told", len(parts) == len(inside) - 2, (len(parts), inside))
        damaged_wacz(scratch, path, expected)


def damaged_wacz(scratch, path, expected):
    """One byte of the WARC inside, and then one hash, is wrong."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: (package.read(info), info.compress_type) for info in package.infolist()}
    name = next(name for name in parts if name.startswith("archive/"))

    def changed(suffix, entry, change):
        out = path.with_suffix(suffix)
        with zipfile.ZipFile(out, "w") as package:
            for part, (data, method) in parts.items():
                package.writestr(part, change(data) if part == entry else data, method)
        status, documents = Archive(scratch).ingest(out)
        rejected = [f"{d['source']}: {d['error']}" for d in documents if d["status"] == "rejected"]
        print(f"  {out.name}: exit {status}, {len(rejected)} findings, {len(articles(documents))} articles")
        hold(f"{out.name}: exit 1", status == 1, status)
        return rejected, articles(documents)

    def one_byte(data):
        at = len(data) // 2
        return data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1:]

    rejected, found = changed(".byte.wacz", name, one_byte)
    hold(f"{path.name}, one byte changed: the hash is a finding",
         any(name in text and "SHA-256" in text for text in rejected), rejected)
    hold(f"{path.name}, one byte changed: other pages are read", len(found) >= len(expected) - 1, sorted(found))
    stated = next(r for r in json.loads(parts["datapackage.json"][0])["resources"] if r["path"] == name)["hash"]
    wrong = "sha256:" + "0" * 64
    rejected, found = changed(".hash.wacz", "datapackage.json",
                              lambda data: data.replace(stated.encode(), wrong.encode()))
    hold(f"{path.name}, hash changed: the part is a finding", any(wrong[7:] in text for text in rejected), rejected)
    hold(f"{path.name}, hash changed: datapackage.json is a finding",
         any("datapackage-digest.json" in text for text in rejected), rejected)
    hold(f"{path.name}, hash changed: every page is read", set(found) >= set(expected), sorted(found))


def main():
    if sys.argv[1:2] == ["--write"]:
        return write_with_warcio(sys.argv[2], sys.argv[3] == "1", sys.argv[4])
    if not os.access(ISNAD, os.X_OK):
        sys.exit(f"{ISNAD} is no program; build it with `cargo build --release`")
    with tempfile.TemporaryDirectory(prefix="isnad-interop-") as scratch:
        scratch = Path(scratch)
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        tools = install(scratch)
        expected = loose_articles(scratch)
        warcs = part_wget(scratch, tools, expected) or []
        if tools:
            warcs += part_warcio(scratch, tools, expected)
            part_wacz(scratch, tools, expected, warcs)
    print(f"{len(failures)} checks failed" if failures else "all checks held")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
