#!/usr/bin/env python3
"""Measures `isnad serve` with wrk, against nginx that serves the same bytes as files.

    tests/load/serve.py [--smoke] [--rounds N] [--seconds N] [--connections N] [--corpus JSONL[.zst]] [target/release/isnad]

An archive of a few hundred articles is served, twenty of its citation pages are written down as files, and nginx serves
those. wrk asks both in turns, N rounds of pairs; then two servers of the archive in turns, one of which holds 1,000 idle
connections and a hundred slow clients; then one while `isnad ingest` takes in a corpus at full speed. What counts are medians of the ratios within a
round, for other work on the machine changes from round to round; the processor time of each request is printed beside them.
Limits: 0.3 times the requests a second of nginx and 10 times its 99th percentile; a fifth more or less with the idle and
the slow; no failed answer anywhere, ingestion included.

--smoke runs each part for a second and holds behaviour alone: same bytes, no failed answer, nothing shown that was
withheld meanwhile. Exit status: 0 all that was looked at holds, 1 something does not, 2 nothing could be measured.
"""
import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PAGES = 20
TICKS = os.sysconf("SC_CLK_TCK")
failures = []

NGINX = """
worker_processes auto;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    default_type "text/html; charset=utf-8";
    client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
    uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
    server {{ listen 127.0.0.1:{port}; root {folder}/root; }}
}}
"""
# Every connection asks for the pages in turn, and the figures come out whole.
LUA = """
local paths = {{ {paths} }}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, _)
  local e = summary.errors
  io.write(string.format('{{"requests":%d,"us":%d,"p50":%d,"p99":%d,"max":%d,"failed":%d}}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def hold(holds, what):
    print(("ok    " if holds else "FAIL  ") + what, flush=True)
    if not holds:
        failures.append(what)


def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def get(address, path):
    request = urllib.request.Request(f"http://{address}{path}", headers={"Host": address})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def made_up(count):
    """Articles of words that nobody wrote, where no corpus is at hand."""
    words = "المدينة الميناء القارب الصياد البحر الشتاء المجلس السوق الجسر الطريق المدرسة البيت الخبز الماء الليل النهار".split()
    for number in range(count):
        lines = [" ".join(words[(number * 7 + line * 3 + at * at) % len(words)] for at in range(60)) for line in range(12)]
        yield {"url": f"https://paper{number % 9}.example/{number}", "captured_at": "2024-05-03T12:00:00Z",
               "title": f"{words[number % 16]} {number}", "text": "\n".join(f"{number} {line}." for line in lines)}


def corpus(given, folder, count):
    """`count` articles, and a file of many more for the ingestion under load."""
    few, many = folder / "few.jsonl", folder / "many.jsonl"
    if given:
        reader = ["zstd", "-dcq", given] if given.endswith(".zst") else ["cat", given]
        with subprocess.Popen(reader, stdout=subprocess.PIPE) as process, few.open("wb") as one, many.open("wb") as other:
            for at, line in enumerate(process.stdout):
                (one if at < count else other).write(line)
    else:
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in made_up(count + 20_000)]
        few.write_text("".join(lines[:count]))
        many.write_text("".join(lines[count:]))
    return few, many


class Server:
    """A running server, by its process and those it started."""

    def __init__(self, name, process, address):
        self.name, self.process, self.address = name, process, address

    def seconds(self):
        """Processor seconds that it and its children have used."""
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat.parent.name) == self.process.pid or int(fields[1]) == self.process.pid:
                total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def wrk(server, lua, options, seconds=None):
    began = server.seconds()
    command = ["wrk", "-t1", f"-c{options.connections}", f"-d{seconds or options.seconds}s", "--timeout", "20s", "-s", lua,
               f"http://{server.address}"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    found["rate"] = found["requests"] / found["us"] * 1e6
    found["cpu"] = (server.seconds() - began) / max(found["requests"], 1) * 1e6
    return found


def line(name, found):
    print(f"      {name:<28} {found['rate']:>9.0f} a second  p50 {found['p50'] / 1000:>7.2f}  p99 {found['p99'] / 1000:>7.2f}"
          f"  max {found['max'] / 1000:>8.2f} ms  {found['cpu']:>6.1f} µs CPU  {found['failed']} failed", flush=True)


async def hold_open(address, idle, slow, page, ready):
    """Idle connections, clients that send a header byte by byte, and clients that read byte by byte; closed ones come back."""
    host, number = address.split(":")

    async def one(kind):
        while True:
            writer = None
            try:
                reader, writer = await asyncio.open_connection(host, int(number), limit=1024)
                if kind == "idle":
                    await reader.read()
                elif kind == "sender":
                    for byte in f"GET {page} HTTP/1.1\r\nHost: {address}\r\nX-Slow: {'x' * 400}\r\n\r\n".encode():
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(0.5)
                else:
                    writer.write(f"GET {page} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode() * 8)
                    while await reader.read(16):
                        await asyncio.sleep(0.5)
            except OSError:
                await asyncio.sleep(0.2)
            finally:
                if writer:
                    writer.close()

    tasks = [asyncio.create_task(one("idle")) for _ in range(idle)]
    tasks += [asyncio.create_task(one(["sender", "reader"][at % 2])) for at in range(slow)]
    await asyncio.sleep(2)
    ready.set()
    await asyncio.gather(*tasks)


class Crowd:
    """The idle and the slow, in a process of their own."""

    def __init__(self, server, idle, slow, page):
        ready = multiprocessing.Event()
        work = lambda: asyncio.run(hold_open(server.address, idle, slow, page, ready))
        self.process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
        self.process.start()
        if not ready.wait(60):
            raise SystemExit("the idle connections could not be opened")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()


def against_nginx(isnad, nginx, lua, options):
    pairs = []
    for at in range(options.rounds):
        order = [nginx, isnad] if at % 2 == 0 else [isnad, nginx]
        found = {server.name: wrk(server, lua, options) for server in order}
        for server in order:
            line(server.name, found[server.name])
        pairs.append((found["isnad"], found["nginx"]))
    hold(all(mine["failed"] == their["failed"] == 0 for mine, their in pairs), "no answer of isnad or nginx failed")
    rate = statistics.median(mine["rate"] / their["rate"] for mine, their in pairs)
    late = statistics.median(mine["p99"] / max(their["p99"], 1) for mine, their in pairs)
    cpu = statistics.median(mine["cpu"] / max(their["cpu"], 0.1) for mine, their in pairs)
    print(f"      medians: {rate:.2f} × the requests a second of nginx, {late:.2f} × its p99, {cpu:.2f} × its processor time")
    if not options.smoke:
        hold(rate >= 0.3, f"{rate:.2f} × the requests a second of nginx, 0.3 at least")
        hold(late < 10, f"{late:.2f} × the 99th percentile of nginx, below 10")


def with_a_crowd(isnad, beset, lua, page, options):
    """Two servers of one archive, one of them beset by the idle and the slow all the time; both are asked in turns."""
    idle, slow = (200, 20) if options.smoke else (1000, 100)
    pairs = []
    with Crowd(beset, idle, slow, page):
        for at in range(1 if options.smoke else 3 * options.rounds):
            order = [isnad, beset] if at % 2 == 0 else [beset, isnad]
            found = {server.name: wrk(server, lua, options, 1 if options.smoke else 2) for server in order}
            line("alone", found["isnad"])
            line(f"{idle} idle, {slow} slow", found["beset"])
            pairs.append((found["beset"], found["isnad"]))
    hold(all(crowded["failed"] == 0 for crowded, _ in pairs), f"no answer failed beside {idle} idle and {slow} slow connections")
    rate = statistics.median(crowded["rate"] / alone["rate"] for crowded, alone in pairs)
    late = statistics.median(crowded["p99"] / max(alone["p99"], 1) for crowded, alone in pairs)
    cpu = statistics.median(crowded["cpu"] / max(alone["cpu"], 0.1) for crowded, alone in pairs)
    print(f"      medians: {rate:.2f} × the requests a second without them, {late:.2f} × the p99, {cpu:.2f} × the processor time")
    if not options.smoke:
        hold(rate >= 0.8, f"{rate:.2f} × the requests a second with the idle and the slow, 0.8 at least")
        hold(late <= 1.2, f"{late:.2f} × the 99th percentile with them, 1.2 at most")


def beside_ingestion(program, folder, isnad, lua, many, options):
    alone = wrk(isnad, lua, options)
    before = time.monotonic()
    ingest = subprocess.Popen([program, "--archive", folder / "archive", "--json", "ingest", many],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    reader = subprocess.Popen(["tail", "-n", "1"], stdin=ingest.stdout, stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    beside = wrk(isnad, lua, options, 1 if options.smoke else max(10, options.seconds))
    went_on = ingest.poll() is None
    ingest.send_signal(signal.SIGINT)
    summary = json.loads(reader.communicate()[0] or "{}").get("summary", {})
    took = time.monotonic() - before
    line("alone", alone)
    line("beside an ingestion", beside)
    print(f"      the ingestion wrote {summary.get('new', 0) / took:.0f} documents a second; readers got "
          f"{beside['rate'] / alone['rate']:.2f} × the answers, {beside['p99'] / max(alone['p99'], 1):.1f} × the p99")
    hold(beside["failed"] == 0 and beside["requests"] > 0, "no answer failed beside an ingestion at full speed")
    if not options.smoke:
        hold(went_on, "the ingestion lasted as long as the measurement")
        hold(beside["max"] < 2_000_000, f"the slowest answer beside it took {beside['max'] / 1e6:.2f} s, below 2")


def nothing_stale(program, folder, isnad, page):
    """What was just answered from memory and is withheld then is gone with the next request, and comes back."""
    archive = ["--archive", str(folder / "archive")]
    run = lambda *args: subprocess.run([str(program), *archive, *args], check=True, capture_output=True)
    before = get(isnad.address, page)
    run("withhold", page, "--reason", "privacy", "--yes")
    gone = get(isnad.address, page)
    run("withhold", page, "--undo", "--yes")
    back = get(isnad.address, page)
    hold((before[0], gone[0], back[0]) == (200, 404, 200) and before[1] == back[1],
         f"a page is gone as soon as it is withheld, and back as soon as it is not: {before[0]}, {gone[0]}, {back[0]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--corpus")
    parser.add_argument("--only", choices=["nginx", "crowd", "ingest"])
    parser.add_argument("program", nargs="?", default="target/release/isnad")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.smoke else 7)
    options.seconds = options.seconds or (1 if options.smoke else 5)
    for tool in ["wrk", "nginx"]:
        if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin"):
            print(f"{tool} is missing: apt-get install wrk nginx-light")
            return 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    program = Path(options.program).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        os.environ["ISNAD_STATE"] = str(folder / "state")
        few, many = corpus(options.corpus, folder, 300)
        subprocess.run([program, "--archive", folder / "archive", "init"], check=True, capture_output=True)
        made = subprocess.run([program, "--archive", folder / "archive", "--json", "ingest", few], check=True,
                              capture_output=True, text=True).stdout.splitlines()
        articles = [json.loads(line).get("article") for line in made[:-1]]
        pages = [f"/a/{article}" for article in dict.fromkeys(filter(None, articles))][:PAGES]
        lua = folder / "pages.lua"
        lua.write_text(LUA.format(paths=", ".join(f'"{page}"' for page in pages)))
        servers = []
        try:
            for name in ["isnad", "nginx", "beset"]:
                address = f"127.0.0.1:{port()}"
                if name != "nginx":
                    command = [program, "--archive", folder / "archive", "serve", "--listen", address]
                else:
                    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=address.split(":")[1]))
                    command = ["nginx", "-p", folder, "-c", folder / "nginx.conf"]
                environment = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin")
                process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                           env=environment)
                servers.append(Server(name, process, address))
            isnad, nginx, beset = servers
            for server in servers:
                for _ in range(200):
                    try:
                        socket.create_connection(server.address.split(":"), 1).close()
                        break
                    except OSError:
                        time.sleep(0.05)
            (folder / "root" / "a").mkdir(parents=True)
            for page in pages:
                (folder / "root" / page[1:]).write_bytes(get(isnad.address, page)[1])
            sizes = [len(get(isnad.address, page)[1]) for page in pages]
            same = all(get(isnad.address, page) == get(nginx.address, page) for page in pages)
            hold(same and min(sizes) > 1000, f"both serve the same {len(pages)} pages, {min(sizes)} to {max(sizes)} bytes")
            if options.only in (None, "nginx"):
                against_nginx(isnad, nginx, lua, options)
            if options.only in (None, "crowd"):
                with_a_crowd(isnad, beset, lua, pages[0], options)
            if options.only in (None, "ingest"):
                beside_ingestion(program, folder, isnad, lua, many, options)
            nothing_stale(program, folder, isnad, pages[0])
        finally:
            for server in servers:
                server.stop()
    print(f"{len(failures)} failed" if failures else "everything held")
    return 1 if failures else 0


sys.exit(main())
