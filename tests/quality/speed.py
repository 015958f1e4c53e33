#!/usr/bin/env python3
"""Pages a second of `isnad extract --json` against Python trafilatura, on the shared pages, in one run.

    tests/quality/speed.py [--isnad target/release/isnad] [--rounds 3] [--venv /tmp/isnad-speed-venv]

Both read the same folder of unpacked pages, in turns within each round, and the best of all rounds counts for each: what
else the machine does can only slow a run down. isnad runs with all cores and is timed as a whole process, start and
printing included; trafilatura runs in one process, as it comes, and in one process a core, both timed without their
start. Wall time tells what a user waits on an idle machine; processor time is the ratio to trust on a busy one.
Exits 1 when the ratio of wall times to trafilatura as it comes is below --at-least, or that of processor times below
--at-least-cpu.
"""

import argparse
import gzip
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
THEIRS = """
import json, multiprocessing, pathlib, sys, time
from trafilatura import bare_extraction

def read(page):
    began = time.process_time()
    found = bare_extraction(page, with_metadata=True) is not None
    return found, time.process_time() - began

pages = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
jobs = int(sys.argv[2])
read(pages[0])
if jobs == 1:
    began = time.perf_counter()
    done = [read(page) for page in pages]
else:
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        pool.map(read, pages[:jobs])
        began = time.perf_counter()
        done = pool.map(read, pages, chunksize=1)
print(json.dumps([time.perf_counter() - began, sum(cpu for _, cpu in done), sum(found for found, _ in done)]))
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


def theirs(python, pages, jobs):
    command = [python, "-c", THEIRS, pages, str(jobs)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return tuple(json.loads(done.stdout))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--isnad", default=ROOT / "target/release/isnad", type=pathlib.Path)
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--venv", default=pathlib.Path(tempfile.gettempdir()) / "isnad-speed-venv", type=pathlib.Path)
    parser.add_argument("--at-least", default=0.0, type=float, metavar="RATIO")
    parser.add_argument("--at-least-cpu", default=0.0, type=float, metavar="RATIO")
    options = parser.parse_args()
    python = python_with_trafilatura(options.venv)
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        count = unpack(pathlib.Path(folder))
        runs = {
            "isnad": lambda: ours(options.isnad, folder),
            "trafilatura": lambda: theirs(python, folder, 1),
            f"trafilatura x{cores}": lambda: theirs(python, folder, cores),
        }
        runs["isnad"]()
        rounds = []
        for _ in range(options.rounds):
            took = {name: run() for name, run in runs.items()}
            # Ours is short, so chance weighs more: once more at the end of the round.
            rounds += [took, {**took, "isnad": runs["isnad"]()}]
    wall, cpu = ({name: min(took[name][clock] for took in rounds) for name in runs} for clock in (0, 1))
    print(f"{count} pages, best of {options.rounds} rounds, {cores} cores, load {os.getloadavg()[0]:.1f}")
    for name in runs:
        read = rounds[0][name][2]
        print(f"{name:<14} {read} read  {count / wall[name]:8.1f} pages/s wall  {count / cpu[name]:8.1f} pages/s of one core")
    ratios = {name: (wall[name] / wall["isnad"], cpu[name] / cpu["isnad"]) for name in runs if name != "isnad"}
    for name, (by_wall, by_cpu) in ratios.items():
        print(f"ratio to {name:<14} {by_wall:.1f} x wall, {by_cpu:.1f} x processor time")
    by_wall, by_cpu = ratios["trafilatura"]
    sys.exit(by_wall < options.at_least or by_cpu < options.at_least_cpu)


if __name__ == "__main__":
    main()
