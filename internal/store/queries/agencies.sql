-- name: SeedAgency :execrows
INSERT INTO agencies (code, name, country, language, covers, homepage, licence, attribution, cadence, proven, every_ms, tolerance_ms, enabled)
VALUES (@code, @name, @country, @language, @covers, @homepage, @licence, @attribution, @cadence, @proven, @every_ms, @tolerance_ms, @enabled)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, country = excluded.country, language = excluded.language, covers = excluded.covers,
    homepage = excluded.homepage, licence = excluded.licence, attribution = excluded.attribution,
    cadence = excluded.cadence, proven = excluded.proven, every_ms = excluded.every_ms, tolerance_ms = excluded.tolerance_ms
WHERE agencies.name <> excluded.name OR agencies.country <> excluded.country OR agencies.language <> excluded.language
    OR agencies.covers <> excluded.covers OR agencies.homepage <> excluded.homepage OR agencies.licence <> excluded.licence
    OR agencies.attribution <> excluded.attribution OR agencies.cadence <> excluded.cadence OR agencies.proven <> excluded.proven
    OR agencies.every_ms <> excluded.every_ms OR agencies.tolerance_ms <> excluded.tolerance_ms;

-- name: Agencies :many
SELECT * FROM agencies ORDER BY code;

-- name: Agency :one
SELECT * FROM agencies WHERE code = @code;

-- name: NoticeCounts :many
SELECT agency, count(*) AS n FROM notices GROUP BY agency;

-- name: RecallCounts :many
SELECT agency, count(*) AS n FROM recalls WHERE sample = @sample GROUP BY agency;

-- name: SetAsideCounts :many
SELECT agency, count(*) AS n FROM set_aside GROUP BY agency;

-- name: SetAgencyEnabled :execrows
UPDATE agencies SET enabled = @enabled, next_poll_at = @next_poll_at WHERE code = @code;

-- name: DueAgencies :many
SELECT * FROM agencies WHERE enabled = @enabled AND next_poll_at <= @now ORDER BY next_poll_at, code;

-- name: ClaimPoll :execrows
UPDATE agencies SET next_poll_at = @next WHERE code = @code AND next_poll_at = @was;

-- name: PollStarted :exec
UPDATE agencies SET last_attempt_at = @now WHERE code = @code;

-- name: PollFailed :exec
UPDATE agencies SET failures = failures + 1, last_error = @last_error, next_poll_at = @next_poll_at WHERE code = @code;

-- name: PollGoesOn :exec
UPDATE agencies SET cursor_text = @cursor_text, last_error = @last_error, next_poll_at = @next_poll_at WHERE code = @code;

-- name: AgencyRead :exec
UPDATE agencies SET last_success_at = CASE WHEN last_success_at > @now THEN last_success_at ELSE @now END,
    failures = 0, last_error = '' WHERE code = @code;

-- name: PollSucceeded :exec
UPDATE agencies SET cursor_text = @cursor_text, last_full_at = @last_full_at WHERE code = @code;

-- name: AgencyNew :exec
UPDATE agencies SET last_new_at = @now WHERE code = @code;

-- name: AddSetAside :execrows
INSERT INTO set_aside (agency, digest, source, position, record_key, reason, raw, at)
VALUES (@agency, @digest, @source, @position, @record_key, @reason, @raw, @at)
ON CONFLICT (agency, digest) DO NOTHING;

-- name: SetAsides :many
SELECT * FROM set_aside WHERE agency = @agency ORDER BY id;
