#!/usr/bin/env python3
"""Measures the audit on the real corpus and prints the table of what it must show, row by row.

    tests/audit/measure.py [--quick] [--floors] [--only PART,…] [--read FILE] [--million FOLDER] [SHARED]

SHARED is the folder that holds `data/` (else $ISNAD_SHARED, else ../shared). Everything goes through the program:
`audit --json -` for what is found, `serve` for how long it takes. Archives are made under --scratch (/tmp/isnad-audit) and
kept for the next run. Chance is seeded: the same corpus gives the same quotations and the same edits.

Each row prints what was measured, what it must be, and whether it is. Wall-clock rows also print processor time, which
means something on a busy machine. --quick takes a sample; --floors fails by the recorded floors (floors.json) instead of
by what must be, so that nothing gets worse unseen. --million measures latency in an archive of the corpus and of
`tools/make-million` (see million.sh). --read writes the quotations of held-back articles that were found, to be read.

Parts: reuse near edits carried respelled absent curve seeds offered latency rivals million.
Exit status: 0 all rows pass, 1 one does not, 2 nothing could be measured.
"""
import argparse
import hashlib
import json
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import edits
from corpus import CORPORA, Archive, Corpus, Quote, norm
from rivals import Rivals
from service import Server, quantile

PARTS = "reuse near edits carried respelled absent curve seeds offered latency rivals million".split()
FOUND = ("found", "found-respelled", "found-altered")


class Table:
    """The rows so far, and which failed."""

    def __init__(self, floors):
        self.floors, self.failed, self.values = floors, [], {}

    def row(self, name, value, must, at_most=False, beside=""):
        floor = self.floors.get(name, must) if self.floors is not None else must
        holds = value <= floor if at_most else value >= floor
        sign = "≤" if at_most else "≥"
        word = "pass" if holds else "FAIL"
        if holds and (value > must if at_most else value < must):
            word = "floor"
        print(f"{word:5} {name:<64} {value:8.4f}  must {sign} {must:<6g} {beside}", flush=True)
        self.values[name] = value
        if not holds:
            self.failed.append(name)

    def say(self, line):
        print(f"      {line}", flush=True)


