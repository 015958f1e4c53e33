#!/usr/bin/env python3
"""How fast `isnad verify` is, as a ratio: bytes of payload a second and core against one core of `openssl speed sha256`.

    tests/scale/verify.py target/release/isnad ARCHIVE
    tests/scale/verify.py target/release/isnad --pages SHARED/data/html [--floor RATIO]

With --pages it makes an archive of real HTML pages first. All is timed in one run on one machine, by processor time, so
that other work on it weighs on both alike; of three runs the best counts. What the figures were, what they are made of
and why they cannot be 0.5 is in docs/decisions/verify-speed.md.
Exit status: 1 when the ratio with one thread is below the floor, or verify does not hold.
"""

import argparse
import gzip
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path


def cpu(command):
    """Processor seconds of a command, its peak memory in bytes, its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss * 1024, run


def hashing():
    """Bytes a second that one core of openssl hashes."""
    _, _, speed = cpu(["openssl", "speed", "-seconds", "2", "-bytes", "16384", "sha256"])
    found = re.search(r"^sha256\s+([0-9.]+)k", speed.stdout + speed.stderr, re.M)
    return float(found.group(1)) * 1000


def measure(isnad, archive):
    """Prints the figures; the ratio with one thread, and whether verify held."""
    base = [isnad, "--archive", archive, "--json"]
    stats = json.loads(subprocess.run(base + ["stats"], stdout=subprocess.PIPE, check=True, text=True).stdout)
    payload, first, held = stats["payload"]["distinct_bytes"], 0.0, True
    openssl = max(hashing() for _ in range(2))
    size = os.path.getsize(os.path.join(archive, "isnad.db"))
    print(f"payload          {payload / 1e6:.1f} MB in {stats['payload']['distinct']} payloads, {size / 1e6:.1f} MB file")
    print(f"openssl sha256   {openssl / 1e6:.0f} MB/s on one core")
    for threads in ["1", "0"]:
        seconds, memory, run = min((cpu(base + ["verify", "--threads", threads]) for _ in range(3)), key=lambda one: one[0])
        ratio = payload / seconds / openssl
        first, held = first or ratio, held and run.returncode == 0
        print(f"verify --threads {threads}  {payload / seconds / 1e6:.1f} MB of payload a core-second, ratio {ratio:.3f}, "
              f"{memory / 1e6:.0f} MB of memory at most so far, status {run.returncode}, {run.stdout.strip().splitlines()[-1]}")
    return first, held


def of_pages(isnad, pages, folder):
    """An archive of the packed pages in a folder."""
    plain, archive = Path(folder, "pages"), str(Path(folder, "archive"))
    plain.mkdir()
    for page in sorted(Path(pages).rglob("*.html.gz")):
        (plain / page.stem).write_bytes(gzip.decompress(page.read_bytes()))
    os.environ["ISNAD_STATE"] = str(Path(folder, "state"))
    subprocess.run([isnad, "--archive", archive, "init"], check=True, capture_output=True)
    subprocess.run([isnad, "--archive", archive, "ingest", plain], check=True, capture_output=True)
    return archive


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("isnad")
    parser.add_argument("archive", nargs="?")
    parser.add_argument("--pages")
    parser.add_argument("--floor", type=float, default=0.0)
    options = parser.parse_args()
    if bool(options.archive) == bool(options.pages):
        parser.error("name an archive, or --pages")
    with tempfile.TemporaryDirectory(prefix="isnad-verify-") as folder:
        archive = options.archive or of_pages(options.isnad, options.pages, folder)
        ratio, held = measure(options.isnad, archive)
    if ratio < options.floor:
        print(f"FAIL  the ratio {ratio:.3f} is below its floor {options.floor}")
    sys.exit(0 if held and ratio >= options.floor else 1)


if __name__ == "__main__":
    main()
