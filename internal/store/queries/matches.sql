-- name: PutMatch :one
INSERT INTO matches (public_id, recall_id, item_id, verdict, evidence, recall_revision, item_revision, muted, created_at)
VALUES (@public_id, @recall_id, @item_id, @verdict, @evidence, @recall_revision, @item_revision, @muted, @now)
ON CONFLICT (recall_id, item_id) DO UPDATE SET verdict = excluded.verdict, evidence = excluded.evidence,
    recall_revision = excluded.recall_revision, item_revision = excluded.item_revision,
    -- What a back-fill muted stays so until the item changes or the verdict rises.
    muted = CASE WHEN matches.muted AND matches.item_revision = excluded.item_revision
            AND CASE excluded.verdict WHEN 'affected' THEN 3 WHEN 'check' THEN 2 WHEN 'possible' THEN 1 ELSE 0 END
             <= CASE matches.verdict WHEN 'affected' THEN 3 WHEN 'check' THEN 2 WHEN 'possible' THEN 1 ELSE 0 END
        THEN matches.muted ELSE excluded.muted END
WHERE excluded.recall_revision >= matches.recall_revision AND excluded.item_revision >= matches.item_revision
RETURNING id, muted;

-- name: MatchesByPublicID :many
SELECT * FROM matches WHERE public_id IN (SELECT value FROM json_each(CAST(@public_ids AS TEXT)));

-- name: MatchedItems :many
SELECT item_id FROM matches WHERE recall_id = @recall_id AND item_id > @after ORDER BY item_id LIMIT @page_size;

-- name: MatchedRecalls :many
SELECT recall_id FROM matches WHERE item_id = @item_id ORDER BY recall_id;

-- name: ItemAlerted :one
SELECT count(*) FROM alert_items WHERE item_id = @item_id AND event_id = @event_id AND class = @class AND cause = @cause;

-- name: ItemTold :many
SELECT class, verdict FROM alert_items WHERE item_id = @item_id AND event_id = @event_id ORDER BY id;

-- name: HouseholdTold :many
SELECT a.id FROM alerts a JOIN alert_items ai ON ai.alert_id = a.id
WHERE a.household_id = @household_id AND ai.event_id = @event_id LIMIT 1;

-- name: CoveredElsewhere :one
SELECT count(*) FROM matches m JOIN recalls r ON r.id = m.recall_id
WHERE m.item_id = @item_id AND r.event_id = @event_id AND m.recall_id <> @recall_id
    AND m.verdict IN ('affected', 'check') AND m.state <> 'not_mine';

-- name: OpenAlert :many
SELECT id, public_id, revision, cause FROM alerts
WHERE household_id = @household_id AND event_id = @event_id AND class = @class ORDER BY revision DESC LIMIT 1;

-- name: AddAlert :one
INSERT INTO alerts (public_id, household_id, event_id, class, revision, recall_id, verdict, state, cause, change, created_at)
VALUES (@public_id, @household_id, @event_id, @class, @revision, @recall_id, @verdict, 'open', @cause, @change, @now)
ON CONFLICT (household_id, event_id, class, revision) DO NOTHING
RETURNING id;

-- name: JoinAlert :execrows
UPDATE alerts SET verdict = CASE WHEN verdict = 'affected' THEN verdict ELSE @verdict END
WHERE id = @id AND sealed_at = 0 AND state = 'open';

-- name: AddAlertItem :execrows
INSERT INTO alert_items (item_id, event_id, class, cause, verdict, alert_id, match_id)
VALUES (@item_id, @event_id, @class, @cause, @verdict, @alert_id, @match_id)
ON CONFLICT (item_id, event_id, class, cause) DO NOTHING;

-- name: ListAlerts :many
SELECT a.*, h.name AS household, e.public_id AS event_public_id, r.public_id AS recall_public_id, r.agency, r.number, r.title
FROM alerts a JOIN households h ON h.id = a.household_id JOIN events e ON e.id = a.event_id JOIN recalls r ON r.id = a.recall_id
WHERE a.id > @after ORDER BY a.id LIMIT @page_size;

-- name: AlertItems :many
SELECT ai.alert_id, i.public_id, i.ref FROM alert_items ai JOIN alerts a ON a.id = ai.alert_id AND a.event_id = ai.event_id
JOIN items i ON i.id = ai.item_id
WHERE ai.alert_id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@ids AS TEXT))) ORDER BY ai.alert_id, i.id;

-- name: AlertDeliveries :many
SELECT d.*, c.label FROM deliveries d JOIN channels c ON c.id = d.channel_id
WHERE d.alert_id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@ids AS TEXT))) ORDER BY d.alert_id, d.id;

-- name: AcknowledgeAlert :execrows
UPDATE alerts SET state = 'acknowledged', acknowledged_at = @now WHERE public_id = @public_id AND state = 'open';

-- name: AlertExists :one
SELECT count(*) FROM alerts WHERE public_id = @public_id;

-- name: MatchByPublicID :one
SELECT m.*, i.content AS item_content, i.removed_at, h.name AS household FROM matches m
JOIN items i ON i.id = m.item_id JOIN households h ON h.id = i.household_id WHERE m.public_id = @public_id;

-- name: ListMatches :many
SELECT m.*, i.public_id AS item_public_id, i.ref, i.content AS item_content,
    r.public_id AS recall_public_id, r.agency, r.number, r.title
FROM matches m JOIN items i ON i.id = m.item_id JOIN recalls r ON r.id = m.recall_id
WHERE i.household_id = @household_id AND i.removed_at = 0 AND m.id > @after AND (m.verdict <> 'none' OR m.state <> 'open')
ORDER BY m.id LIMIT @page_size;

-- name: AddMatchAnswer :exec
INSERT INTO match_answers (match_id, answer, reason, fields, recall_revision, line, item_identity, answered_by, answered_at)
VALUES (@match_id, @answer, @reason, @fields, @recall_revision, @line, @item_identity, @answered_by, @now);

-- name: SetMatchState :execrows
UPDATE matches SET state = @state WHERE id = @id AND state = @was;

-- name: LatestAnswers :many
SELECT a.* FROM match_answers a
WHERE a.id IN (SELECT max(b.id) FROM match_answers b
    WHERE b.match_id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@matches AS TEXT))) GROUP BY b.match_id);

-- name: ReopenAnswer :execrows
UPDATE match_answers SET reopened_at = @now, reopened_why = @why WHERE id = @id AND reopened_at = 0;

-- name: ForgetAnswers :exec
UPDATE match_answers SET reason = '' WHERE match_id IN (SELECT m.id FROM matches m WHERE m.item_id = @item_id) AND reason <> '';
