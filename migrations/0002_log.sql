-- isnad archive, schema 2: the signed log.
--
-- All new tables are evidence. An archive may have had several logs, one after the other: a copy whose key stayed
-- elsewhere is carried on by a successor. Entries and heads of all of them stay, numbered through:
-- entry n of a log is leaf.idx = log.first_leaf + n, and its head of size n is head.size = log.first_leaf + n.

CREATE TABLE log (
    id         INTEGER PRIMARY KEY,                             -- 1, 2, …; only the one with the largest number grows
    origin     TEXT NOT NULL,                                   -- its name
    first_leaf INTEGER NOT NULL CHECK (first_leaf >= 0),        -- leaf.idx of its entry 0
    adopted    BLOB CHECK (length(adopted) = 32),               -- SHA-256 of the last checkpoint of the log before it; NULL for the first
    started    INTEGER NOT NULL                                 -- operator's clock
) STRICT;

-- The keys that sign, or signed, the heads of a log.
CREATE TABLE log_key (
    log     INTEGER NOT NULL REFERENCES log (id),
    vkey    TEXT NOT NULL,                                      -- verifier key as signed-note writes it
    added   INTEGER NOT NULL,                                   -- operator's clock
    retired INTEGER,                                            -- operator's clock; NULL while it signs
    PRIMARY KEY (log, vkey)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    id   INTEGER PRIMARY KEY,
    log  INTEGER NOT NULL REFERENCES log (id),
    size INTEGER NOT NULL CHECK (size >= 0),                    -- entries of this log
    root BLOB NOT NULL CHECK (length(root) = 32),               -- RFC 6962 root over them
    note BLOB NOT NULL,                                         -- signed note, exactly the bytes
    at   INTEGER NOT NULL,                                      -- operator's clock
    UNIQUE (log, size)                                          -- one head of a size, ever
) STRICT;

-- Signature lines that came to a checkpoint later: of a new key of the log, of witnesses.
CREATE TABLE checkpoint_signature (
    id         INTEGER PRIMARY KEY,
    checkpoint INTEGER NOT NULL REFERENCES checkpoint (id),
    line       TEXT NOT NULL,                                   -- "— <name> <base64>", without line feed
    at         INTEGER NOT NULL,                                -- operator's clock
    UNIQUE (checkpoint, line)
) STRICT;

-- Full tiles; partial ones are sliced from rows when somebody asks. Bundles of entries are written from leaf.
CREATE TABLE tile (
    log    INTEGER NOT NULL REFERENCES log (id),
    level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    idx    INTEGER NOT NULL CHECK (idx >= 0),                   -- position among the tiles of its level
    root   BLOB NOT NULL CHECK (length(root) = 32),             -- the node above all its hashes: an item of the level above
    hashes BLOB NOT NULL CHECK (length(hashes) = 8192),         -- 256 hashes
    PRIMARY KEY (log, level, idx)
) STRICT;

-- In a new file the setting comes later, and the program makes the row. What was logged before nobody signed.
INSERT INTO log (id, origin, first_leaf, adopted, started)
    SELECT 1, o.value, 0, NULL, coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'created'), 0)
    FROM setting o WHERE o.key = 'origin';

CREATE TRIGGER log_stays BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'log is append-only evidence'); END;
CREATE TRIGGER log_is_kept BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'log is append-only evidence'); END;
CREATE TRIGGER log_key_stays BEFORE UPDATE OF log, vkey, added ON log_key BEGIN SELECT RAISE(ABORT, 'log_key is append-only evidence'); END;
CREATE TRIGGER log_key_is_kept BEFORE DELETE ON log_key BEGIN SELECT RAISE(ABORT, 'log_key is append-only evidence'); END;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only evidence'); END;
CREATE TRIGGER checkpoint_is_kept BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoint is append-only evidence'); END;
CREATE TRIGGER checkpoint_signature_stays BEFORE UPDATE ON checkpoint_signature BEGIN SELECT RAISE(ABORT, 'checkpoint_signature is append-only evidence'); END;
CREATE TRIGGER checkpoint_signature_is_kept BEFORE DELETE ON checkpoint_signature BEGIN SELECT RAISE(ABORT, 'checkpoint_signature is append-only evidence'); END;
CREATE TRIGGER tile_stays BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'tile is append-only evidence'); END;
CREATE TRIGGER tile_is_kept BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'tile is append-only evidence'); END;
