#!/usr/bin/env python3
"""Measures ingestion of a real corpus against a plain FTS5 table, and kills it on the way.

    tests/scale/ingest.py [--rounds N] [--kills N] [--first N] [--binary PATH] CORPUS.jsonl[.zst]

In turns, N times each: a plain FTS5 table is filled with the texts of the corpus by Python's sqlite3 in one
transaction, and `isnad ingest` takes the corpus into a new archive. Prints wall and CPU seconds of each, the ratio of
the best ones, peak memory, and the time of ingesting everything again. Then ingestions are killed with SIGKILL at
several moments and run to their end; articles, blocks and readings must equal those of an undisturbed one.

Exit status: 0 all limits hold, 1 one does not, 2 nothing could be measured.
Limits: 3 times the time of the table, 1 GiB of memory, a fifth of the time for known documents.
"""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

GIB = 1 << 30
failures = []


def check(holds, what):
    print(("ok    " if holds else "FAIL  ") + what, flush=True)
    if not holds:
        failures.append(what)


def lines_of(path):
    if not path.endswith(".zst"):
        with open(path, "rb") as file:
            yield from file
        return
    with subprocess.Popen(["zstd", "-dc", "--long=27", path], stdout=subprocess.PIPE) as process:
        yield from process.stdout
    if process.returncode != 0:
        raise SystemExit(f"{path}: zstd ended with {process.returncode}")


def fill_table(path, database):
    """Fills a plain FTS5 table; runs in a process of its own."""
    connection = sqlite3.connect(database)
    connection.execute("CREATE VIRTUAL TABLE news USING fts5 (text)")
    texts = ((json.loads(line)["text"],) for line in lines_of(path))
    with connection:
        connection.executemany("INSERT INTO news (text) VALUES (?)", texts)
    connection.close()


class Timed:
    """A process that has ended: its status, wall and CPU seconds, peak memory in bytes, and standard output."""

    def __init__(self, command, **options):
        began = time.monotonic()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, **options)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - began
            self.status = process.returncode
            self.cpu = usage.ru_utime + usage.ru_stime
            self.memory = usage.ru_maxrss * 1024
            output.seek(0)
            self.output = output.read()

    def __str__(self):
        return f"{self.wall:7.1f} s wall  {self.cpu:7.1f} s CPU  {self.memory / (1 << 20):6.0f} MiB"

    def summary(self):
        return json.loads(self.output.splitlines()[-1])["summary"]


def ingest(binary, folder, corpus):
    return Timed([binary, "--json", "--archive", folder, "ingest", corpus])


def new_archive(binary, folder):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([binary, "--archive", folder, "init"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents(folder):
    """What the archive holds, without nonces, clocks and order."""
    connection = sqlite3.connect(f"file:{folder}/isnad.db?mode=ro", uri=True)
    ids = lambda table: {row[0] for row in connection.execute(f"SELECT sha256 FROM {table}")}
    readings = []
    for body, payload in connection.execute(
        "SELECT s.body, p.sha256 FROM reading AS r JOIN record AS s ON s.id = r.record"
        " JOIN capture AS c ON c.record = r.capture JOIN payload AS p ON p.id = c.payload"
    ):
        stated = json.loads(body)
        del stated["capture"]
        readings.append((payload, json.dumps(stated, sort_keys=True)))
    found = ids("article"), ids("block"), sorted(readings)
    connection.close()
    return found


def measure(options, scratch):
    """Fills table and archive in turns; returns the best ingestion and leaves its archive in place."""
    archive, tables, ingestions = f"{scratch}/whole", [], []
    for turn in range(options.rounds):
        database = f"{scratch}/table.db"
        if os.path.exists(database):
            os.remove(database)
        tables.append(Timed([sys.executable, __file__, "--table", database, options.corpus]))
        print(f"table  {turn + 1}  {tables[-1]}", flush=True)
        new_archive(options.binary, archive)
        ingestions.append(ingest(options.binary, archive, options.corpus))
        print(f"ingest {turn + 1}  {ingestions[-1]}", flush=True)
        check(ingestions[-1].status == 0, f"ingestion ended with status {ingestions[-1].status}")
    best, table = min(ingestions, key=lambda run: run.wall), min(tables, key=lambda run: run.wall)
    cpu, table_cpu = min(run.cpu for run in ingestions), min(run.cpu for run in tables)
    memory = max(run.memory for run in ingestions)
    summary = best.summary()
    print(f"documents: {summary['new']} new, {summary['known']} known, {summary['rejected']} rejected")
    check(best.wall <= 3 * table.wall, f"{best.wall / table.wall:.2f} times the wall time of the table (limit 3)")
    print(f"      {cpu / table_cpu:.2f} times the CPU time of the table")
    check(memory < GIB, f"peak memory {memory / (1 << 20):.0f} MiB (limit 1024)")
    again = ingest(options.binary, archive, options.corpus)
    print(f"again     {again}")
    known = again.summary()
    check(known["new"] == known["corrected"] == 0, f"again: {known['known']} known, {known['new']} new")
    check(again.wall < best.wall / 5, f"again: {again.wall / best.wall:.3f} of the wall time, {again.cpu / cpu:.3f} of the CPU time (limit 0.2)")
    return archive, best


def kill(options, scratch, whole, best):
    archive = f"{scratch}/killed"
    new_archive(options.binary, archive)
    moments = random.Random(9)
    command = [options.binary, "--json", "--archive", archive, "ingest", options.corpus]
    for _ in range(options.kills):
        delay = moments.uniform(0.02, 0.6) * best.wall
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        print(f"      killed after {delay:.1f} s", flush=True)
    check(subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0, "the same command again ended with status 0")
    verified = subprocess.run([options.binary, "--archive", archive, "verify"], capture_output=True, text=True)
    check(verified.returncode == 0, f"verify: {verified.stderr.strip()}")
    check(contents(archive) == contents(whole), "articles, blocks and readings equal those of an undisturbed run")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="take only the first N lines")
    parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../../target/release/isnad"))
    parser.add_argument("--table", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.table:
        return fill_table(options.corpus, options.table)
    options.binary = os.path.abspath(options.binary)
    for needed in (options.binary, options.corpus):
        if not os.path.exists(needed):
            print(f"{needed} is missing", file=sys.stderr)
            raise SystemExit(2)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ISNAD_STATE"] = f"{scratch}/state"
        if options.first:
            part = f"{scratch}/part.jsonl"
            with open(part, "wb") as file:
                for number, line in enumerate(lines_of(options.corpus)):
                    if number == options.first:
                        break
                    file.write(line)
            options.corpus = part
        archive, best = measure(options, scratch)
        if options.kills:
            kill(options, scratch, archive, best)
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
