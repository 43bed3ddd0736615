-- name: AddNotice :execrows
INSERT INTO notices (agency, record_key, form, digest, url, raw, fetched_at)
VALUES (@agency, @record_key, @form, @digest, @url, @raw, @fetched_at)
ON CONFLICT (agency, record_key, form, digest) DO NOTHING;

-- name: SeenNotices :many
SELECT record_key, form, digest FROM notices
WHERE agency = @agency AND record_key IN (SELECT value FROM json_each(CAST(@keys AS TEXT)));

-- name: RecallByNumber :one
SELECT id, public_id, agency, number, revision, digest, event_id, muted, sample, matched_revision, content, products FROM recalls
WHERE agency = @agency AND number = @number;

-- name: RecallParts :many
SELECT part, form, digest, content FROM recall_parts WHERE recall_id = @recall_id ORDER BY part, form;

-- name: PutRecallPart :exec
INSERT INTO recall_parts (recall_id, part, form, digest, content)
VALUES (@recall_id, @part, @form, @digest, @content)
ON CONFLICT (recall_id, part, form) DO UPDATE SET digest = excluded.digest, content = excluded.content;

-- name: AddRecall :one
INSERT INTO recalls (public_id, agency, number, title, published, severity, revision, digest, content, products, reader,
    event_id, event_why, sample, muted, created_at, revised_at)
VALUES (@public_id, @agency, @number, @title, @published, @severity, 1, @digest, @content, @products, @reader,
    @event_id, @event_why, @sample, @muted, @now, @now)
ON CONFLICT (agency, number) DO NOTHING
RETURNING id;

-- name: AmendRecall :execrows
UPDATE recalls SET title = @title, published = @published, severity = @severity, revision = revision + 1, digest = @digest,
    content = @content, products = @products, reader = @reader, revised_at = @now,
    -- An unmuted revision that waits for its matching is not muted by a back-fill after
    -- it; nor is what was told, by one that changes nothing for an owner.
    muted = CASE WHEN NOT muted AND (matched_revision < revision OR CAST(@editorial AS BOOLEAN)) THEN muted ELSE @muted END,
    scope_revision = CASE WHEN CAST(@scope AS BOOLEAN) THEN revision + 1 ELSE scope_revision END,
    matched_revision = CASE WHEN CAST(@editorial AS BOOLEAN) THEN revision + 1 ELSE matched_revision END
WHERE id = @id AND revision = @revision;

-- name: RereadRecall :execrows
UPDATE recalls SET products = @products, reader = @reader WHERE id = @id AND revision = @revision;

-- name: RecallsToReread :many
SELECT id, revision, content, products FROM recalls WHERE reader < @reader AND id > @after ORDER BY id LIMIT @page_size;

-- name: AddRecallRevision :exec
INSERT INTO recall_revisions (recall_id, revision, digest, content, saved_at)
VALUES (@recall_id, @revision, @digest, @content, @saved_at);

-- name: RecallRevision :one
SELECT id, revision, content FROM recall_revisions WHERE recall_id = @recall_id AND revision = @revision;

-- name: RecallRevisionAt :many
SELECT revision FROM recall_revisions WHERE recall_id = @recall_id AND saved_at <= @at ORDER BY revision DESC LIMIT 1;

-- name: DropRecallKeys :exec
DELETE FROM recall_keys WHERE recall_id = @recall_id;

-- name: PutRecallKeys :exec
INSERT INTO recall_keys (key, recall_id)
SELECT CAST(value AS BIGINT), CAST(@recall_id AS BIGINT) FROM json_each(CAST(@keys AS TEXT)) WHERE value <> ''
ON CONFLICT (key, recall_id) DO NOTHING;

-- name: AddEvent :one
INSERT INTO events (public_id, created_at) VALUES (@public_id, @now)
ON CONFLICT (public_id) DO UPDATE SET public_id = excluded.public_id
RETURNING id;

-- name: ClaimEventURL :one
INSERT INTO event_urls (url, event_id) VALUES (@url, @event_id)
ON CONFLICT (url) DO UPDATE SET url = excluded.url
RETURNING event_id;

-- name: LockEventURLs :exec
UPDATE event_urls SET url = url WHERE url IN (SELECT value FROM json_each(CAST(@urls AS TEXT)));

-- name: LockRecall :exec
UPDATE recalls SET matched_revision = matched_revision WHERE id = @id;

