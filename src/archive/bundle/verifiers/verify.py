#!/usr/bin/env python3
"""Checks an isnad bundle offline. Needs Python 3.8 or newer, and for the signatures of time stamps the program openssl.

    python3 verify.py --key VKEY [--key VKEY…] [--ca FILE] [DIR|BUNDLE.zip]        (default: the folder we are in)

VKEY is a verifier key of the log, from a place that is not the bundle; a log that changed its key has several. FILE holds
the certificates of time-stamping authorities that you believe, as PEM. Exit status: 0 verified, 1 something does not
hold, 2 could not tell (no key, nothing to read). The bytes are stated in docs/format.md of isnad.
"""
import argparse
import base64
import binascii
import calendar
import datetime
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zlib

MAX_BUNDLE = 256 << 20
MAX_FILES = 20_000
MAX_RECORD = 16 * 1024
MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1
HASHED = ("title", "subhead", "body", "tweet")
VERIFIERS = ("verify.html", "verify.py", "verify.sh")


class Wrong(Exception):
    """Something does not hold."""


class Unknown(Exception):
    """It could not be looked at."""


def need(holds, why):
    if not holds:
        raise Wrong(why)


def sha(data):
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------------------------------------------- Ed25519, RFC 8032

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    """Adds two points in extended coordinates."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decode(data):
    """Reads a point; None where these 32 bytes are none, or not in their only spelling."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == P - u and u != 0:
        x = x * ROOT % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decode(bytes.fromhex("58" + "66" * 31))


def small(point):
    return same(times(8, point), (0, 1, 1, 0))


def signed(public, message, signature):
    """Checks a signature; keys and points for which anybody could sign are refused."""
    if len(signature) != 64:
        return False
    a, r, s = decode(public), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or small(a) or small(r):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(h, a)))


# ------------------------------------------------------------------------------------------------------- texts of a log