class Measure:
    def __init__(self, options, table):
        self.options, self.table = options, table
        self.corpus = Corpus(options.data)
        self.archive = Archive(options.binary, f"{options.scratch}/all")
        sources = [f"{options.data}/seeds", *(f"{options.data}/{name}.jsonl.zst" for name in CORPORA)]
        self.place(self.archive.make(sources))
        self.strangers = edits.Strangers(self.corpus)
        size = 150 if options.quick else 750
        self.reuse = list(self.corpus.reuse())
        self.sample = self.reuse[:: max(1, len(self.reuse) // size)][:size] + self.corpus.own(size, self.corpus.order, "own")
        self.sha = lambda name: self.corpus.articles[name].sha
        self.edited = {}

    def place(self, said):
        """Notes the id that each article of the corpus has in the archive."""
        by_file, at = {f"{name}.jsonl.zst": [] for name in CORPORA}, 0
        numbered = {(given["source"].split("/")[-1]): given["article"] for given in said}
        for name in self.corpus.order:
            article = self.corpus.articles[name]
            file = CORPORA[1 if article.corpus.startswith("reuters") else 0] + ".jsonl.zst"
            by_file[file].append(None)
            article.sha = numbered.get(f"{file}: line {len(by_file[file])}")
            at += article.sha is not None
        self.table.say(f"{at} of {len(self.corpus.order)} articles of the corpus are in the archive")

    @staticmethod
    def matches(answer, part="occurrences"):
        """article → its best match."""
        found = {}
        for place in (answer or {}).get(part, []):
            if place["role"] != "furniture":
                found.setdefault(place["article"], place)
        return found

    def reuse_part(self):
        quotes = self.reuse[::10] if self.options.quick else self.reuse
        listed = found = 0
        timed = right = 0
        beside = verbatim = 0
        self.answered = self.archive.audit([quote.words for quote in quotes])
        for quote, answer in zip(quotes, self.answered):
            same = [place for place in self.matches(answer).values() if place["match"] != "reworded"]
            verbatim += len(same)
            for place in same:
                turned = [note for note in place["notes"] if "not asked for" in note]
                beside += bool(turned)
                if turned:
                    self.missed(turned[0], place["text"], place["outlet"])
            matches = self.matches(answer)
            for name in quote.carried:
                listed += 1
                there = matches.get(self.sha(name), {}).get("match") in ("exact", "respelled")
                found += there
                if not there:
                    self.missed("reuse", quote.words, name)
            if all(name.startswith("ant-") for name in quote.carried) and len(set(quote.times)) == len(quote.times):
                timed += 1
                first = (answer["first"]["published"] or {}).get("article") if answer else None
                good = first == self.sha(quote.carried[0])
                right += good
                if not good:
                    self.missed(f"first is {first} of {answer['order'] if answer else None}", quote.words, quote.carried[0])
        self.table.row("reuse: listed occurrences exact or respelled", found / listed, 0.999, beside=f"{found} of {listed}")
        self.table.row("reuse: the first named is first in the list", right / max(1, timed), 0.999, beside=f"{right} of {timed}")

        self.table.row("reuse: verbatim, with a note on what stands beside the words", beside / verbatim, 0.005, at_most=True, beside=f"{beside} of {verbatim}")

    def near_part(self):
        """`near` between the occurrences of the reused quotations, against the pairs that share 5-grams (reuse/near-dups)."""
        if not getattr(self, "answered", None):
            self.answered = self.archive.audit([quote.words for quote in (self.reuse[::10] if self.options.quick else self.reuse)])
        times = {}
        for article in self.corpus.articles.values():
            times.setdefault(article.sha, article.published)
        gold = {frozenset(map(self.sha, pair)) for pair in self.corpus.near()}
        said, there, wrong_first = set(), set(), 0
        for answer in self.answered:
            places = [place for place in (answer or {}).get("occurrences", []) if place["article"]]
            carried = {place["article"] for place in places}
            there |= {pair for pair in gold if len(pair) == 2 and pair <= carried}
            when = {(place["article"], place["url"]): place["published"] for place in places}
            for place in places:
                for near in place["near"]:
                    if near["article"] != place["article"] and near["kind"] == "copy":
                        said.add(frozenset((place["article"], near["article"])))
                        one, other = place["published"], when.get((near["article"], near["url"]))
                        known = one and other and None not in (one["from"], one["to"], other["from"], other["to"])
                        first = ("this" if one["to"] <= other["from"] else "other" if other["to"] <= one["from"] else None) if known else near["first"]
                        wrong_first += first != near["first"]
        right = len(said & gold)
        self.table.row("near: copies named that share so many 5-grams (precision)", right / max(1, len(said)), 0.95, beside=f"{right} of {len(said)} pairs")
        self.table.row("near: pairs that share so many 5-grams named (recall)", len(said & there) / max(1, len(there)), 0.95, beside=f"{len(said & there)} of {len(there)}")
        self.table.row("near: which came first, against the times", wrong_first, 0, at_most=True)

    def missed(self, what, words, name):
        if self.options.verbose:
            print(f"      - {what}: {name}: {words[:160]}")

    def recall(self, asked):
        """(in occurrences, there or in possibly), shares of the sample's source articles; keeps the answers."""
        answers = self.archive.audit(asked)
        found = either = 0
        for quote, answer in zip(self.sample, answers):
            there = self.sha(quote.source) in self.matches(answer)
            found += there
            maybe = there or self.sha(quote.source) in self.matches(answer, "possibly")
            either += maybe
            if not maybe:
                self.missed("not even possibly", quote.words, quote.source)
        return found / len(asked), either / len(asked), answers

    def edits_part(self):
        for share, must, in_occurrences in ((0.10, 0.99, 0.97), (0.25, 0.97, 0.90), (0.40, 0.90, 0.70)):
            name = f"edited {share:.0%}"
            found, either, answers = self.recall([edits.edited(quote, share, self.strangers) for quote in self.sample])
            self.edited[share] = answers
            self.table.row(f"{name}: in occurrences or possibly", either, must, beside=f"of {len(self.sample)}")
            self.table.row(f"{name}: in occurrences", found, in_occurrences)
        found, either, _ = self.recall([edits.swapped(quote) for quote in self.sample])
        self.table.row("halves swapped: in occurrences or possibly", either, 0.90, beside=f"in occurrences {found:.3f}")

    def carried_part(self):
        found, either, _ = self.recall([edits.embedded(quote, self.strangers) for quote in self.sample])
        self.table.row("embedded in a longer query: in occurrences", found, 0.98, beside=f"or possibly {either:.3f}")
        others = self.sample[1:] + self.sample[:1]
        pairs = [f"{one.words} {other.words}" for one, other in zip(self.sample, others)]
        found = 0
        for one, other, answer in zip(self.sample, others, self.archive.audit(pairs)):
            matches = self.matches(answer)
            for quote in (one, other):
                there = self.sha(quote.source) in matches
                found += there
                if not there:
                    self.missed("merged", quote.words, quote.source)
        self.table.row("two quotes merged: both in occurrences", found / (2 * len(pairs)), 0.98)
        found, either, _ = self.recall([edits.truncated(quote) for quote in self.sample])
        self.table.row("cut to 60 % with …: in occurrences", found, 0.98, beside=f"or possibly {either:.3f}")

    def respelled_part(self):
        count = 50 if self.options.quick else 500
        quotes = self.corpus.own(count * 4 // 5, self.corpus.order, "respelled") 
        quotes += self.reuse[1 :: max(1, len(self.reuse) // (count - len(quotes)))][: count - len(quotes)]
        asked = []
        for name, respell in edits.RESPELLINGS.items():
            asked += [(name, quote, words) for quote in quotes if (words := respell(quote.words)) != quote.words]
        good, explained, by_name = 0, 0, {}
        for (name, quote, words), answer in zip(asked, self.archive.audit([words for _, _, words in asked])):
            place = self.matches(answer).get(self.sha(quote.source), {})
            match = place.get("match")
            why = None if match == "respelled" else self.rightly(match, words, quote, place)
            by_name.setdefault(name, []).append(match == "respelled")
            good += match == "respelled"
            explained += match == "respelled" or why is not None
            if match != "respelled":
                self.missed(f"{name} is {match}, {why or 'wrongly'}", words, quote.source)
        count = f"{good} of {len(asked)}, {len(by_name)} respellings"
        self.table.say(f"every respelling, raw: labelled respelled {good / len(asked):.4f}, {count}")
        self.table.row("every respelling: labelled respelled, or rightly not", explained / len(asked), 1.0, beside=f"{explained - good} rightly exact or with another haraka, judged by the article's text")
        for name, held in by_name.items():
            if not all(held):
                self.table.say(f"{name}: {sum(held)} of {len(held)}")

    def rightly(self, match, words, quote, place):
        """Why another label than respelled is right, judged by the text of the corpus alone; None where it is not."""
        article = self.corpus.articles[quote.source]
        if match == "exact" and edits.stands_in(words, f"{article.title or ''}\n{article.text}"):
            return "the article itself writes it so, or only marks around the words were touched"
        if match == "reworded" and edits.contradicts(words, place["text"]):
            return "the sign put in stands on a letter that bears another haraka there"
        return None

    def absent_part(self):
        held_back = self.corpus.held_back()
        without = Archive(self.options.binary, f"{self.options.scratch}/without")
        texts = f"{self.options.scratch}/without.jsonl"
        if not os.path.exists(texts):
            with open(texts, "w", encoding="utf-8") as out:
                for name in self.corpus.order:
                    if name not in held_back:
                        article = self.corpus.articles[name]
                        given = {slot: getattr(article, slot) for slot in ("id", "outlet", "published", "title", "text")}
                        out.write(json.dumps(given, ensure_ascii=False) + "\n")
        said = without.make([texts])
        order = [name for name in self.corpus.order if name not in held_back]
        named = {given["article"]: order[int(given["source"].rsplit(" ", 1)[1]) - 1] for given in said}
        count = 100 if self.options.quick else 500
        quotes = self.absent_quotes(count, held_back)
        with open(f"{HERE}/carried.json", encoding="utf-8") as file:
            carried = {tuple(pair) for pair in json.load(file)["pairs"]}
        answers = without.audit([quote.words for quote in quotes])
        self.absent = list(zip(quotes, answers))
        called = wrong = common = 0
        out = open(self.options.read, "w", encoding="utf-8") if self.options.read else None
        for quote, answer in self.absent:
            if answer["verdict"] not in FOUND:
                continue
            called += 1
            places = [(named.get(place["article"]), place) for place in answer["occurrences"]]
            read = any((quote.source, name) in carried for name, _ in places)
            wrong += not read
            common += bool(answer["common"])
            if out:
                out.write(f"\n## {quote.source} {answer['verdict']} {'carried' if read else ''}\nQ {quote.words}\n")
                for name, place in places[:3]:
                    out.write(f"  {place['match']} {place['score']} {place['mass']} {name} {place['notes']}\n  = {place['text']}\n")
        self.table.say(f"held back, raw: called found, found-respelled or found-altered {called / len(quotes):.4f}, {called} of {len(quotes)}; {common} of them said to be formulas or too common")
        self.table.row("held back: the same without those read to carry the statement", wrong / len(quotes), 0.01, at_most=True,
                       beside=f"{wrong} of {len(quotes)}; {called - wrong} were read and stand in carried.json")

    def absent_quotes(self, count, held_back):
        """Quotations of held-back articles that no other article holds word for word."""
        quotes = self.corpus.own(2 * count, held_back, "absent")
        wanted = {}
        for quote in quotes:
            wanted.setdefault(" ".join(norm(quote.words).split()[:4]), []).append(quote)
        gone = set()
        for name in self.corpus.order:
            if name in held_back:
                continue
            text = norm(f"{self.corpus.articles[name].title or ''} {self.corpus.articles[name].text}")
            words = text.split()
            for at in range(len(words) - 3):
                for quote in wanted.get(" ".join(words[at : at + 4]), ()):
                    if norm(quote.words) in text:
                        gone.add(id(quote))
        return [quote for quote in quotes if id(quote) not in gone][:count]

    def curve_part(self):
        """Recall against what is accepted of quotations that no article carries, by score."""
        if not self.edited or not getattr(self, "absent", None):
            return self.table.say("the curve needs the parts edits and absent")
        best = lambda answer: max((place["score"] for part in ("occurrences", "possibly") for place in answer[part]), default=0)
        self.table.say("likeness   10 %    25 %    40 %   absent accepted   (edited quotations: place in the source article)")
        for least in (0.45, 0.50, 0.55, 0.60, 0.66, 0.70, 0.75, 0.80, 0.85, 0.90):
            shares = []
            for answers in self.edited.values():
                held = 0
                for quote, answer in zip(self.sample, answers):
                    places = [self.matches(answer, part).get(self.sha(quote.source)) for part in ("occurrences", "possibly")]
                    held += any(place and place["score"] >= least for place in places)
                shares.append(held / len(self.sample))
            accepted = sum(best(answer) >= least for _, answer in self.absent) / len(self.absent)
            self.table.say(f"  {least:.2f}   " + "  ".join(f"{share:6.3f}" for share in shares) + f"   {accepted:6.3f}")

    def seeds_part(self):
        path = f"{self.options.data}/reuse/seeds-in-corpus.jsonl"
        with open(path, encoding="utf-8") as file:
            given = [json.loads(line) for line in file]
        right = 0
        for seed, answer in zip(given, self.archive.audit([seed["quote"] for seed in given])):
            first = answer["first"]["published"]
            good = bool(first) and first["article"] in {self.sha(place["id"]) for place in seed["occurrences"]} and "2018-02-18T21:09" in first["published"]["edtf"]
            right += good
            if not good:
                self.missed("seed", seed["quote"], str(first and (first["outlet"], first["published"]["edtf"])))
        self.table.row("seed 001 first in France 24 of 18 February 2018 21:09", right / len(given), 1.0, beside=f"{right} of {len(given)}")

        self.pairs_of_seeds()

    def pairs_of_seeds(self):
        """Pairs of the seeds in the whole archive: P1 and P2 offered, the others neither found nor offered as the same."""
        with open(f"{self.options.data}/seeds/gold.json", encoding="utf-8") as file:
            pairs = {pair["id"]: [(member["article"], member["span"]["text"]) for member in pair["members"]] for pair in json.load(file)["cross_pairs"]}
        begins = {"000": "2ce0e628", "001": "2d106ee9", "002": "ca1962f3", "003": "36bcd21c", "004": "04ba9954"}
        for names, must_offer in ((("P1", "P2"), True), (("N1", "N2", "I3", "I4", "P3", "P4", "P5"), False)):
            asked = [(name, one, other) for name in names for one in pairs[name] for other in pairs[name] if one != other]
            right = 0
            for (name, (_, _), (there, text)), answer in zip(asked, self.archive.audit([one[1] for _, one, _ in asked])):
                carried = [place for place in answer["occurrences"] if (place["article"] or "").startswith(begins[there]) and norm(text) in norm(place["text"])]
                offered = [place for place in answer["possibly"] if (place["article"] or "").startswith(begins[there])]
                good = (bool(offered) if must_offer else not offered) and not carried
                right += good
                if not good:
                    self.missed(f"pair {name}", text, there)
            what = "offered as possibly the same, in both directions" if must_offer else "neither found nor offered"
            self.table.row(f"seeds in the whole archive, {', '.join(names)}: {what}", right / len(asked), 1.0, beside=f"{right} of {len(asked)}")

    def offered_part(self):
        """Quotations offered as another translation, against pairs that were labelled by reading (offered.tsv)."""
        with open(f"{HERE}/offered.tsv", encoding="utf-8") as file:
            labels = {tuple(line.split("\t")[:3]): line.split("\t")[3].strip() for line in file if not line.startswith("#")}
        wanted = {key[:2] for key in labels}
        digest = lambda words: hashlib.sha256(words.encode()).hexdigest()[:12]
        quotes = [quote for quote in self.corpus.own(6000, self.corpus.order, "possibly fresh 1") if (quote.source, digest(quote.words)) in wanted]
        kept = []
        for quote, answer in zip(quotes, self.archive.audit([quote.words for quote in quotes])):
            translated = [place for place in answer["possibly"] if any("another translation" in note for note in place["notes"])]
            kept += [labels.get((quote.source, digest(quote.words), place["article"])) for place in translated]
        same, other = kept.count("same"), kept.count("other")
        before = list(labels.values())
        self.table.say(f"offered as another translation: {same + other} of {len(before)} labelled pairs are still offered, {kept.count(None)} unlabelled; precision when they were drawn {before.count('same') / len(before):.3f}")
        self.table.row("offered as another translation: precision among the labelled", same / max(1, same + other), 0.6, beside=f"{same} of {same + other}")
        self.table.row("offered as another translation: of the same ones still offered", same / before.count("same"), 0.85, beside=f"{same} of {before.count('same')}")

    def questions(self, count):
        """What is asked for the times: verbatim, respelled, a quarter edited, and made of strange words."""
        quotes = (self.sample * (1 + count // len(self.sample)))[:count]
        for at, quote in enumerate(quotes):
            kind = ("verbatim", "verbatim", "respelled", "edited", "absent")[at % 5]
            if kind == "verbatim":
                words = quote.words
            elif kind == "respelled":
                words = edits.without_marks(edits.RESPELLINGS["alef without its hamza or madda"](quote.words))
            elif kind == "edited":
                words = edits.edited(quote, 0.25, self.strangers)
            else:
                chance = edits.chance_of("absent", at, quote.source)
                words = " ".join(word for _ in range(10) for word in self.strangers.passage(chance, quote.source, 2))
            yield kind, words

    def latency(self, folder, size, p50, p99):
        count = 250 if self.options.quick else 1500
        asked = list(self.questions(count))
        with Server(self.options.binary, folder) as server:
            for _ in range(2):
                times = server.timed([words for _, words in asked])
        wall, spent = [time[0] for time in times], [time[1] for time in times]
        for name, values in (("processor", spent), ("wall", wall)):
            for share, must in ((0.5, p50), (0.99, p99)):
                self.table.row(f"{size} articles: p{share * 100:.0f} ms of one audit, {name}", quantile(values, share), must, at_most=True)
        for kind in dict.fromkeys(kind for kind, _ in asked):
            part = [value for (k, _), value in zip(asked, spent) if k == kind]
            self.table.say(f"{kind}: processor p50 {quantile(part, 0.5):.2f} p99 {quantile(part, 0.99):.2f} max {max(part):.2f} ms")
        return quantile(spent, 0.5), quantile(wall, 0.5)

    def latency_part(self):
        self.small = self.latency(self.archive.folder, "54,605", 2, 10)

    def rivals_part(self):
        rivals = Rivals(self.corpus, self.options.scratch)
        quotes = self.reuse[:: 100 if self.options.quick else 15]
        edited = [edits.edited(quote, 0.25, self.strangers) for quote in self.sample[:: 10 if self.options.quick else 15]]
        sources = self.sample[:: 10 if self.options.quick else 15]
        ours, times = {}, {}
        with Server(self.options.binary, self.archive.folder) as server:
            names = {article.sha: name for name, article in self.corpus.articles.items()}

            def isnad(words):
                import time
                began = time.perf_counter()
                _, body = server.ask(words, 1000)
                spent = (time.perf_counter() - began) * 1e3
                answer = json.loads(body)
                return set(self.matches(answer)), spent

            ways = {"isnad": isnad, "fts5 phrase": rivals.phrase}
            if rivals.rg:
                ways["rg -F"] = rivals.ripgrep
            for name, way in ways.items():
                as_ids = (lambda found: found) if name == "isnad" else (lambda found: {self.sha(one) for one in found})
                for _ in range(2):
                    answers = [way(quote.words) for quote in quotes]
                listed = sum(len(quote.carried) for quote in quotes)
                held = sum(self.sha(one) in as_ids(found) for quote, (found, _) in zip(quotes, answers) for one in quote.carried)
                changed = sum(self.sha(quote.source) in as_ids(way(words)[0]) for quote, words in zip(sources, edited))
                times[name] = quantile([spent for _, spent in answers], 0.5)
                self.table.say(f"{name:12} p50 {times[name]:7.2f} ms  p99 {quantile([spent for _, spent in answers], 0.99):7.2f} ms   recall: word for word {held / listed:.3f}, a quarter edited {changed / len(edited):.3f}")
        for name in list(ways)[1:]:
            self.table.row(f"time of isnad over HTTP as a share of {name}", times["isnad"] / times[name], 1.0, at_most=True)
        if not rivals.rg:
            self.table.say("rg is not installed: not compared")

    def million_part(self):
        folder = self.options.million
        if not folder or not os.path.exists(f"{folder}/isnad.db"):
            return self.table.say("no archive of a million articles: tests/audit/million.sh makes one; --million FOLDER")
        connection = sqlite3.connect(f"file:{folder}/isnad.db?mode=ro", uri=True)
        articles = connection.execute("SELECT count(*) FROM article").fetchone()[0]
        ours = sqlite3.connect(f"file:{self.archive.folder}/isnad.db?mode=ro", uri=True)
        for name, opened in (("54,605", ours), ("a million", connection)):
            count = opened.execute("SELECT count(*) FROM article").fetchone()[0]
            size = opened.execute("SELECT sum(pgsize) FROM dbstat WHERE name GLOB 'block_index*'").fetchone()[0]
            self.table.row(f"{name}: bytes of the index an article", size / count, 1800, at_most=True, beside=f"{count} articles")
        connection.close()
        p50, _ = self.latency(folder, f"{articles:,}", 5, 25)
        small = getattr(self, "small", None)
        if small:
            import math
            exponent = math.log(p50 / small[0]) / math.log(articles / len(self.corpus.order))
            self.table.row("growth of p50 (processor) as an exponent", exponent, 0.5, at_most=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", default=os.environ.get("ISNAD_SHARED") or f"{HERE}/../../../shared")
    parser.add_argument("--binary", default=f"{HERE}/../../target/release/isnad")
    parser.add_argument("--scratch", default="/tmp/isnad-audit")
    parser.add_argument("--million", default=None)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--read", default=None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--floors", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--values", help="write the measured values to this file, as JSON")
    options = parser.parse_args()
    options.data = f"{options.shared}/data"
    options.binary = os.path.abspath(options.binary)
    options.million = options.million or f"{options.scratch}/million"
    for needed in (options.binary, options.data):
        if not os.path.exists(needed):
            print(f"{needed} is missing", file=sys.stderr)
            raise SystemExit(2)
    floors = None
    if options.floors:
        with open(f"{HERE}/floors.json", encoding="utf-8") as file:
            floors = json.load(file)["quick" if options.quick else "full"]
    os.makedirs(options.scratch, exist_ok=True)
    table = Table(floors)
    measure = Measure(options, table)
    for part in options.only.split(","):
        getattr(measure, f"{part}_part")()
    if options.values:
        with open(options.values, "w", encoding="utf-8") as file:
            json.dump(table.values, file, indent=1, ensure_ascii=False)
    for name in table.failed:
        print(f"FAILED: {name}")
    raise SystemExit(1 if table.failed else 0)


if __name__ == "__main__":
    main()
