-- +goose Up

-- The same tables as in ../postgres; only the ids and the byte columns are spelled otherwise.

-- Instants are BIGINT milliseconds since 1970 UTC, 0 = never. Days are TEXT, '' = unknown.
-- JSON is TEXT. Booleans are compared with parameters.

CREATE TABLE policies (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
);

CREATE TABLE users (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id        TEXT NOT NULL UNIQUE,
    email_hash       TEXT NOT NULL UNIQUE,
    email_sealed     BLOB NOT NULL,
    role             TEXT NOT NULL CHECK (role IN ('administrator', 'reviewer', 'member')),
    setup_code_hash  TEXT NOT NULL DEFAULT '',
    setup_expires_at BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL
);

CREATE TABLE agencies (
    code            TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    country         TEXT NOT NULL,
    language        TEXT NOT NULL,
    covers          TEXT NOT NULL,
    homepage        TEXT NOT NULL,
    licence         TEXT NOT NULL,
    attribution     TEXT NOT NULL,
    cadence         TEXT NOT NULL,
    proven          BOOLEAN NOT NULL,
    every_ms        BIGINT NOT NULL,
    tolerance_ms    BIGINT NOT NULL,
    enabled         BOOLEAN NOT NULL,
    cursor_text     TEXT NOT NULL DEFAULT '',
    next_poll_at    BIGINT NOT NULL DEFAULT 0,
    last_attempt_at BIGINT NOT NULL DEFAULT 0,
    last_success_at BIGINT NOT NULL DEFAULT 0,
    last_full_at    BIGINT NOT NULL DEFAULT 0,
    last_new_at     BIGINT NOT NULL DEFAULT 0,
    failures        BIGINT NOT NULL DEFAULT 0,
    last_error      TEXT NOT NULL DEFAULT ''
);

CREATE TABLE notices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    agency     TEXT NOT NULL REFERENCES agencies (code),
    record_key TEXT NOT NULL,
    form       BIGINT NOT NULL,
    digest     TEXT NOT NULL,
    url        TEXT NOT NULL,
    raw        BLOB NOT NULL,
    fetched_at BIGINT NOT NULL,
    UNIQUE (agency, record_key, form, digest)
);

CREATE TABLE set_aside (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    agency    TEXT NOT NULL REFERENCES agencies (code),
    digest    TEXT NOT NULL,
    source    TEXT NOT NULL,
    position  BIGINT NOT NULL,
    record_key TEXT NOT NULL,
    reason    TEXT NOT NULL,
    raw       BLOB NOT NULL,
    at        BIGINT NOT NULL,
    UNIQUE (agency, digest)
);

CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id  TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Each URL of a notice belongs to one event: the unique key decides when two
-- agencies' notices of one happening arrive at the same time.
CREATE TABLE event_urls (
    url      TEXT PRIMARY KEY,
    event_id BIGINT NOT NULL REFERENCES events (id)
);
CREATE INDEX event_urls_by_event ON event_urls (event_id);

CREATE TABLE recalls (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id  TEXT NOT NULL UNIQUE,
    agency     TEXT NOT NULL REFERENCES agencies (code),
    number     TEXT NOT NULL,
    title      TEXT NOT NULL,
    published  TEXT NOT NULL,
    severity   TEXT NOT NULL,
    revision   BIGINT NOT NULL,
    digest     TEXT NOT NULL,
    content    TEXT NOT NULL,
    products   TEXT NOT NULL,
    reader     BIGINT NOT NULL,
    event_id   BIGINT NOT NULL REFERENCES events (id),
    event_why  TEXT NOT NULL,
    sample     BOOLEAN NOT NULL,
    -- The latest revisions came by a back-fill: what only they match is muted.
    muted      BOOLEAN NOT NULL,
    -- The revision that all items were judged against.
    matched_revision BIGINT NOT NULL DEFAULT 0,
    -- The latest revision that changed what the recall covers: a judgement of it or
    -- of a later one stands.
    scope_revision   BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    revised_at BIGINT NOT NULL,
    UNIQUE (agency, number)
);
CREATE INDEX recalls_by_day ON recalls (published, id);
CREATE INDEX recalls_by_agency_day ON recalls (agency, published, id);
CREATE INDEX recalls_by_event ON recalls (event_id);
CREATE INDEX recalls_by_reader ON recalls (reader);

