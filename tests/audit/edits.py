"""What happens to quotations on their way: words replaced, dropped and put in, halves swapped, cut, merged, respelled."""
import random
import unicodedata

from corpus import SEED


def chance_of(*what):
    return random.Random(" ".join(map(str, (SEED, *what))))


class Strangers:
    """Words and passages of the corpus at large, drawn as often as they occur."""

    def __init__(self, corpus):
        self.corpus = corpus
        self.ids = {}
        for name in corpus.order:
            self.ids.setdefault(corpus.articles[name].corpus.startswith("reuters"), []).append(name)

    def passage(self, chance, like, words):
        """A run of words of some article in the language of the article `like`."""
        ids = self.ids[self.corpus.articles[like].corpus.startswith("reuters")]
        while True:
            text = self.corpus.articles[chance.choice(ids)].text.split()
            if len(text) > words:
                at = chance.randrange(len(text) - words)
                return text[at : at + words]


def edited(quote, share, strangers):
    """Replaces, drops or inserts this share of the words, at random."""
    words = quote.words.split()
    chance = chance_of("edit", share, quote.source, quote.words)
    for at in sorted(chance.sample(range(len(words)), round(share * len(words))), reverse=True):
        stranger = strangers.passage(chance, quote.source, 1)
        words[at : at + 1] = chance.choice((stranger, [], [words[at], *stranger]))
    return " ".join(words)


def swapped(quote):
    words = quote.words.split()
    half = len(words) // 2
    return " ".join(words[half:] + words[:half])


def embedded(quote, strangers):
    """Puts fifteen strange words before it and fifteen after it."""
    chance = chance_of("embed", quote.source, quote.words)
    before, after = (strangers.passage(chance, quote.source, 15) for _ in range(2))
    return " ".join([*before, quote.words, *after])


def truncated(quote):
    """Keeps 60 % of the words: the beginning and the end around an ellipsis, or the beginning before one."""
    words = quote.words.split()
    kept = round(0.6 * len(words))
    if chance_of("cut", quote.source, quote.words).random() < 0.5:
        return " ".join(words[:kept]) + " …"
    head = (kept + 1) // 2
    return " ".join([*words[:head], "…", *words[len(words) - (kept - head) :]])


def each(changed):
    """A respelling that writes some characters otherwise, wherever they stand."""
    table = {ord(one): other for one, other in changed.items()}
    return lambda text: text.translate(table)


def after_letters(mark, every):
    """Puts a mark after each so many-th Arabic letter that bears none and that may bear it."""

    def put(text):
        out, count = [], 0
        for at, c in enumerate(text):
            out.append(c)
            following = text[at + 1 : at + 2]
            if "\u0621" <= c <= "\u064a" and c != "\u0640" and not unicodedata.combining(following or " "):
                count += 1
                if count % every == 0 and following.isalpha():
                    out.append(mark)
        return "".join(out)

    return put


def presentation(text):
    """Writes lam-alef as one letter and the rest in isolated presentation forms."""
    for pair, joined in {"لا": "\ufefb", "لأ": "\ufef7", "لإ": "\ufef9", "لآ": "\ufef5"}.items():
        text = text.replace(pair, joined)
    forms = {}
    for code in range(0xFE80, 0xFEF5):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            forms.setdefault(plain, chr(code))
    return "".join(forms.get(c, c) for c in text)


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" < c <= "~" else c for c in text)


def digits(zero):
    return lambda text: "".join(chr(zero + int(c)) if c.isdecimal() and ord(c) < 0x80 else c for c in text)


def without_marks(text):
    return "".join(c for c in text if not "\u064b" <= c <= "\u0652" and c not in "\u0640\u0670")


INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
VOWELS = {"\u06e1": "\u0652", **{chr(code): chr(code) for code in range(0x64B, 0x653) if code != 0x651}}


def canonical(text):
    """Canonical form, as far as it matters for these texts; joiners stay."""
    joiners = {0x200C: "\u200c", 0x200D: "\u200d"}
    return " ".join(unicodedata.normalize("NFC", text.translate({**INVISIBLE, **joiners})).split())


def stands_in(words, text):
    """Whether words stand in a text byte for byte in canonical form, marks around them apart."""
    words = canonical(words)
    inside = [at for at, c in enumerate(words) if c.isalnum()]
    return bool(inside) and words[inside[0] : inside[-1] + 1] in canonical(text)


def vowels_on_letters(text):
    """Each letter of a text with the harakat that it bears."""
    letters = []
    for c in unicodedata.normalize("NFC", text):
        if c in VOWELS and letters:
            letters[-1][1].add(VOWELS[c])
        elif c.isalnum():
            letters.append((c, set()))
    return letters


def contradicts(words, text):
    """Whether the same letters bear different harakat somewhere in two texts."""
    one, other = vowels_on_letters(words), vowels_on_letters(text)
    same = [a for a, _ in one] == [b for b, _ in other]
    return same and any(a and b and a != b for (_, a), (_, b) in zip(one, other))


# Every rule of DESIGN.md section 7, level L2. A rule counts for the quotations that it changes.
RESPELLINGS = {
    "alef without its hamza or madda": each({"أ": "ا", "إ": "ا", "آ": "ا"}),
    "alef wasla, wavy and high hamza": each({"ا": "ٱ", "أ": "ٲ", "إ": "ٳ", "آ": "ٵ"}),
    "ى as ي": each({"ى": "ي"}),
    "ي as ى": each({"ي": "ى"}),
    "ي as Persian ی": each({"ي": "ی"}),
    "ي as ے": each({"ي": "ے"}),
    "ة as ه": each({"ة": "ه"}),
    "ه as ة": each({"ه": "ة"}),
    "ه as ۀ": each({"ه": "ۀ"}),
    "ه as ہ": each({"ه": "ہ"}),
    "ه as ە": each({"ه": "ە"}),
    "ه as ھ": each({"ه": "ھ"}),
    "ك as Persian ک": each({"ك": "ک"}),
    "ك as ڪ": each({"ك": "ڪ"}),
    "ؤ as و, ئ as ي": each({"ؤ": "و", "ئ": "ي"}),
    "tatweel": after_letters("\u0640", 3),
    "zero-width non-joiner": after_letters("\u200c", 4),
    "zero-width joiner": after_letters("\u200d", 4),
    "fatha where no mark was": after_letters("\u064e", 5),
    "shadda where no mark was": after_letters("\u0651", 5),
    "dagger alef": after_letters("\u0670", 6),
    "honorific signs U+0610–061A": after_letters("\u0610", 7),
    "Quranic signs U+06D6–06ED": after_letters("\u06d6", 7),
    "Quranic signs U+06DF–06E8": after_letters("\u06e1", 7),
    "extended marks U+08D3–08FF": after_letters("\u08f0", 7),
    "harakat and tatweel left out": without_marks,
    "presentation forms": presentation,
    "digits of Arabic": digits(0x660),
    "digits of Persian": digits(0x6F0),
    "fullwidth letters and digits": wide,
    "upper case": str.upper,
    "hash and underscore between words": lambda text: "#" + text.replace(" ", "_", 2),
    "other punctuation": lambda text: text.replace("،", " -").replace(",", " -").replace(" ", "، ", 1),
    "decomposed": lambda text: unicodedata.normalize("NFD", text).replace("\u0653", "").replace("\u0654", "").replace("\u0655", ""),
}
