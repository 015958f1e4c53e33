#!/usr/bin/env python3
"""An ingestion that logs, and `log adopt`, killed and failed at every write, fsync and rename.

    tests/crash/log.py [target/release/isnad] [--every N]

`strace -e inject` delivers SIGKILL, or makes the call fail with EIO, at the first, second, … call of a kind that the
ingestion makes (every one of a tiny ingestion; --every N takes each Nth). After each, in the same archive: it opens,
`verify` holds, the same ingestion ends, `verify` holds again, and of all heads that were ever printed no two of one size
differ, and every one of them is consistent with the last (the log's tiles prove it). Needs strace.
Exit status: 0 all held, 1 something did not.
"""

import argparse
import base64
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CALLS = {
    "write": "write,pwrite64,writev,pwritev,pwritev2",
    "fsync": "fsync,fdatasync",
    "rename": "rename,renameat,renameat2",
    "truncate": "ftruncate",
    "unlink": "unlink,unlinkat",
}


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:split]), root(leaves[split:]))


class Trial:
    """One archive that has a past, and what was ever printed of its log."""

    def __init__(self, options, base, scratch):
        self.isnad, self.scratch, self.heads = options.binary, scratch, {}
        shutil.copytree(base, scratch)
        self.env = {**os.environ, "ISNAD_STATE": str(scratch / "state")}
        self.problems = []

    def run(self, *args, before=()):
        command = [*before, self.isnad, "--archive", self.scratch / "archive", *args]
        return subprocess.run(list(map(str, command)), capture_output=True, env=self.env, timeout=120)

    def saw(self, note):
        """Remembers a head that was printed."""
        origin, size, digest = note.decode().split("\n")[:3]
        known = self.heads.setdefault((origin, int(size)), digest)
        if known != digest:
            self.problems.append(f"two heads of size {size} of {origin}: {known} and {digest}")

    def checkpoint(self, must):
        run = self.run("log", "checkpoint")
        if run.returncode == 0:
            self.saw(run.stdout)
        elif must:
            self.problems.append(f"log checkpoint: status {run.returncode}: {run.stderr.decode()}")

    def verify(self, when, may=(0,)):
        run = self.run("verify")
        if run.returncode not in may:
            self.problems.append(f"verify {when}: status {run.returncode}: {run.stdout.decode()}{run.stderr.decode()}"[:600])

    def export(self):
        """Every head that was printed is one of the entries that are there now."""
        folder = self.scratch / "export"
        run = self.run("log", "export", folder)
        if run.returncode != 0:
            return self.problems.append(f"log export: {run.stderr.decode()}")
        origin, size = (folder / "checkpoint").read_text().split("\n")[:2]
        size = int(size)
        leaves = []
        for bundle in sorted(folder.glob("tile/entries/**/*"), key=str):
            if bundle.is_file():
                data = bundle.read_bytes()
                while data:
                    length = int.from_bytes(data[:2], "big")
                    leaves.append(hashlib.sha256(b"\0" + data[2:2 + length]).digest())
                    data = data[2 + length:]
        if len(leaves) != size:
            self.problems.append(f"{len(leaves)} entries under a head of {size}")
        for (name, shown), digest in self.heads.items():
            if name == origin and base64.b64encode(root(leaves[:shown])).decode() != digest:
                self.problems.append(f"the head of {shown} entries that was printed is none of this log")

    def go(self, checker):
        if not checker:
            return
        key = self.run("log", "key").stdout.decode().strip()
        run = subprocess.run([checker, self.scratch / "export", key], capture_output=True, text=True)
        if run.returncode != 0:
            self.problems.append(f"Go's sumdb: {run.stderr}")


