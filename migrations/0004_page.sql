-- isnad archive: which captures are of one page, however its address was written; which a capture corrects.

-- Number of the page that url names: the first eight bytes of the SHA-256 of domain::page_of(url), big-endian, as a
-- signed integer; NULL where url is. Derived: the program fills it when it upgrades an archive, and in `isnad reindex`.
ALTER TABLE capture ADD COLUMN page INTEGER;
CREATE INDEX capture_by_page ON capture (page) WHERE page IS NOT NULL;

CREATE INDEX capture_by_correction ON capture (replaced_by) WHERE replaced_by IS NOT NULL;