def unbase64(text):
    """Standard base64 in its only spelling."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


SPACES = "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def is_name(name):
    return bool(name) and not any(c == "+" or c <= " " or "\x7f" <= c <= "\x9f" or c in SPACES for c in name)


def parse_key(text):
    """Reads <name>+<8 hex digits>+base64(0x01, 32 bytes)."""
    parts = text.strip().split("+", 2)
    data = unbase64(parts[2]) if len(parts) == 3 else None
    if data is None or len(data) != 33 or data[0] != 1 or not is_name(parts[0]):
        raise Unknown("the key is not <name>+<8 hex digits>+<base64> of an Ed25519 key; copy all of it")
    if not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise Unknown("the key is not <name>+<8 hex digits>+<base64>; copy all of it")
    point = decode(data[1:])
    if point is None or small(point):
        raise Unknown("the key is not a sound Ed25519 public key")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Unknown("the key's id does not belong to its name and bytes: one of them was changed or mistyped")
    return parts[0], key_id, data[1:]


def parse_note(data):
    """Reads a signed note: its text, and (name, key id, signature) of each line under it."""
    need(len(data) <= 1_000_000, "it is longer than a note may be")
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("it is not UTF-8")
    blank = note.rfind("\n\n")
    need(blank >= 0, "it has no blank line between text and signatures")
    text, lines = note[: blank + 1], note[blank + 2 :]
    need(lines.endswith("\n"), "it does not end with a signature line")
    need(not any(c < " " and c != "\n" for c in text), "its text holds a control character")
    signatures = []
    for line in lines[:-1].split("\n"):
        parts = line.split(" ", 2)
        need(len(parts) == 3 and parts[0] == "\u2014" and is_name(parts[1]), "a line under it is no signature line")
        signature = unbase64(parts[2])
        need(signature is not None and len(signature) > 4, "a signature is not in canonical base64")
        signatures.append((parts[1], signature[:4], signature[4:]))
    need(len(signatures) <= 100, "it has more than 100 signatures")
    return text, signatures


def decimal(text):
    need(re.fullmatch("0|[1-9][0-9]{0,17}", text), "a number in it is not a decimal number of at most 18 digits")
    return int(text)


def parse_hash(text):
    data = unbase64(text)
    need(data is not None and len(data) == 32, "a hash in it is not 32 bytes in canonical base64")
    return data


class Head:
    """The head of a log."""

    def __init__(self, data):
        self.data = data
        self.text, self.signatures = parse_note(data)
        lines = self.text[:-1].split("\n")
        need(len(lines) >= 3 and all(lines), "it is no checkpoint: origin, size and root are three lines")
        self.origin, self.size, self.root = lines[0], decimal(lines[1]), parse_hash(lines[2])
        need(self.size or self.root == hashlib.sha256().digest(), "it is a head without entries, with a root")

    def claimed(self):
        return ", ".join("%s (key %s)" % (s[0], s[1].hex()) for s in self.signatures)

    def knows(self, keys):
        """Whether a signature under the head claims to be by one of these keys."""
        return any(s[:2] == key[:2] for s in self.signatures for key in keys)

    def signed_by(self, keys):
        """Every signature that claims to be by a key must be; one key that is named as the log must have signed."""
        names = set()
        for name, key_id, signature in self.signatures:
            public = next((key[2] for key in keys if key[:2] == (name, key_id)), None)
            if public is not None:
                need(signed(public, self.text.encode(), signature), "a signature under the head is not by the key given")
                names.add(name)
        need(names, "no key given has signed; those that claim to have: " + self.claimed())
        need(self.origin in names, "the key given is that of another log than this head")

    def proves(self, proof, entry):
        """Checks a proof (c2sp.org/tlog-proof) that leads from this entry to this head."""
        head, blank, note = proof.partition(b"\n\n")
        need(blank and note == self.data, "the proof leads to another checkpoint than the one here")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Wrong("the proof is not in its canonical form")
        need(lines[0] == "c2sp.org/tlog-proof@v1", "the proof does not begin as one")
        need(len(lines) > 1 and lines[1].startswith("index "), "the proof has no index where it belongs")
        index, path = decimal(lines[1][6:]), [parse_hash(line) for line in lines[2:]]
        need(index < self.size, "the proof is for an entry that the log does not have")
        node, at, last = hashlib.sha256(b"\0" + entry).digest(), index, self.size - 1
        for sibling in path:
            need(last, "the proof is too long")
            if at & 1 or at == last:
                node = hashlib.sha256(b"\1" + sibling + node).digest()
                while not at & 1 and at:
                    at, last = at >> 1, last >> 1
            else:
                node = hashlib.sha256(b"\1" + node + sibling).digest()
            at, last = at >> 1, last >> 1
        need(last == 0, "the proof is too short")
        need(node == self.root, "the proof does not lead to the root of the head")
        return index


# -------------------------------------------------------------------------------------------------------------- records


def unique(pairs):
    need(len({key for key, _ in pairs}) == len(pairs), "a key stands twice in it")
    return dict(pairs)


def not_an_integer(_):
    raise Wrong("it holds a number that is no integer")


def plain(value, depth=0):
    """Refuses what other languages would read otherwise."""
    need(depth <= MAX_DEPTH, "it lies in itself too deep")
    if isinstance(value, dict):
        for key, item in value.items():
            need(re.fullmatch("[A-Za-z0-9_-]+", key), "a key in it is no word of ASCII")
            plain(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            plain(item, depth + 1)
    elif isinstance(value, int):
        need(abs(value) <= MAX_INTEGER, "it holds a number that is not the same everywhere")


def is_digest(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def parse_record(data, kind):
    """Reads a record: canonical JSON (RFC 8785, integers only) of this kind."""
    need(len(data) <= MAX_RECORD, "it is longer than a record may be")
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=unique, parse_float=not_an_integer, parse_constant=not_an_integer
        )
        plain(value)
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Wrong("it is not JSON in UTF-8")
    need(again == data, "it is not in canonical form")
    need(isinstance(value, dict) and value.get("kind") == kind, "it is no %s record" % kind)
    need(is_count(value.get("v")) and value["v"] == 1, "it is a record of a version that is not known here")
    if kind == "capture":
        payload, kept = value.get("payload"), value.get("attachments")
        need(isinstance(payload, dict) and is_digest(payload.get("sha256")), "it names no payload")
        need(is_count(payload.get("bytes")), "it names no length of the payload")
        need(isinstance(kept, list), "it has no list of attachments")
        need(all(isinstance(one, dict) and is_digest(one.get("sha256")) for one in kept), "an attachment has no digest")
    else:
        article = value.get("article", 0)
        need(is_digest(value.get("capture")) and is_digest(value.get("blocks")), "it names no capture or no blocks")
        fine = isinstance(article, dict) and is_digest(article.get("sha256")) and is_count(article.get("bytes"))
        need(article is None or fine, "it says nothing of an article")
    return value


def parse_blocks(data):
    need(not data or data.endswith(b"\n"), "the list of blocks ends inside a line")
    blocks = []
    for line in data.split(b"\n")[:-1]:
        found = re.fullmatch(rb"(title|subhead|body|tweet|byline|caption|furniture) ([0-9a-f]{64})", line)
        need(found, "a line of the list of blocks is no role and block")
        blocks.append((found[1].decode(), found[2].decode()))
    return blocks


def made_of(text, blocks):
    """The text is its hashed blocks, title first, joined by two line feeds, with one at the end."""
    need(text.endswith(b"\n"), "the text does not end with a line feed")
    lines = text[:-1].split(b"\n")
    need(len(lines) % 2, "the text ends with a line too much")
    need(all(bool(line) == (at % 2 == 0) for at, line in enumerate(lines)), "a block of it is empty or has a line break")
    titles = [block for role, block in blocks if role == "title"][:1]
    listed = titles + [block for role, block in blocks if role in HASHED[1:]]
    found = [sha(line) for line in lines[::2]]
    need(found == listed, "the text is not made of the blocks that the reading lists")


# --------------------------------------------------------------------------------------------------- files of a bundle


def what_is(name):
    """What a file is, by its name; None where bundles have no such file."""
    evidence = {
        "article.txt": "text",
        "blocks.txt": "block-list",
        "capture.json": "capture-record",
        "capture.leaf": "capture-leaf",
        "citation.tlog-proof": "capture-proof",
        "reading.json": "reading-record",
        "reading.leaf": "reading-leaf",
        "reading.tlog-proof": "reading-proof",
    }
    root = {"README.txt": "readme", "audit.json": "audit", "checkpoint": "checkpoint", "payload.bin": "payload"}
    number = "[1-9][0-9]{0,3}"
    if name in VERIFIERS:
        return "verifier"
    found = re.fullmatch("evidence/%s/(.*)" % number, name)
    if found:
        return "block" if re.fullmatch("block-%s[.]txt" % number, found[1]) else evidence.get(found[1])
    if re.fullmatch("attachments/%s[.]bin" % number, name):
        return "attachment"
    found = re.fullmatch("stamps/%s[.](checkpoint|tlog-proof|tsr)" % number, name)
    if found:
        return {"checkpoint": "stamped-checkpoint", "tlog-proof": "stamp-proof", "tsr": "stamp-response"}[found[1]]
    return root.get(name) or evidence.get(name)


def manifest(files):
    """Writes the manifest anew: there is one for a set of files, so nobody has to parse it."""
    lines = [
        '{"bytes":%d,"is":"%s","name":"%s","sha256":"%s"}' % (len(files[name]), what_is(name), name, sha(files[name]))
        for name in sorted(files)
        if name != "manifest.json"
    ]
    return ('{"files":[%s],"kind":"isnad-bundle","v":1}' % ",".join(lines)).encode()


def count(files, before, after):
    number = 0
    while before + str(number + 1) + after in files:
        number += 1
    return number


def check_shape(files):
    """Only files of the layout are there, none is missing, and the manifest is theirs."""
    for name in files:
        need(name == "manifest.json" or what_is(name), "%s: a bundle has no such file" % name)
    expected = {"README.txt", "checkpoint", "manifest.json", *VERIFIERS}
    audit = "audit.json" in files
    folders = [""]
    if audit:
        expected.add("audit.json")
        folders = ["evidence/%d/" % (at + 1) for at in range(count(files, "evidence/", "/capture.json"))]
    for folder in folders:
        expected |= {folder + name for name in ("capture.json", "capture.leaf", "citation.tlog-proof")}
        if folder + "reading.json" in files:
            expected |= {folder + name for name in ("reading.json", "reading.leaf", "reading.tlog-proof", "blocks.txt")}
            expected |= {folder + "article.txt"} & set(files)
        if audit:
            blocks = count(files, folder + "block-", ".txt")
            expected |= {"%sblock-%d.txt" % (folder, at + 1) for at in range(blocks)}
    if not audit:
        expected.add("payload.bin")
        expected |= {"attachments/%d.bin" % (at + 1) for at in range(count(files, "attachments/", ".bin"))}
    for at in range(count(files, "stamps/", ".checkpoint")):
        expected |= {"stamps/%d.%s" % (at + 1, ending) for ending in ("checkpoint", "tlog-proof", "tsr")}
    missing, more = expected - set(files), set(files) - expected
    need(not missing, "missing: " + ", ".join(sorted(missing)))
    need(not more, "belongs to nothing here: " + ", ".join(sorted(more)))
    need(files["manifest.json"] == manifest(files), "manifest.json is not that of the files here")


def is_plain(name):
    return (
        len(name) <= 100
        and re.fullmatch(r"[A-Za-z0-9./-]+", name) is not None
        and all(part and not part.startswith(".") for part in name.split("/"))
    )


def write_zip(files):
    """Writes the only zip that a bundle with these files can be."""
    out, directory = bytearray(), bytearray()

    def number(value, length):
        return value.to_bytes(length, "little")

    for name in sorted(files):
        data, raw = files[name], name.encode()
        common = number(10, 2) + bytes(6) + number(0x21, 2) + number(zlib.crc32(data), 4) + number(len(data), 4) * 2
        common += number(len(raw), 2) + bytes(2)
        directory += b"PK\1\2" + number(10, 2) + common + bytes(10) + number(len(out), 4) + raw
        out += b"PK\3\4" + common + raw + data
    ends = number(len(files), 2) * 2 + number(len(directory), 4) + number(len(out), 4)
    return bytes(out + directory + b"PK\5\6" + bytes(4) + ends + bytes(2))


def read_zip(data):
    """Reads members that are stored, one behind the other; then the whole zip must be the one that they make."""
    files, at = {}, 0
    while data[at : at + 4] == b"PK\3\4":
        field = lambda offset, length: int.from_bytes(data[at + offset : at + offset + length], "little")
        length, names = field(22, 4), field(26, 2)
        raw = data[at + 30 : at + 30 + names]
        name = raw.decode("ascii", "replace")
        need(is_plain(name), "the zip names a file that no bundle has: %r" % name)
        need(field(8, 2) == 0, "%s is compressed; the files of a bundle are not" % name)
        begin = at + 30 + names + field(28, 2)
        need(begin + length <= len(data), "the zip is cut off inside %s" % name)
        need(name not in files and len(files) < MAX_FILES, "%s stands twice in the zip, or it has too many files" % name)
        files[name] = data[begin : begin + length]
        at = begin + length
    need(files, "it is no zip of a bundle")
    need(write_zip(files) == data, "the zip is not as isnad writes it: cut off, changed or packed anew")
    return files


def read_folder(folder):
    files, total = {}, 0
    for path, folders, names in os.walk(folder, followlinks=False):
        for name in folders + names:
            full = os.path.join(path, name)
            below = os.path.relpath(full, folder).replace(os.sep, "/")
            mode = os.lstat(full).st_mode
            if stat.S_ISDIR(mode):
                need(is_plain(below) and below.count("/") < 2, "%s: a bundle has no such folder" % below)
                continue
            known = below == "manifest.json" or what_is(below)
            need(stat.S_ISREG(mode) and known, "%s: a bundle has no such file" % below)
            total += os.path.getsize(full)
            need(total <= MAX_BUNDLE and len(files) < MAX_FILES, "it is larger than any bundle")
            with open(full, "rb") as file:
                files[below] = file.read()
    need(files, "the folder is empty")
    return files


def read_bundle(path):
    if os.path.isdir(path):
        return read_folder(path)
    with open(path, "rb") as file:
        data = file.read(MAX_BUNDLE + 1)
    need(len(data) <= MAX_BUNDLE, "it is larger than any bundle")
    return read_zip(data)


# ---------------------------------------------------------------------------------------------------------- the checks


class Report:
    def __init__(self):
        self.failed, self.unknown = 0, 0

    def held(self, what):
        print("ok       " + what)

    def cannot_tell(self, what):
        self.unknown += 1
        print("unknown  %s" % what)

    def check(self, what, run):
        """Runs one check; returns what it returned, or None when it does not hold."""
        try:
            result = run()
        except Wrong as why:
            self.failed += 1
            print("FAILED   %s: %s" % (what, why))
            return None
        except Unknown as why:
            self.cannot_tell(why)
            return None
        self.held(what)
        return True if result is None else result


def check_evidence(files, folder, head, report):
    """One capture with what was read in it."""
    get = lambda name: files[folder + name]
    capture_id = sha(get("capture.json"))

    def logged(kind, proof, record):
        entry = ("isnad/v1 %s %s\n" % (kind, record)).encode()
        need(get(kind + ".leaf") == entry, "%s.leaf is not the entry of this record" % kind)
        return head.proves(get(proof), entry)

    capture = report.check("capture record " + capture_id, lambda: parse_record(get("capture.json"), "capture"))
    report.check("the log has the capture record", lambda: logged("capture", "citation.tlog-proof", capture_id))
    if capture and not folder:

        def payload():
            data = get("payload.bin")
            stated = capture["payload"]
            need(sha(data) == stated["sha256"], "the capture record names another payload")
            need(len(data) == stated["bytes"], "the capture record states another length")

        def attachments():
            kept = [one["sha256"] for one in capture["attachments"]]
            here = [sha(get("attachments/%d.bin" % (at + 1))) for at in range(count(files, "attachments/", ".bin"))]
            need(kept == here, "the capture record names other attachments")

        report.check("payload.bin is what was captured", payload)
        report.check("the attachments are those of the capture", attachments)
    if folder + "reading.json" not in files:
        return
    reading_id = sha(get("reading.json"))

    def parse_reading():
        value = parse_record(get("reading.json"), "reading")
        need(value["capture"] == capture_id, "it reads another capture than the one here")
        return value

    reading = report.check("reading record " + reading_id, parse_reading)
    report.check("the log has the reading record", lambda: logged("reading", "reading.tlog-proof", reading_id))
    if not reading:
        return

    def list_of_blocks():
        need(sha(get("blocks.txt")) == reading["blocks"], "blocks.txt is not the list that the reading record states")
        return (parse_blocks(get("blocks.txt")),)

    blocks = report.check("blocks.txt is the page as it was read", list_of_blocks)
    if not blocks:
        return

    def text():
        stated = reading["article"]
        need((stated is not None) == (folder + "article.txt" in files), "article.txt is missing, or there is none")
        if stated is not None:
            data = get("article.txt")
            need(sha(data) == stated["sha256"], "the reading record states another text")
            need(len(data) == stated["bytes"], "the reading record states another length")
            made_of(data, blocks[0])

    has_text = folder + "article.txt" in files
    report.check("article.txt is the text " + sha(get("article.txt")) if has_text else "no article was read", text)
    for at in range(count(files, folder + "block-", ".txt")):
        block = sha(get("block-%d.txt" % (at + 1)))
        listed = lambda: need(block in [one for _, one in blocks[0]], "the reading lists no such block")
        report.check("%sblock-%d.txt is on the page" % (folder, at + 1), listed)


def check_audit(files):
    """Every place that the answer names is in the evidence."""
    try:
        answer = json.loads(files["audit.json"].decode("utf-8"))
        places = [place for name in ("occurrences", "contenders", "possibly") for place in answer[name]]
        clocks = [answer["first"][clock] for clock in ("published", "captured", "logged", "stamped")]
        places += [place for place in clocks if place is not None]
        folders = ["evidence/%d/" % (at + 1) for at in range(count(files, "evidence/", "/capture.json"))]
        evidence = {sha(files[folder + "capture.json"]): folder for folder in folders}
        for place in places:
            words, stands = place["text"].encode("utf-8"), False
            for record in place["records"]:
                need(record in evidence, "the capture %s is not in the evidence" % record)
                folder = evidence[record]
                if place["start"] is not None and place["end"] is not None:
                    text = files.get(folder + "article.txt", b"")
                    need(sha(text) == place["article"], "an occurrence is in another article than its evidence")
                    need(text[place["start"] : place["end"]] == words, "an article does not carry the words there")
                    stands = True
                else:
                    blocks = range(count(files, folder + "block-", ".txt"))
                    stands = stands or any(words in files["%sblock-%d.txt" % (folder, at + 1)] for at in blocks)
            need(stands, "no capture of an occurrence carries its words")
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        raise Wrong("it is not the answer to an audit")


# ------------------------------------------------------------------------------------------- time stamps, RFC 3161 and 5652


def element(data, at, tag):
    """The element of DER at a place: where its content begins and ends."""
    need(at + 2 <= len(data) and data[at] == tag, "the time stamp is not in the form of RFC 3161")
    length, begin = data[at + 1], at + 2
    if length > 0x7F:
        size = length & 0x7F
        length = int.from_bytes(data[begin : begin + size], "big")
        need(1 <= size <= 4 and length > 0x7F and length >> 8 * (size - 1), "the time stamp is not in canonical DER")
        begin += size
    need(begin + length <= len(data), "the time stamp is cut off")
    return begin, begin + length


def inside(data, *path):
    """Goes down into elements; those in brackets are passed over."""
    at, end = 0, len(data)
    for step in path:
        if isinstance(step, tuple):
            for tag in step:
                at = element(data, at, tag)[1]
        else:
            at, end = element(data, at, step)
            data = data[:end]
    return data[at:end]


def stamped_info(response):
    """What the authority signed (TSTInfo), of a response that grants a stamp."""
    need(len(response) <= 1 << 20, "the time stamp is longer than any")
    begin, end = element(response, 0, 0x30)
    need(end == len(response), "bytes stand behind the time stamp")
    status, _ = element(response, begin, 0x30)
    need(response[status : status + 3] in (b"\2\1\0", b"\2\1\1"), "the authority gave no stamp")
    # ContentInfo, SignedData, its content: an octet string in [0].
    token = inside(response, 0x30, (0x30,), 0x30)
    need(token.startswith(bytes.fromhex("06092a864886f70d010702")), "the time stamp is not signed data")
    content = inside(token, (0x06,), 0xA0, 0x30, (0x02, 0x31), 0x30)
    need(content.startswith(bytes.fromhex("060b2a864886f70d0109100104")), "what is signed is no time stamp")
    return inside(content, (0x06,), 0xA0, 0x04)


def parse_info(info):
    """The SHA-256 that was stamped, and the time as the stamp writes it."""
    need(element(info, 0, 0x30)[1] == len(info), "bytes stand behind what was signed")
    fields = inside(info, 0x30)
    need(fields.startswith(b"\2\1\1"), "it is no time stamp of version 1")
    imprint = inside(fields, (0x02, 0x06), 0x30)
    sha256 = bytes.fromhex("0609608648016503040201")
    need(inside(imprint, 0x30) in (sha256, sha256 + b"\5\0"), "the stamp is not on a SHA-256")
    time = inside(fields, (0x02, 0x06, 0x30, 0x02), 0x18)
    written = time.decode("ascii", "replace")
    need(re.fullmatch(r"[0-9]{14}([.][0-9]*[1-9])?Z", written), "the stamp has no time as RFC 3161 writes it")
    return inside(imprint, (0x30,), 0x04), written


def openssl(*words):
    run = subprocess.run(["openssl", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return run.returncode == 0


def openssl_version():
    run = subprocess.run(["openssl", "version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return run.stdout.decode("ascii", "replace")


RSA_PSS = bytes.fromhex("06092a864886f70d01010a")


def check_authority(response, message, time, ca):
    """The signature of the stamp at its own time: up to the certificates in `ca`, or to the one that it brings along."""
    if not shutil.which("openssl"):
        raise Unknown("who signed the stamp: this needs the program openssl, which is not here")
    # A certificate that has run out since still vouches for what it stamped.
    second = calendar.timegm(datetime.datetime.strptime(time[:14], "%Y%m%d%H%M%S").timetuple())
    with tempfile.TemporaryDirectory(prefix="isnad-") as folder:
        path = lambda name: os.path.join(folder, name)
        for name, data in (("tsr", response), ("head", message)):
            with open(path(name), "wb") as file:
                file.write(data)
        verify = ["ts", "-verify", "-in", path("tsr"), "-data", path("head"), "-attime", str(second), "-CAfile"]
        # What is stamped was compared already; `openssl ts` knows RSA-PSS only where the key is for nothing else.
        pss = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", path("token"), "-purpose", "timestampsign",
               "-attime", str(second), "-out", path("info"), "-CAfile"]

        def holds(*believed):
            if openssl(*verify, *believed):
                return True
            if RSA_PSS not in response:
                return False
            if not re.match(r"OpenSSL ([3-9]|[1-9][0-9])\.", openssl_version()):
                raise Unknown("who signed the stamp, with RSA-PSS: this needs OpenSSL 3")
            return openssl(*pss, *believed)

        taken_out = openssl("ts", "-reply", "-in", path("tsr"), "-token_out", "-out", path("token"))
        if ca:
            need(holds(ca), "openssl ts -verify: no certificate that you believe stands behind it, or it was changed")
            return "its chain leads to a certificate in " + ca
        brought = taken_out and openssl(
            "pkcs7", "-inform", "DER", "-in", path("token"), "-print_certs", "-out", path("certificates"))
        need(brought, "the stamp brings no certificate along")
        signed_by_it = holds(path("certificates"), "-partial_chain")
        need(signed_by_it, "openssl ts -verify: it is not on this head, or not signed by the certificate in it")
    return "NOT checked: who issued its certificate. Give the authorities that you believe with --ca FILE"


def check_stamp(files, at, newest, keys, ca, report):
    get = lambda ending: files["stamps/%d.%s" % (at, ending)]

    def stamped():
        head = Head(get("checkpoint"))
        need(head.origin == newest.origin, "it is of another log")
        need("capture.json" in files, "stamps belong to one capture")
        head.proves(get("tlog-proof"), ("isnad/v1 capture %s\n" % sha(files["capture.json"])).encode())
        digest, time = parse_info(stamped_info(get("tsr")))
        need(digest == hashlib.sha256(get("checkpoint")).digest(), "the stamp is on something else than this head")
        if head.knows(keys):
            head.signed_by(keys)
        return head, time, check_authority(get("tsr"), get("checkpoint"), time, ca)

    found = report.check("stamp %d is on a head that holds the capture record" % at, stamped)
    if found:
        head, time, chain = found
        print("         at %s-%s-%s %s:%s:%s UTC; %s" % (time[:4], time[4:6], time[6:8], time[8:10], time[10:12], time[12:14], chain))
        if keys and not head.knows(keys):
            report.cannot_tell("who signed the head that was stamped: no key given has, but " + head.claimed())


def check_bundle(files, keys, ca, report):
    if not report.check("the bundle is whole, and nothing else is in it", lambda: check_shape(files)):
        return
    head = report.check("checkpoint is the head of a log", lambda: Head(files["checkpoint"]))
    if not head:
        return
    if "audit.json" in files:
        for at in range(count(files, "evidence/", "/capture.json")):
            check_evidence(files, "evidence/%d/" % (at + 1), head, report)
        report.check("audit.json names only what is in the evidence", lambda: check_audit(files))
    else:
        check_evidence(files, "", head, report)
    if keys:
        report.check("%s signed the head of %d entries" % (head.origin, head.size), lambda: head.signed_by(keys))
    else:
        report.cannot_tell("who signed the head of %s: no key was given" % head.origin)
    for at in range(count(files, "stamps/", ".checkpoint")):
        check_stamp(files, at + 1, head, keys, ca, report)


def main():
    # Names in a bundle may hold letters that this terminal has not.
    sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description="Checks an isnad bundle offline.")
    parser.add_argument("--key", metavar="VKEY", action="append", default=[],
                        help="verifier key of the log, from a place that is not the bundle; may be given several times")
    parser.add_argument("--ca", metavar="FILE", help="certificates of time-stamping authorities that you believe, as PEM")
    parser.add_argument("path", metavar="DIR|BUNDLE.zip", nargs="?", default=".")
    options = parser.parse_args()
    report = Report()
    try:
        keys = [parse_key(key) for key in options.key if key.strip()]
        if options.ca and not os.path.isfile(options.ca):
            raise Unknown("%s: there is no such file of certificates" % options.ca)
        files = read_bundle(options.path)
        check_bundle(files, keys, options.ca, report)
    except Wrong as why:
        print("FAILED   the bundle: %s" % why)
        report.failed += 1
    except (Unknown, OSError) as why:
        print("unknown  %s" % why)
        report.unknown += 1
    if report.failed:
        print("NOT VERIFIED: %d checks failed. Do not rely on this bundle." % report.failed)
        return 1
    if report.unknown:
        print("COULD NOT TELL: all that was looked at fits together; see the lines that begin with unknown."
              " Without the log's key (--key, from a place that is not this bundle) anybody could have made it.")
        return 2
    print("VERIFIED: the log whose key you gave has this, and every byte here is what it names.")
    print("Not proven by it: that the outlet published this, and when. See README.txt.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
