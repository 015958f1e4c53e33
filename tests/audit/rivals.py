"""What others would use: `rg -F` over all texts in one file, and a phrase query of SQLite's FTS5."""
import os
import shutil
import sqlite3
import subprocess
import time

from corpus import WORD


class Rivals:
    """Both over the titles and texts of the corpus, one article a line or row."""

    def __init__(self, corpus, scratch):
        self.order = corpus.order
        self.file, database = f"{scratch}/texts.txt", f"{scratch}/fts5.db"
        flat = (" ".join(f"{a.title or ''} {a.text}".split()) for a in corpus.articles.values())
        if not os.path.exists(self.file):
            with open(self.file + ".part", "w", encoding="utf-8") as out:
                out.writelines(text + "\n" for text in flat)
            os.rename(self.file + ".part", self.file)
        made = os.path.exists(database)
        self.connection = sqlite3.connect(database)
        if not made:
            self.connection.execute("CREATE VIRTUAL TABLE news USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')")
            with self.connection, open(self.file, encoding="utf-8") as texts:
                self.connection.executemany("INSERT INTO news (rowid, text) VALUES (?, ?)", enumerate(texts, 1))
            self.connection.execute("INSERT INTO news (news) VALUES ('optimize')")
            self.connection.commit()
        self.connection.execute("PRAGMA cache_size = -262144")
        self.rg = shutil.which("rg")

    def ripgrep(self, quote):
        """(articles, milliseconds); a process for each question, as one would use it."""
        began = time.perf_counter()
        done = subprocess.run([self.rg, "-F", "-n", "-o", "--no-config", "-e", " ".join(quote.split()), self.file], stdout=subprocess.PIPE)
        spent = (time.perf_counter() - began) * 1e3
        return {self.order[int(line.split(b":", 1)[0]) - 1] for line in done.stdout.splitlines()}, spent

    def phrase(self, quote):
        words = '"' + " ".join(WORD.findall(quote)) + '"'
        began = time.perf_counter()
        rows = self.connection.execute("SELECT rowid FROM news WHERE news MATCH ?", [words]).fetchall()
        spent = (time.perf_counter() - began) * 1e3
        return {self.order[row[0] - 1] for row in rows}, spent