-- name: EventOfRecall :one
SELECT r.event_id, r.revision, r.reader, e.public_id FROM recalls r JOIN events e ON e.id = r.event_id WHERE r.id = @id;

-- name: RecallMatched :exec
UPDATE recalls SET matched_revision = @revision WHERE id = @id AND matched_revision < @revision AND matched_revision >= @since;

-- name: EventOfURLs :many
SELECT url, event_id FROM event_urls WHERE url IN (SELECT value FROM json_each(CAST(@urls AS TEXT))) ORDER BY event_id, url;

-- name: MoveEventRecalls :exec
UPDATE recalls SET event_id = @into_event, event_why = @event_why WHERE event_id = @from_event;

-- name: MoveEventURLs :exec
UPDATE event_urls SET event_id = @into_event WHERE event_id = @from_event;

-- name: CopyEventAlertItems :exec
INSERT INTO alert_items (item_id, event_id, class, cause, verdict, alert_id, match_id)
SELECT a.item_id, CAST(@into_event AS BIGINT), a.class, a.cause, a.verdict, a.alert_id, a.match_id FROM alert_items a
WHERE a.event_id = @from_event ORDER BY a.id
ON CONFLICT (item_id, event_id, class, cause) DO NOTHING;

-- name: RecallsByID :many
SELECT r.*, e.public_id AS event_public_id FROM recalls r JOIN events e ON e.id = r.event_id
WHERE r.id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@ids AS TEXT))) ORDER BY r.id;

-- name: RecallByPublicID :one
SELECT r.*, e.public_id AS event_public_id FROM recalls r JOIN events e ON e.id = r.event_id WHERE r.public_id = @public_id;

-- name: RecallsOfEvent :many
SELECT r.public_id, r.agency, r.number, r.title, r.event_why FROM recalls r WHERE r.event_id = @event_id ORDER BY r.id;

-- name: ListRecalls :many
SELECT r.*, e.public_id AS event_public_id FROM recalls r JOIN events e ON e.id = r.event_id
WHERE r.sample = @sample AND r.published >= @since AND (r.published, r.id) < (@before_day, CAST(@before_id AS BIGINT))
ORDER BY r.published DESC, r.id DESC LIMIT @page_size;

-- name: ListRecallsOfAgency :many
SELECT r.*, e.public_id AS event_public_id FROM recalls r JOIN events e ON e.id = r.event_id
WHERE r.agency = @agency AND r.sample = @sample AND r.published >= @since AND (r.published, r.id) < (@before_day, CAST(@before_id AS BIGINT))
ORDER BY r.published DESC, r.id DESC LIMIT @page_size;

-- name: PutRecallPrepared :exec
INSERT INTO recall_prepared (recall_id, reader, sample, keys, lines, shown)
SELECT r.id, CAST(@reader AS BIGINT), r.sample, @keys, @lines, @shown FROM recalls r WHERE r.id = @recall_id
ON CONFLICT (recall_id) DO UPDATE SET reader = excluded.reader, keys = excluded.keys, lines = excluded.lines, shown = excluded.shown;

-- name: PreparedByID :many
SELECT * FROM recall_prepared WHERE recall_id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@ids AS TEXT))) ORDER BY recall_id;

-- name: EachPrepared :many
SELECT * FROM recall_prepared WHERE sample = @sample AND recall_id > @after ORDER BY recall_id LIMIT @page_size;

-- name: EachPreparedKeys :many
SELECT recall_id, reader, keys FROM recall_prepared WHERE sample = @sample AND recall_id > @after ORDER BY recall_id LIMIT @page_size;

-- name: LastPrepared :one
SELECT CAST(coalesce(max(recall_id), 0) AS BIGINT) AS last FROM recall_prepared;

-- name: RecallsVersion :one
SELECT CAST(count(*) AS BIGINT) AS n, CAST(coalesce(max(id), 0) AS BIGINT) AS last, CAST(coalesce(sum(revision), 0) AS BIGINT) AS revisions,
    CAST(coalesce(sum(reader), 0) AS BIGINT) AS readers, CAST(coalesce(max(public_id), '') AS TEXT) AS id FROM recalls;

-- name: CandidateRecalls :many
SELECT DISTINCT k.recall_id FROM recall_keys k
WHERE k.key IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@keys AS TEXT)))
ORDER BY k.recall_id LIMIT @page_size;
