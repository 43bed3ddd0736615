-- name: AddChannel :one
INSERT INTO channels (public_id, household_id, kind, label, address_hash, settings, created_at)
VALUES (@public_id, @household_id, @kind, @label, @address_hash, @settings, @now)
ON CONFLICT (household_id, kind, address_hash) DO UPDATE SET label = excluded.label, settings = excluded.settings,
    disabled_at = 0, disabled_why = '', removed_at = 0
RETURNING id;

-- name: Channels :many
SELECT c.*, h.name AS household FROM channels c JOIN households h ON h.id = c.household_id
WHERE c.removed_at = 0 ORDER BY h.name_key, c.id;

-- name: ChannelByPublicID :one
SELECT c.*, h.name AS household FROM channels c JOIN households h ON h.id = c.household_id
WHERE c.public_id = @public_id AND c.removed_at = 0;

-- name: HouseholdChannels :many
SELECT id, public_id, kind FROM channels
WHERE household_id = @household_id AND disabled_at = 0 AND removed_at = 0 ORDER BY id;

-- name: RemoveChannel :execrows
UPDATE channels SET removed_at = @now, label = '', settings = @settings WHERE id = @id AND removed_at = 0;

-- name: SuppressChannelDeliveries :execrows
UPDATE deliveries SET state = 'suppressed', reason = @reason, ended_at = @now WHERE channel_id = @channel_id AND state = 'pending';

-- name: VerifyChannel :exec
UPDATE channels SET verified_at = @now WHERE id = @id AND verified_at = 0;

-- name: DisableChannel :execrows
UPDATE channels SET disabled_at = @now, disabled_why = @disabled_why WHERE id = @id AND disabled_at = 0;

-- name: AlertsWithoutDelivery :many
SELECT a.id, a.public_id FROM alerts a
WHERE a.household_id = @household_id AND a.state = 'open'
    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_id = a.id AND d.state IN ('pending', 'sending', 'accepted'))
ORDER BY a.id;

-- name: AddDelivery :one
INSERT INTO deliveries (alert_id, channel_id, wire_key, state, due_at, created_at)
VALUES (@alert_id, @channel_id, @wire_key, 'pending', @due_at, @now)
ON CONFLICT (alert_id, channel_id) DO NOTHING
RETURNING id;

-- name: ReviveDelivery :execrows
UPDATE deliveries SET state = 'pending', due_at = @now, reason = '', ended_at = 0
WHERE id = @id AND state IN ('failed', 'suppressed');

-- name: DeliveryOf :one
SELECT * FROM deliveries WHERE alert_id = @alert_id AND channel_id = @channel_id;

-- name: DeliveryToSend :one
SELECT d.*, a.sealed_at, a.household_id, c.kind, c.settings, c.public_id AS channel_public_id, c.disabled_at, c.disabled_why, c.removed_at
FROM deliveries d JOIN alerts a ON a.id = d.alert_id JOIN channels c ON c.id = d.channel_id WHERE d.id = @id;

-- name: ClaimDelivery :execrows
UPDATE deliveries SET state = 'sending', attempt = attempt + 1, claimed_at = @now
WHERE id = @id AND attempt = @attempt AND state = @state;

-- name: KeepMessage :exec
UPDATE deliveries SET message = @message WHERE id = @id AND message IS NULL;

-- name: SealAlert :exec
UPDATE alerts SET sealed_at = @now WHERE id = @id AND sealed_at = 0;

-- name: AddAttempt :exec
INSERT INTO attempts (delivery_id, attempt, outcome, detail, started_at) VALUES (@delivery_id, @attempt, 'unknown', '', @now);

-- name: EndAttempt :execrows
UPDATE attempts SET outcome = @outcome, detail = @detail, ended_at = @now
WHERE delivery_id = @delivery_id AND attempt = @attempt AND ended_at = 0;

-- name: EndDelivery :execrows
UPDATE deliveries SET state = @state, reason = @reason, due_at = @due_at, ended_at = @ended_at
WHERE id = @id AND attempt = @attempt AND state = 'sending';

-- name: SuppressDelivery :execrows
UPDATE deliveries SET state = 'suppressed', reason = @reason, ended_at = @now
WHERE id = @id AND attempt = @attempt AND state = @state;

-- name: AlertToCompose :one
SELECT a.id, a.public_id, a.class, a.verdict, a.change, a.created_at, h.name AS household, h.countries, r.public_id AS recall_public_id, r.content, r.agency,
    g.name AS agency_name, g.attribution, g.homepage
FROM alerts a JOIN households h ON h.id = a.household_id JOIN recalls r ON r.id = a.recall_id JOIN agencies g ON g.code = r.agency
WHERE a.id = @id;

-- name: AlertItemsToCompose :many
SELECT i.content, CAST(CASE WHEN m.verdict = 'none' THEN ai.verdict ELSE m.verdict END AS TEXT) AS verdict, m.evidence, r.products
FROM alert_items ai JOIN items i ON i.id = ai.item_id
JOIN matches m ON m.id = ai.match_id JOIN recalls r ON r.id = m.recall_id
JOIN alerts a ON a.id = ai.alert_id AND a.event_id = ai.event_id
WHERE ai.alert_id = @alert_id ORDER BY i.id;

-- name: ChannelLog :many
SELECT t.delivery_id, t.attempt, t.outcome, t.detail, t.started_at, d.wire_key FROM attempts t JOIN deliveries d ON d.id = t.delivery_id
WHERE d.channel_id = @channel_id ORDER BY t.started_at DESC, t.delivery_id DESC, t.attempt DESC LIMIT @page_size;

-- name: ForgetMessages :execrows
UPDATE deliveries SET message = NULL WHERE ended_at > 0 AND ended_at < @before AND message IS NOT NULL;