CREATE TABLE recall_parts (
    recall_id BIGINT NOT NULL REFERENCES recalls (id),
    part      TEXT NOT NULL,
    form      BIGINT NOT NULL,
    digest    TEXT NOT NULL,
    content   TEXT NOT NULL,
    PRIMARY KEY (recall_id, part, form)
);

CREATE TABLE recall_revisions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    recall_id BIGINT NOT NULL REFERENCES recalls (id),
    revision  BIGINT NOT NULL,
    digest    TEXT NOT NULL,
    content   TEXT NOT NULL,
    saved_at  BIGINT NOT NULL,
    UNIQUE (recall_id, revision)
);

CREATE TABLE recall_keys (
    key       BIGINT NOT NULL,
    recall_id BIGINT NOT NULL REFERENCES recalls (id),
    PRIMARY KEY (key, recall_id)
) WITHOUT ROWID;
CREATE INDEX recall_keys_by_recall ON recall_keys (recall_id);

-- What package match makes of a recall, and what an answer shows of it: whatever
-- is needed to judge an item, without reading the recall. It is written with the
-- keys and good for the reader that wrote it.
CREATE TABLE recall_prepared (
    recall_id INTEGER PRIMARY KEY REFERENCES recalls (id),
    reader    BIGINT NOT NULL,
    sample    BOOLEAN NOT NULL,
    keys      BLOB NOT NULL,
    lines     BLOB NOT NULL,
    shown     BLOB NOT NULL
);

