-- name: SeedPolicy :execrows
INSERT INTO policies (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING;

-- name: Policies :many
SELECT * FROM policies ORDER BY name;

-- name: SeedSecret :execrows
INSERT INTO secrets (name, sealed) VALUES (@name, @sealed) ON CONFLICT (name) DO NOTHING;

-- name: Secret :one
SELECT sealed FROM secrets WHERE name = @name;

-- name: SeedUser :execrows
INSERT INTO users (public_id, email_hash, email_sealed, role, setup_code_hash, setup_expires_at, created_at)
VALUES (@public_id, @email_hash, @email_sealed, @role, @setup_code_hash, @setup_expires_at, @now)
ON CONFLICT (email_hash) DO NOTHING;

-- name: CountUsers :one
SELECT count(*) FROM users;

-- name: AuditAlertsWithoutMatch :many
SELECT m.id, m.item_id, m.recall_id FROM matches m JOIN recalls r ON r.id = m.recall_id JOIN items i ON i.id = m.item_id
WHERE m.verdict IN ('affected', 'check') AND m.muted = @muted AND i.removed_at = 0
    AND i.state IN ('in_use', 'stored') AND m.state IN ('open', 'reopened')
    AND NOT EXISTS (SELECT 1 FROM alert_items ai WHERE ai.item_id = m.item_id AND ai.event_id = r.event_id)
ORDER BY m.id LIMIT 20;

-- name: AuditAlertsWithoutItem :many
SELECT a.public_id FROM alerts a WHERE NOT EXISTS (SELECT 1 FROM alert_items ai WHERE ai.alert_id = a.id) ORDER BY a.id LIMIT 20;

-- name: AuditAlertsUndelivered :many
SELECT a.public_id FROM alerts a
WHERE a.state = 'open' AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_id = a.id)
    AND EXISTS (SELECT 1 FROM channels c WHERE c.household_id = a.household_id AND c.disabled_at = 0 AND c.removed_at = 0)
ORDER BY a.id LIMIT 20;

-- name: AuditDoubleAccepted :many
SELECT delivery_id FROM attempts WHERE outcome = 'accepted' GROUP BY delivery_id HAVING count(*) > 1 ORDER BY delivery_id LIMIT 20;

-- name: AuditAcceptedWithoutAttempt :many
SELECT d.id FROM deliveries d WHERE d.state = 'accepted'
    AND NOT EXISTS (SELECT 1 FROM attempts t WHERE t.delivery_id = d.id AND t.attempt = d.attempt AND t.outcome = 'accepted')
ORDER BY d.id LIMIT 20;

-- name: AuditOverdue :many
SELECT id FROM deliveries WHERE state IN ('pending', 'sending') AND due_at < @overdue AND (state = 'pending' OR claimed_at < @overdue)
ORDER BY id LIMIT 500;

-- name: AuditRecallsWithoutRevision :many
SELECT r.public_id FROM recalls r WHERE NOT EXISTS (SELECT 1 FROM recall_revisions v WHERE v.recall_id = r.id AND v.revision = r.revision AND v.digest = r.digest)
ORDER BY r.id LIMIT 20;

-- name: AuditRecallsUnprepared :many
SELECT r.public_id FROM recalls r WHERE NOT EXISTS (SELECT 1 FROM recall_prepared p WHERE p.recall_id = r.id) ORDER BY r.id LIMIT 20;

-- name: AuditEventless :many
SELECT r.public_id FROM recalls r WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = r.event_id) ORDER BY r.id LIMIT 20;

-- name: AuditAnswers :many
SELECT m.public_id FROM matches m
WHERE m.state <> 'open' AND NOT EXISTS (SELECT 1 FROM match_answers a
        WHERE a.id = (SELECT max(b.id) FROM match_answers b WHERE b.match_id = m.id)
            AND (a.reopened_at = 0 AND a.answer = m.state OR a.reopened_at > 0 AND m.state = 'reopened'))
    OR m.state = 'open' AND EXISTS (SELECT 1 FROM match_answers a WHERE a.match_id = m.id)
ORDER BY m.id LIMIT 20;

-- name: AuditCauses :many
SELECT a.public_id FROM alerts a
WHERE a.class <> 'new' AND a.cause = 0
    OR a.cause > 0 AND NOT EXISTS (SELECT 1 FROM recall_revisions v WHERE v.id = a.cause AND v.recall_id = a.recall_id)
    OR a.cause < 0 AND NOT EXISTS (SELECT 1 FROM match_answers w WHERE w.id = -a.cause AND w.reopened_at > 0)
    OR a.cause <> 0 AND EXISTS (SELECT 1 FROM alert_items ai WHERE ai.alert_id = a.id AND (ai.cause <> a.cause OR ai.class <> a.class))
ORDER BY a.id LIMIT 20;

-- name: AuditRevisions :many
SELECT r.public_id FROM recalls r
WHERE r.matched_revision > r.revision OR r.scope_revision > r.revision
    OR EXISTS (SELECT 1 FROM matches m WHERE m.recall_id = r.id AND m.recall_revision > r.revision)
ORDER BY r.id LIMIT 20;
