"""A warm server, asked over one connection, timed by the clock on the wall and by the processor."""
import glob
import http.client
import json
import subprocess
import time
import urllib.parse


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


class Server:
    """`isnad serve` on a free port of the loopback, for as long as the `with` lasts."""

    def __init__(self, binary, folder):
        self.command = [binary, "--archive", folder, "serve", "--listen", "127.0.0.1:0"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("the server did not start")
            if "http://127.0.0.1:" in line:
                port = line.split("http://127.0.0.1:")[1].split("/")[0].split()[0].rstrip(".,;")
                break
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=120)
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def processor(self):
        """Seconds of processor time that all threads of the server have had."""
        spent = 0
        for path in glob.glob(f"/proc/{self.process.pid}/task/*/schedstat"):
            try:
                with open(path) as file:
                    spent += int(file.read().split()[0])
            except OSError:
                continue
        return spent / 1e9

    def ask(self, quote, limit=100):
        path = "/api/v1/audit?" + urllib.parse.urlencode({"q": quote, "limit": limit})
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        return response.status, response.read()

    def timed(self, quotes):
        """(wall, processor) milliseconds of each question; the answers are dropped."""
        times = []
        for quote in quotes:
            spent, began = self.processor(), time.perf_counter()
            status, _ = self.ask(quote)
            wall = time.perf_counter() - began
            if status != 200:
                raise SystemExit(f"the server answered {status} to {quote[:80]!r}")
            times.append((wall * 1e3, (self.processor() - spent) * 1e3))
        return times