CREATE TABLE households (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id  TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL UNIQUE,
    countries  TEXT NOT NULL,
    timezone   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Bumped by every transaction that makes alerts for the household: a row lock
    -- in both dialects.
    alert_seq  BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE items (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id     TEXT NOT NULL UNIQUE,
    household_id  BIGINT NOT NULL REFERENCES households (id),
    ref           TEXT NOT NULL,
    name          TEXT NOT NULL,
    brand         TEXT NOT NULL,
    content       TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('in_use', 'stored', 'sold', 'destroyed', 'remedied')),
    revision      BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    identified_at BIGINT NOT NULL,
    removed_at    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX items_by_ref ON items (household_id, ref) WHERE ref <> '';
CREATE INDEX items_by_household ON items (household_id, id);

CREATE TABLE item_keys (
    key     BIGINT NOT NULL,
    item_id BIGINT NOT NULL REFERENCES items (id),
    PRIMARY KEY (key, item_id)
) WITHOUT ROWID;
CREATE INDEX item_keys_by_item ON item_keys (item_id);

CREATE TABLE matches (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id       TEXT NOT NULL UNIQUE,
    recall_id       BIGINT NOT NULL REFERENCES recalls (id),
    item_id         BIGINT NOT NULL REFERENCES items (id),
    verdict         TEXT NOT NULL CHECK (verdict IN ('affected', 'check', 'possible', 'none')),
    evidence        TEXT NOT NULL,
    recall_revision BIGINT NOT NULL,
    item_revision   BIGINT NOT NULL,
    muted           BOOLEAN NOT NULL,
    state           TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mine', 'not_mine', 'not_sure', 'reopened')),
    created_at      BIGINT NOT NULL,
    UNIQUE (recall_id, item_id)
);
CREATE INDEX matches_by_item ON matches (item_id);

-- What people said of a match, each answer for ever. The latest is the one that
-- matches.state repeats.
CREATE TABLE match_answers (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    match_id        BIGINT NOT NULL REFERENCES matches (id),
    answer          TEXT NOT NULL CHECK (answer IN ('mine', 'not_mine', 'not_sure')),
    reason          TEXT NOT NULL,
    -- The item keys that it rests on, by commas; empty = any.
    fields          TEXT NOT NULL,
    -- What it was said of: the recall as it was judged then, and a digest of what
    -- the household said of the item.
    recall_revision BIGINT NOT NULL,
    line            BIGINT NOT NULL,
    item_identity   TEXT NOT NULL,
    answered_by     TEXT NOT NULL,
    answered_at     BIGINT NOT NULL,
    reopened_at     BIGINT NOT NULL DEFAULT 0,
    reopened_why    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX match_answers_by_match ON match_answers (match_id, id);

CREATE TABLE alerts (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id       TEXT NOT NULL UNIQUE,
    household_id    BIGINT NOT NULL REFERENCES households (id),
    event_id        BIGINT NOT NULL REFERENCES events (id),
    class           TEXT NOT NULL CHECK (class IN ('new', 'widened', 'remedy', 'rescinded')),
    revision        BIGINT NOT NULL,
    recall_id       BIGINT NOT NULL REFERENCES recalls (id),
    verdict         TEXT NOT NULL CHECK (verdict IN ('affected', 'check')),
    state           TEXT NOT NULL CHECK (state IN ('open', 'acknowledged')),
    cause           BIGINT NOT NULL,
    change          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    sealed_at       BIGINT NOT NULL DEFAULT 0,
    acknowledged_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (household_id, event_id, class, revision)
);

-- The items beneath an alert. An item is told of an event once for each class and
-- cause: recall_revisions.id of the amendment, or match_answers.id with a minus
-- where the household's own edit re-opened that answer, or 0 for the first time
-- of class 'new'. The verdict is what was told, in the order of the ids; 'none' =
-- it is covered no longer.
CREATE TABLE alert_items (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id  BIGINT NOT NULL REFERENCES items (id),
    event_id BIGINT NOT NULL REFERENCES events (id),
    class    TEXT NOT NULL CHECK (class IN ('new', 'widened', 'remedy', 'rescinded')),
    cause    BIGINT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('affected', 'check', 'none')),
    alert_id BIGINT NOT NULL REFERENCES alerts (id),
    match_id BIGINT NOT NULL REFERENCES matches (id),
    UNIQUE (item_id, event_id, class, cause)
);
CREATE INDEX alert_items_by_alert ON alert_items (alert_id);
CREATE INDEX alert_items_by_event ON alert_items (event_id);

CREATE TABLE channels (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id    TEXT NOT NULL UNIQUE,
    household_id BIGINT NOT NULL REFERENCES households (id),
    kind         TEXT NOT NULL,
    label        TEXT NOT NULL,
    address_hash TEXT NOT NULL,
    settings     BLOB NOT NULL,
    created_at   BIGINT NOT NULL,
    verified_at  BIGINT NOT NULL DEFAULT 0,
    disabled_at  BIGINT NOT NULL DEFAULT 0,
    disabled_why TEXT NOT NULL DEFAULT '',
    removed_at   BIGINT NOT NULL DEFAULT 0,
    UNIQUE (household_id, kind, address_hash)
);

CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id   BIGINT NOT NULL REFERENCES alerts (id),
    channel_id BIGINT NOT NULL REFERENCES channels (id),
    wire_key   TEXT NOT NULL UNIQUE,
    state      TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'accepted', 'failed', 'suppressed')),
    attempt    BIGINT NOT NULL DEFAULT 0,
    due_at     BIGINT NOT NULL,
    claimed_at BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    reason     TEXT NOT NULL DEFAULT '',
    message    BLOB,
    created_at BIGINT NOT NULL,
    UNIQUE (alert_id, channel_id)
);
CREATE INDEX deliveries_open ON deliveries (due_at) WHERE state IN ('pending', 'sending');
CREATE INDEX deliveries_by_channel ON deliveries (channel_id, id);
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at > 0;

CREATE TABLE attempts (
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
    attempt     BIGINT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('unknown', 'accepted', 'temporary', 'permanent', 'gone')),
    detail      TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (delivery_id, attempt)
);

-- +goose Down
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE channels;
DROP TABLE alert_items;
DROP TABLE alerts;
DROP TABLE match_answers;
DROP TABLE matches;
DROP TABLE item_keys;
DROP TABLE items;
DROP TABLE households;
DROP TABLE recall_prepared;
DROP TABLE recall_keys;
DROP TABLE recall_revisions;
DROP TABLE recall_parts;
DROP TABLE recalls;
DROP TABLE event_urls;
DROP TABLE events;
DROP TABLE set_aside;
DROP TABLE notices;
DROP TABLE agencies;
DROP TABLE users;
DROP TABLE secrets;
DROP TABLE policies;
