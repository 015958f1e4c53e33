-- isnad archive: what was taken down, and time stamps of third parties.

-- One row for each entry of the log that hides or destroys a capture. It names the record by its id, which holds a
-- nonce and says nothing about the content.
CREATE TABLE takedown (
    id       INTEGER PRIMARY KEY,
    leaf     INTEGER NOT NULL UNIQUE REFERENCES leaf (idx),     -- the entry that announced it
    kind     INTEGER NOT NULL CHECK (kind IN (3, 4)),           -- as leaf.kind: 3 withhold, 4 erase
    record   BLOB NOT NULL CHECK (length(record) = 32),         -- id of the capture record
    code     TEXT NOT NULL CHECK (code IN ('legal', 'privacy', 'safety', 'error', 'other')),
    at       INTEGER NOT NULL,                                  -- operator's clock
    undone   INTEGER REFERENCES leaf (idx),                     -- of a withholding: the entry that lifted it
    finished INTEGER                                            -- of an erasure: operator's clock when the last trace was wiped
) STRICT;
CREATE INDEX takedown_by_record ON takedown (record);

-- Records whose bytes an erasure destroyed: the capture's and those of its readings. Their entries stay in the log.
CREATE TABLE erased_record (
    sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),       -- record id
    capture BLOB NOT NULL CHECK (length(capture) = 32)          -- id of the capture record that the erase entry names
) STRICT, WITHOUT ROWID;

-- Keyed digests of what was erased, so that the same thing ingested again is noticed. HMAC-SHA256 with a key that lies
-- in the user's state directory: whoever has only this file cannot test guesses against them.
CREATE TABLE erased_digest (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    key    BLOB NOT NULL CHECK (length(key) = 8),               -- which key: first bytes of a hash of it
    record BLOB NOT NULL CHECK (length(record) = 32)            -- id of the erased capture record
) STRICT, WITHOUT ROWID;

