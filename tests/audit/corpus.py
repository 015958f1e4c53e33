"""The real corpus, its archives, and quotations taken from it by a fixed chance."""
import json
import os
import random
import re
import shutil
import subprocess

CORPORA = ("arabic-news", "english-news")
SEED = 4
# Articles held back from the second archive, as a share.
HELD_BACK = 0.06

DROPPED = re.compile("[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"})
WORD = re.compile(r"[^\W_]+")
MARKS = re.compile("«([^«»]+)»|“([^“”]+)”|\"([^\"]+)\"")


def norm(text):
    """The normalisation that `reuse/` states for its lists; independent of the program's own."""
    return " ".join(WORD.findall(DROPPED.sub("", text).translate(LETTERS).lower()))


def lines_of(path):
    with subprocess.Popen(["zstd", "-dc", "--long=27", path], stdout=subprocess.PIPE) as process:
        yield from process.stdout
    if process.returncode != 0:
        raise SystemExit(f"{path}: zstd ended with {process.returncode}")


class Article:
    """One article of the corpus; `sha` is its id in an archive."""

    __slots__ = ("id", "corpus", "title", "text", "outlet", "published", "sha")

    def __init__(self, given):
        for name in ("id", "corpus", "title", "text", "outlet", "published"):
            setattr(self, name, given[name])
        self.sha = None


class Quote:
    """Words with the article they were taken from, and every article that is known to carry them, earliest first."""

    __slots__ = ("words", "source", "carried", "times")

    def __init__(self, words, source, carried=None, times=None):
        self.words, self.source = words, source
        self.carried, self.times = carried or [source], times


class Corpus:
    """All articles by id, in the order of their files."""

    def __init__(self, data):
        self.data = data
        self.articles = {}
        for name in CORPORA:
            for line in lines_of(f"{data}/{name}.jsonl.zst"):
                article = Article(json.loads(line))
                self.articles[article.id] = article
        self.order = list(self.articles)

    def reuse(self):
        """The quotations that several outlets carry word for word."""
        for line in lines_of(f"{self.data}/reuse/quotes.jsonl.zst"):
            given = json.loads(line)
            places = given["occurrences"]
            carried = [place["id"] for place in places]
            yield Quote(given["quote"], carried[0], carried, [place["when"] for place in places])

    def own(self, count, among, label):
        """`count` passages between quotation marks, of 8 to 60 words, each of another one of the articles `among`."""
        chance = random.Random(f"{SEED} {label}")
        ids = sorted(among)
        chance.shuffle(ids)
        found = []
        for name in ids:
            text = re.sub(r"\s*\n\s*" if self.articles[name].corpus.startswith("reuters") else "$^", " ", self.articles[name].text)
            passages = [next(filter(None, match.groups())) for line in text.split("\n") for match in MARKS.finditer(line)]
            passages = [passage.strip() for passage in passages if 8 <= len(passage.split()) <= 60]
            if passages:
                found.append(Quote(chance.choice(passages), name))
            if len(found) == count:
                break
        return found

    def near(self):
        """Pairs of articles that are versions of one text."""
        for line in lines_of(f"{self.data}/reuse/near-dups.jsonl.zst"):
            given = json.loads(line)
            yield given["a"], given["b"]

    def held_back(self):
        """The articles that the second archive lacks: a fixed share, none with a near copy anywhere."""
        copied = {name for pair in self.near() for name in pair}
        chance = random.Random(f"{SEED} held back")
        return {name for name in self.order if chance.random() < HELD_BACK and name not in copied}


class Archive:
    """An archive made of the corpus, kept between runs as long as the program reads texts alike."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, *arguments, **options):
        return subprocess.run([self.binary, "--archive", self.folder, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def versions(self):
        """The versions that decide what an archive holds; none where there is no archive."""
        done = self.run("--json", "audit", "nobody wrote these words")
        try:
            versions = json.loads(done.stdout)["versions"]
        except (ValueError, KeyError):
            return None
        return {name: versions[name] for name in ("canonical", "fold", "tokens", "extractor")}

    def make(self, sources, stdin=None):
        """Ingests unless the archive is there; returns what ingestion said of each document."""
        kept = f"{self.folder}/ingested.jsonl"
        if os.path.exists(kept):
            with open(f"{self.folder}/versions.json", encoding="utf-8") as file:
                if json.load(file) == self.versions():
                    return self.said()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        if self.run("init").returncode != 0:
            raise SystemExit(2)
        with open(kept + ".part", "wb") as out:
            command = [self.binary, "--archive", self.folder, "--json", "ingest", *sources]
            status = subprocess.run(command, stdin=stdin, stdout=out, stderr=subprocess.DEVNULL).returncode
        if status != 0:
            raise SystemExit(f"{self.folder}: ingestion ended with {status}")
        with open(f"{self.folder}/versions.json", "w", encoding="utf-8") as file:
            json.dump(self.versions(), file)
        os.rename(kept + ".part", kept)
        return self.said()

    def said(self):
        with open(f"{self.folder}/ingested.jsonl", encoding="utf-8") as file:
            return [given for given in map(json.loads, file) if "article" in given]

    def audit(self, quotes, limit=1000):
        """The answers of `audit - --json`, in the order of the quotations; None where one was refused."""
        asked = "".join(" ".join(quote.split()) + "\n" for quote in quotes)
        done = self.run("--json", "audit", "--limit", str(limit), "-", input=asked.encode())
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        answers = [None if "error" in answer else answer for answer in answers]
        if len(answers) != len(quotes):
            raise SystemExit(f"asked {len(quotes)} quotations, heard {len(answers)} answers: {done.stderr[-500:]!r}")
        return answers
