-- name: PutMatch :one
INSERT INTO matches (recall_id, item_id, verdict, evidence, recall_revision, item_revision, muted, created_at)
VALUES (@recall_id, @item_id, @verdict, @evidence, @recall_revision, @item_revision, @muted, @now)
ON CONFLICT (recall_id, item_id) DO UPDATE SET verdict = excluded.verdict, evidence = excluded.evidence,
    recall_revision = excluded.recall_revision, item_revision = excluded.item_revision,
    -- What a back-fill muted stays so until the item changes or the verdict rises.
    muted = CASE WHEN matches.muted AND matches.item_revision = excluded.item_revision
            AND CASE excluded.verdict WHEN 'affected' THEN 3 WHEN 'check' THEN 2 WHEN 'possible' THEN 1 ELSE 0 END
             <= CASE matches.verdict WHEN 'affected' THEN 3 WHEN 'check' THEN 2 WHEN 'possible' THEN 1 ELSE 0 END
        THEN matches.muted ELSE excluded.muted END
WHERE excluded.recall_revision >= matches.recall_revision AND excluded.item_revision >= matches.item_revision
RETURNING id, muted;

-- name: MatchedItems :many
SELECT item_id FROM matches WHERE recall_id = @recall_id AND item_id > @after ORDER BY item_id LIMIT @page_size;

-- name: MatchedRecalls :many
SELECT recall_id FROM matches WHERE item_id = @item_id ORDER BY recall_id;

-- name: ItemAlerted :one
SELECT count(*) FROM alert_items WHERE item_id = @item_id AND event_id = @event_id AND class = @class AND cause = @cause;

-- name: OpenAlert :many
SELECT id, public_id, revision, sealed_at FROM alerts
WHERE household_id = @household_id AND event_id = @event_id AND class = @class ORDER BY revision DESC LIMIT 1;

-- name: AddAlert :one
INSERT INTO alerts (public_id, household_id, event_id, class, revision, recall_id, verdict, state, created_at)
VALUES (@public_id, @household_id, @event_id, @class, @revision, @recall_id, @verdict, 'open', @now)
ON CONFLICT (household_id, event_id, class, revision) DO NOTHING
RETURNING id;

-- name: JoinAlert :execrows
UPDATE alerts SET verdict = CASE WHEN verdict = 'affected' THEN verdict ELSE @verdict END
WHERE id = @id AND sealed_at = 0 AND state = 'open';

-- name: AddAlertItem :execrows
INSERT INTO alert_items (item_id, event_id, class, cause, alert_id, match_id)
VALUES (@item_id, @event_id, @class, @cause, @alert_id, @match_id)
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