-- What the running erasure may destroy; empty outside of its transaction, so that a key that SQLite gives out again is
-- never destroyed by an old entry.
CREATE TABLE doomed (
    what   INTEGER NOT NULL CHECK (what BETWEEN 1 AND 6),       -- 1 payload, 2 attachment, 3 record, 4 block, 5 article, 6 block list
    id     INTEGER NOT NULL,                                    -- local key
    leaf   INTEGER NOT NULL REFERENCES takedown (leaf),         -- the erase entry that allows it
    PRIMARY KEY (what, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE capture ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0 CHECK (withheld BETWEEN 0 AND 2);  -- 0 shown, 1 withheld, 2 being erased

-- Stamps of time-stamping authorities (RFC 3161) on heads of the log.
CREATE TABLE stamp (
    id         INTEGER PRIMARY KEY,
    sha256     BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of response: what the anchor entry names
    first_leaf INTEGER NOT NULL CHECK (first_leaf >= 0),          -- stored index of the first entry of the stamped log
    covers     INTEGER NOT NULL CHECK (covers > first_leaf),      -- stored index behind the last entry that the head commits to
    message    BLOB NOT NULL,                                     -- what was stamped: checkpoint body, empty line, signature line of the log
    nonce      BLOB NOT NULL CHECK (length(nonce) = 8),           -- of the request, big-endian
    response   BLOB NOT NULL,                                     -- the authority's answer, exactly the bytes
    tsa        TEXT NOT NULL,                                     -- address that was asked
    authority  TEXT NOT NULL,                                     -- subject of the certificate that signed
    trusted    INTEGER NOT NULL CHECK (trusted IN (0, 1)),        -- whether its chain led to a certificate the operator gave
    time       INTEGER NOT NULL,                                  -- time in the stamp, UTC seconds
    time_from  INTEGER NOT NULL,                                  -- the same, accuracy taken off
    time_to    INTEGER NOT NULL,                                  -- the second that is certainly after it
    at         INTEGER NOT NULL                                   -- operator's clock
) STRICT;
CREATE INDEX stamp_by_cover ON stamp (covers, time_to);

CREATE TRIGGER takedown_stays BEFORE UPDATE OF leaf, kind, record, code, at ON takedown BEGIN SELECT RAISE(ABORT, 'takedown is append-only evidence'); END;
CREATE TRIGGER takedown_is_kept BEFORE DELETE ON takedown BEGIN SELECT RAISE(ABORT, 'takedown is append-only evidence'); END;
CREATE TRIGGER takedown_is_logged BEFORE INSERT ON takedown
    WHEN NOT EXISTS (SELECT 1 FROM leaf l WHERE l.idx = NEW.leaf AND l.kind = NEW.kind AND l.subject = NEW.record)
    BEGIN SELECT RAISE(ABORT, 'no entry of the log announces this takedown'); END;
CREATE TRIGGER erased_record_stays BEFORE UPDATE ON erased_record BEGIN SELECT RAISE(ABORT, 'erased_record is append-only evidence'); END;
CREATE TRIGGER erased_record_is_kept BEFORE DELETE ON erased_record BEGIN SELECT RAISE(ABORT, 'erased_record is append-only evidence'); END;
CREATE TRIGGER stamp_stays BEFORE UPDATE ON stamp BEGIN SELECT RAISE(ABORT, 'stamp is append-only evidence'); END;
CREATE TRIGGER stamp_is_kept BEFORE DELETE ON stamp BEGIN SELECT RAISE(ABORT, 'stamp is append-only evidence'); END;

-- Only an erase entry below a signed head lets anything be destroyed.
CREATE TRIGGER doomed_is_logged BEFORE INSERT ON doomed
    WHEN NOT EXISTS (SELECT 1 FROM takedown t JOIN leaf l ON l.idx = t.leaf
                     WHERE t.leaf = NEW.leaf AND t.kind = 4 AND l.kind = 4 AND l.subject = t.record
                       AND l.idx < (SELECT max(size) FROM head))
    BEGIN SELECT RAISE(ABORT, 'no committed entry of the log allows this to be destroyed'); END;
CREATE TRIGGER doomed_stays BEFORE UPDATE ON doomed BEGIN SELECT RAISE(ABORT, 'doomed is append-only'); END;

DROP TRIGGER payload_is_kept;
DROP TRIGGER attachment_is_kept;
DROP TRIGGER record_is_kept;
DROP TRIGGER block_is_kept;
DROP TRIGGER article_is_kept;
DROP TRIGGER block_list_is_kept;
CREATE TRIGGER payload_is_kept BEFORE DELETE ON payload
    WHEN NOT EXISTS (SELECT 1 FROM doomed WHERE what = 1 AND id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'payload is append-only evidence'); END;
CREATE TRIGGER attachment_is_kept BEFORE DELETE ON attachment
    WHEN NOT EXISTS (SELECT 1 FROM doomed WHERE what = 2 AND id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'attachment is append-only evidence'); END;
CREATE TRIGGER record_is_kept BEFORE DELETE ON record
    WHEN NOT EXISTS (SELECT 1 FROM doomed WHERE what = 3 AND id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'record is append-only evidence'); END;
CREATE TRIGGER block_is_kept BEFORE DELETE ON block
    WHEN NOT EXISTS (SELECT 1 FROM doomed WHERE what = 4 AND id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'block is append-only evidence'); END;
CREATE TRIGGER article_is_kept BEFORE DELETE ON article
    WHEN NOT EXISTS (SELECT 1 FROM doomed WHERE what = 5 AND id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'article is append-only evidence'); END;
CREATE TRIGGER block_list_is_kept BEFORE DELETE ON block_list
    WHEN NOT EXISTS (SELECT 1 FROM doomed WHERE what = 6 AND id = OLD.reading)
    BEGIN SELECT RAISE(ABORT, 'block_list is append-only evidence'); END;
