-- A store of version 1 as it was written, with rows.
PRAGMA application_id = 1734437236;
PRAGMA user_version = 1;
CREATE TABLE patient (
    id TEXT PRIMARY KEY CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
    added TEXT NOT NULL
) STRICT;
CREATE TABLE session (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    started TEXT NOT NULL,
    device TEXT NOT NULL,
    minutes REAL NOT NULL CHECK (minutes >= 0),
    steps INTEGER NOT NULL CHECK (steps >= 0),
    active_steps REAL NOT NULL CHECK (active_steps >= 0 AND active_steps <= steps),
    UNIQUE (patient, started)
) STRICT;
CREATE TABLE outcome (
    number INTEGER PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patient (id),
    instrument TEXT NOT NULL,
    value REAL NOT NULL,
    taken TEXT NOT NULL,
    assessor TEXT NOT NULL,
    UNIQUE (patient, instrument, taken)
) STRICT;
INSERT INTO patient VALUES ('00112233445566778899aabbccddeeff', '2026-01-05T08:00:00Z');
INSERT INTO patient VALUES ('ffeeddccbbaa99887766554433221100', '2026-01-06T08:00:00Z');
INSERT INTO session VALUES (3, '00112233445566778899aabbccddeeff', '2026-01-05T09:00:00Z', 'exoskeleton', 22.5, 1200, 480.25);
INSERT INTO session VALUES (7, 'ffeeddccbbaa99887766554433221100', '2026-01-06T09:00:00Z', 'exoskeleton', 10.0, 300, 300.0);
INSERT INTO outcome VALUES (1, '00112233445566778899aabbccddeeff', 'fac', 2.0, '2026-01-05T08:30:00Z', 'A1');
INSERT INTO outcome VALUES (2, '00112233445566778899aabbccddeeff', 'walk_10m', 0.31, '2026-01-05T08:40:00Z', 'A1');
