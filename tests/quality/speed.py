#!/usr/bin/env python3
"""Pages a second of `isnad extract --json` against Python trafilatura, on the shared pages, in one run.

    tests/quality/speed.py [--isnad target/release/isnad] [--rounds 3] [--venv /tmp/isnad-speed-venv]

Both read the same folder of unpacked pages, in turns. isnad runs with all cores and is timed as a whole process,
start and printing included; trafilatura runs in one process and is timed without its start. Wall time tells what a
user waits; processor time tells it on a machine that is busy with other things. Exits 1 when the ratio of wall times
is below --at-least.
"""

import argparse
import gzip
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
THEIRS = """
import json, pathlib, sys, time
from trafilatura import bare_extraction
pages = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
bare_extraction(pages[0], with_metadata=True)
wall, cpu = time.perf_counter(), time.process_time()
read = sum(bare_extraction(page, with_metadata=True) is not None for page in pages)
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, read]))
"""


def unpack(folder):
    shared = pathlib.Path(os.environ.get("ISNAD_SHARED", ROOT / "../shared"))
    packed = sorted((shared / "data/html/pages").glob("*.html.gz"))
    if not packed:
        sys.exit("no shared pages; set ISNAD_SHARED")
    for path in packed:
        (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return len(packed)


def python_with_trafilatura(folder):
    python = folder / "bin/python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "trafilatura", "lxml_html_clean"], check=True)
    return python


def ours(isnad, pages):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([isnad, "extract", "--json", pages], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall, cpu, done.stdout.count(b"\n")


def theirs(python, pages):
    done = subprocess.run([python, "-c", THEIRS, pages], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return tuple(json.loads(done.stdout))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--isnad", default=ROOT / "target/release/isnad", type=pathlib.Path)
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--venv", default=pathlib.Path(tempfile.gettempdir()) / "isnad-speed-venv", type=pathlib.Path)
    parser.add_argument("--at-least", default=0.0, type=float, metavar="RATIO")
    options = parser.parse_args()
    python = python_with_trafilatura(options.venv)
    with tempfile.TemporaryDirectory() as folder:
        count = unpack(pathlib.Path(folder))
        ours(options.isnad, folder)
        rounds = [(ours(options.isnad, folder), theirs(python, folder)) for _ in range(options.rounds)]
    wall, cpu = ([statistics.median(pair[who][clock] for pair in rounds) for who in (0, 1)] for clock in (0, 1))
    read = [rounds[0][who][2] for who in (0, 1)]
    print(f"{count} pages, {options.rounds} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, who in (("isnad", 0), ("trafilatura", 1)):
        print(f"{name:<12} {read[who]} read  {count / wall[who]:8.1f} pages/s wall  {count / cpu[who]:8.1f} pages/s of one core")
    print(f"ratio        {wall[1] / wall[0]:.1f} x wall, {cpu[1] / cpu[0]:.1f} x processor time")
    sys.exit(wall[1] / wall[0] < options.at_least)


if __name__ == "__main__":
    main()
