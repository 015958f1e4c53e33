#!/usr/bin/env python3
"""What README.md and docs/service.md say, tried: systemd's own check of the unit, nginx in front, the Dockerfile; and what shells and
manual pagers of others make of completions, manual pages and colours.

    tests/interop/service.py [target/release/isnad]

Each part needs a program that Debian has (systemd-analyze, nginx, bash, zsh, fish, groff, mandoc, script) or PyPI has
(dockerfile-parse); a part whose program is missing is skipped by name. An image is built only where a docker daemon answers
and ISNAD_DOCKER is set, for that compiles everything again. Exit status: 0 all that ran held, 1 something did not.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

ISNAD = Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/isnad").resolve()
ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "README.md").read_text() + (ROOT / "docs" / "service.md").read_text()
os.environ["PATH"] += ":/usr/sbin:/sbin"
failures = []


def hold(what, holds, found=""):
    print(("ok    " if holds else "FAIL  ") + what + ("" if holds else f": {found}"), flush=True)
    if not holds:
        failures.append(what)


def have(program):
    if shutil.which(program):
        return True
    print(f"skipped: {program} is missing")
    return False


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, **options)
    return done.returncode, done.stdout


def block(language):
    """The only block of code of a language in the guide."""
    found = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)
    assert len(found) == 1, f"README.md and docs/service.md: {len(found)} blocks of {language}"
    return found[0]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def unit(scratch):
    if not have("systemd-analyze"):
        return
    path = scratch / "isnad.service"
    path.write_text(block("ini").replace("/usr/local/bin/isnad", str(ISNAD)))
    status, said = run("systemd-analyze", "verify", "--man=no", path)
    ours = [line for line in said.splitlines() if "isnad" in line]
    hold("systemd-analyze verify has nothing to say about the unit", status == 0 and not ours, said)
    status, said = run("systemd-analyze", "security", "--offline=true", "--no-pager", path)
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    hold("systemd-analyze security finds little exposed", exposure and float(exposure[1]) < 2.5, said[-2000:])


def get(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def proxy(scratch):
    if not have("nginx"):
        return
    inner, outer = free_port(), free_port()
    snippet = block("nginx").replace("127.0.0.1:8080", f"127.0.0.1:{inner}")
    temporary = "".join(f"{kind}_temp_path {scratch}/t;" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    (scratch / "nginx.conf").write_text(
        f"daemon off; pid {scratch}/nginx.pid; error_log {scratch}/error.log; events {{}}\n"
        f"http {{ access_log {scratch}/access.log; {temporary} server {{ listen 127.0.0.1:{outer};\n{snippet}\n}} }}\n"
    )
    nginx = ["nginx", "-p", scratch, "-c", scratch / "nginx.conf"]
    status, said = run(*nginx, "-t")
    hold("nginx takes the snippet", status == 0, said)
    isnad = [ISNAD, "--archive", scratch / "archive"]
    run(*isnad, "init", "--public-url", "https://archive.example")
    url = "https://paper.example/a?x=1"
    line = {"url": url, "captured_at": "2024-05-03T12:00:00Z", "text": "The keeper of the light wrote a letter.\nNobody read it."}
    (scratch / "in.jsonl").write_text(json.dumps(line) + "\n")
    run(*isnad, "ingest", scratch / "in.jsonl")
    commands = [[*isnad, "serve", "--listen", f"127.0.0.1:{inner}", "--behind-proxy", "--rate", "2"], nginx]
    running = [subprocess.Popen(list(map(str, c)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for c in commands]
    try:
        for port in (inner, outer):
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.05)
        status, headers, body = get(outer, f"/timemap/link/{url}")
        hold("a whole URL in a path passes the proxy", status == 200 and "https://archive.example/timegate/" in body,
             (status, body))
        status, headers, _ = get(outer, "/")
        hold("the headers that protect pass the proxy", status == 200 and "default-src 'none'" in headers.get(
            "content-security-policy", headers.get("Content-Security-Policy", "")), headers)
        # The proxy overwrites what a client says of itself: one client cannot pass for many.
        statuses = {get(outer, "/verify", **{"X-Forwarded-For": f"203.0.113.{at}"})[0] for at in range(200)}
        hold("who asks too often behind a proxy is told so", statuses == {200, 429}, statuses)
        get(outer, "/audit?q=quackenbush")
        log = (scratch / "access.log").read_text() if (scratch / "access.log").exists() else ""
        hold("nginx writes no question down", "quackenbush" not in log, log[-500:])
    finally:
        for process in running:
            process.terminate()
            process.wait(30)


def docker(scratch):
    text = block("dockerfile")
    try:
        venv.create(scratch / "venv", with_pip=True)
        subprocess.run([scratch / "venv/bin/pip", "install", "-q", "dockerfile-parse==2.0.1"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: dockerfile-parse cannot be installed ({error})")
        return
    (scratch / "Dockerfile").write_text(text)
    program = "import dockerfile_parse, json, sys; print(json.dumps(dockerfile_parse.DockerfileParser(sys.argv[1]).structure))"
    status, said = run(scratch / "venv/bin/python", "-c", program, scratch / "Dockerfile")
    steps = [(step["instruction"], step["value"]) for step in json.loads(said)] if status == 0 else []
    words = [name for name, _ in steps]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
    hold("the Dockerfile parses", status == 0 and words[0] == "FROM" and set(words) <= known, said)
    value = dict(steps)
    hold("its last stage runs isnad as a user without rights", value["USER"] == "isnad" and value["ENTRYPOINT"] == '["isnad"]'
         and words.index("USER") > len(words) - 1 - words[::-1].index("FROM"), steps)
    status, said = run(ISNAD, *json.loads(value["CMD"]), "--help")
    hold("isnad knows the command that the image runs", status == 0, said)
    if not os.environ.get("ISNAD_DOCKER"):
        print("skipped: ISNAD_DOCKER is not set, so no image is built")
    elif run("docker", "info")[0] != 0:
        print("skipped: no docker daemon answers, so no image is built")
    else:
        status, said = run("docker", "build", "-q", "-f", scratch / "Dockerfile", ROOT)
        hold("the image builds", status == 0, said[-3000:])


def completions(scratch):
    commands = {"bash": 'source {file}; COMP_WORDS=(isnad pub); COMP_CWORD=1; _isnad isnad pub isnad; echo "${{COMPREPLY[@]}}"',
                "zsh": "autoload -U compinit && compinit -u -d {file}.dump && source {file} && whence -w _isnad",
                "fish": "source {file}; complete -C 'isnad pub'"}
    for shell, command in commands.items():
        if not have(shell):
            continue
        file = scratch / f"isnad.{shell}"
        status, script = run(ISNAD, "completions", shell)
        file.write_text(script)
        status, said = run(shell, "-n", file)
        hold(f"{shell} parses its completions", status == 0 and not said, said)
        status, said = run(shell, "-c", command.format(file=file), env={**os.environ, "HOME": str(scratch)})
        wanted = "_isnad: function" if shell == "zsh" else "publish"
        hold(f"{shell} completes with them", status == 0 and wanted in said, said)
        hold(f"those of {shell} know every command", all(name in script for name in ["withhold", "serve", "behind-proxy"]))


def pages(scratch):
    status, said = run(ISNAD, "man", scratch / "man1")
    written = sorted((scratch / "man1").glob("*.1"))
    hold("manual pages are written", status == 0 and len(written) > 20, (said, len(written)))
    if have("groff"):
        warnings = [line for page in written for line in run("groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-z", page)[1].splitlines()]
        hold("groff has no warning", not warnings, warnings[:5])
        status, said = run("groff", "-Kutf8", "-man", "-Tutf8", "-P-cbou", scratch / "man1" / "isnad-serve.1")
        hold("a page says what the help says", status == 0 and "--behind-proxy" in said and "X-Forwarded-For" in said, said)
    if have("mandoc"):
        errors = [line for page in written for line in run("mandoc", "-Tlint", "-Werror", page)[1].splitlines()]
        hold("mandoc has no error", not errors, errors[:5])


def colours(scratch):
    if not have("script"):
        return
    isnad = f"{ISNAD} --archive {scratch / 'colours'}"
    line = "The keeper of the harbour wrote seven long letters about the storm that winter to the council"
    (scratch / "page.txt").write_text(line + ".\nNobody answered him.\n")
    run(*isnad.split(), "init")
    run(*isnad.split(), "ingest", scratch / "page.txt")
    asked = line.replace("seven", "nine").replace("storm", "gale")
    told = {}
    for name, before in [("terminal", ""), ("NO_COLOR", "NO_COLOR=1 ")]:
        told[name] = run("script", "-qec", f"{before}{isnad} audit '{asked}'", "/dev/null",
                         env={k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-256color"})[1]
    told["pipe"] = run(*isnad.split(), "audit", asked)[1]
    hold("a terminal gets colours", "\x1b[" in told["terminal"] and "seven" in told["terminal"], told["terminal"])
    hold("NO_COLOR is respected", "\x1b[3" not in told["NO_COLOR"] and "seven" in told["NO_COLOR"], told["NO_COLOR"])
    hold("a pipe gets none", "\x1b" not in told["pipe"] and "seven" in told["pipe"], told["pipe"])


def main():
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        os.environ["ISNAD_STATE"] = str(scratch / "state")
        for part in (unit, proxy, docker, completions, pages, colours):
            part(scratch)


main()
print(f"{len(failures)} failed" if failures else "everything held")
sys.exit(1 if failures else 0)