def inject(options, base, scratch, checker, scenario, calls, count, fault):
    """Runs an ingestion or an adoption with one fault; returns (whether the fault came at all, problems)."""
    trial = Trial(options, base, scratch)
    trial.checkpoint(must=True)
    adopt = ["log", "adopt", "--origin", "log.example/next"]
    command = ["--json", "ingest", "--threads", "1", scratch / "docs"]
    if scenario == "adopt":
        # The same archive on another machine.
        shutil.rmtree(scratch / "state")
        command = adopt
    log = scratch / "strace.log"
    what = "signal=SIGKILL" if fault == "kill" else "error=EIO"
    before = ["strace", "-f", "-qq", "-o", log, "-e", f"trace={calls}", "-e", f"inject={calls}:{what}:when={count}"]
    run = trial.run(*command, before=before)
    text = log.read_text(errors="replace")
    came = "SIGKILL" in text or "(INJECTED)" in text
    reported = [json.loads(line) for line in run.stdout.decode(errors="replace").splitlines() if line.endswith("}")]
    reported = [line["record"] for line in reported if line.get("status") == "new"]
    trial.checkpoint(must=True)
    # Without its mark, an archive that was not adopted yet cannot be told to be the newest.
    trial.verify("after the fault", may=(0, 2) if scenario == "adopt" else (0,))
    for record in reported:
        if trial.run("show", record).returncode != 0:
            trial.problems.append(f"{record} was reported as stored and is not there")
    again = trial.run("--json", "ingest", scratch / "docs")
    if scenario == "adopt" and b"isnad log adopt" in again.stderr:
        adopted = trial.run(*adopt)
        if adopted.returncode != 0:
            trial.problems.append(f"adopting again: {adopted.stderr.decode()}")
        again = trial.run("--json", "ingest", scratch / "docs")
    if again.returncode != 0:
        trial.problems.append(f"the same ingestion again: status {again.returncode}: {again.stderr.decode()}")
    trial.checkpoint(must=True)
    trial.verify("at the end")
    trial.export()
    trial.go(checker)
    return came, trial.problems


def go_checker(folder):
    gocode = "/usr/share/gocode"
    if not shutil.which("go") or not os.path.isdir(f"{gocode}/src/golang.org/x/mod/sumdb/tlog"):
        print("skipped: the check by Go's sumdb: golang-go or golang-golang-x-mod-dev is not installed")
        return None
    program = folder / "check-log"
    subprocess.run(["go", "build", "-o", program, "./tests/interop/go"], cwd=Path(__file__).resolve().parents[2], check=True,
                   env={**os.environ, "GO111MODULE": "off", "GOPATH": gocode})
    return program


def prepare(options, folder):
    """An archive with a few entries, and documents that are not in it yet."""
    (folder / "docs").mkdir(parents=True)
    (folder / "first").mkdir()
    for index in range(3):
        text = f"Ferry number {index} left the harbour of Zeren before dawn.\n\nNobody but the keeper of the lighthouse saw it go."
        (folder / ("first" if index == 0 else "docs") / f"{index}.txt").write_text(text)
    env = {**os.environ, "ISNAD_STATE": str(folder / "state")}
    for args in (["init", "--origin", "log.example/crash"], ["ingest", folder / "first"]):
        subprocess.run([options.binary, "--archive", folder / "archive", *args], check=True, capture_output=True, env=env)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", default="target/release/isnad")
    parser.add_argument("--every", type=int, default=1, help="take each Nth call only")
    parser.add_argument("--at-most", type=int, default=10_000, help="faults of one kind at one kind of call")
    options = parser.parse_args()
    options.binary = str(Path(options.binary).resolve())
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"{options.binary} is no program; build it with `cargo build --release`")
    if not shutil.which("strace") or subprocess.run(["strace", "-qq", "true"], capture_output=True).returncode != 0:
        print("skipped: strace is not installed, or may not trace here")
        return
    failed, tried = 0, 0
    with tempfile.TemporaryDirectory(prefix="isnad-crash-") as folder:
        folder = Path(folder)
        prepare(options, folder / "base")
        checker = go_checker(folder)
        for scenario, fault, (name, calls) in itertools.product(("ingest", "adopt"), ("kill", "eio"), CALLS.items()):
            count = came = 0
            while came < options.at_most:
                count += options.every if count else 1
                scratch = folder / "trial"
                shutil.rmtree(scratch, ignore_errors=True)
                there, problems = inject(options, folder / "base", scratch, checker, scenario, calls, count, fault)
                if not there:
                    break
                came += 1
                for problem in problems:
                    print(f"FAIL  {scenario}: {fault} at {name} {count}: {problem}", flush=True)
                failed += bool(problems)
            tried += came
            print(f"{'ok   ' if not failed else '     '} {scenario}: {fault} at {came} calls of {name}", flush=True)
            if name in ("write", "fsync", "rename") and came == 0:
                print(f"FAIL  no {name} was ever reached", flush=True)
                failed += 1
    print(f"{failed} of {tried} faults did harm" if failed else f"none of {tried} faults did harm")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
