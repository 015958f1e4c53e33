#!/usr/bin/env python3
"""How fast `isnad verify` is, as a ratio: bytes of payload a second and core against one core of `openssl speed sha256`.

    tests/scale/verify.py target/release/isnad ARCHIVE

Both are timed in one run on one machine, by processor time, so that other work on it weighs on both alike. Prints the
numbers; asserts nothing. The goal is 0.5 for an archive of HTML pages.
"""

import json
import os
import re
import resource
import subprocess
import sys


def cpu(command):
    """Processor seconds of a command, its peak memory in bytes, its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss * 1024, run


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    isnad, archive = sys.argv[1:]
    base = [isnad, "--archive", archive, "--json"]
    stats = json.loads(subprocess.run(base + ["stats"], stdout=subprocess.PIPE, check=True, text=True).stdout)
    payload = stats["payload"]["distinct_bytes"]
    _, _, speed = cpu(["openssl", "speed", "-seconds", "2", "-bytes", "16384", "sha256"])
    found = re.search(r"^sha256\s+([0-9.]+)k", speed.stdout + speed.stderr, re.M)
    hashing = float(found.group(1)) * 1000 if found else 0.0
    print(f"payload          {payload / 1e6:.1f} MB in {stats['payload']['distinct']} payloads, {os.path.getsize(archive + '/isnad.db') / 1e6:.1f} MB file")
    print(f"openssl sha256   {hashing / 1e6:.0f} MB/s on one core")
    for threads in ["1", "0"]:
        seconds, memory, run = cpu(base + ["verify", "--threads", threads])
        rate = payload / seconds if seconds else 0.0
        print(f"verify --threads {threads}  {rate / 1e6:.1f} MB of payload a core-second, ratio {rate / hashing:.3f}, "
              f"{memory / 1e6:.0f} MB of memory at most so far, status {run.returncode}, {run.stdout.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
