-- name: AddHousehold :one
INSERT INTO households (public_id, name, name_key, countries, timezone, created_at)
VALUES (@public_id, @name, @name_key, @countries, @timezone, @now)
ON CONFLICT (name_key) DO NOTHING
RETURNING id;

-- name: Households :many
SELECT h.*,
    (SELECT count(*) FROM items i WHERE i.household_id = h.id AND i.removed_at = 0) AS items,
    (SELECT count(*) FROM channels c WHERE c.household_id = h.id AND c.removed_at = 0) AS channels
FROM households h ORDER BY h.name_key;

-- name: HouseholdByName :one
SELECT * FROM households WHERE name_key = @name_key;

-- name: TwoHouseholds :many
SELECT * FROM households ORDER BY id LIMIT 2;

-- name: LockHousehold :execrows
UPDATE households SET alert_seq = alert_seq + 1 WHERE id = @id;

-- name: AddItem :one
INSERT INTO items (public_id, household_id, ref, name, brand, content, state, revision, created_at, identified_at)
VALUES (@public_id, @household_id, @ref, @name, @brand, @content, 'in_use', 1, @now, @now)
RETURNING id;

-- name: ItemByRef :one
SELECT * FROM items WHERE household_id = @household_id AND ref = @ref AND ref <> '';

-- name: ItemByPublicID :one
SELECT * FROM items WHERE household_id = @household_id AND public_id = @public_id AND removed_at = 0;

-- name: EditItem :execrows
UPDATE items SET ref = @ref, name = @name, brand = @brand, content = @content, state = @state, revision = revision + 1,
    identified_at = @identified_at, removed_at = 0
WHERE id = @id AND revision = @revision;

-- name: RemoveItem :execrows
UPDATE items SET ref = '', name = '', brand = '', content = '{}', revision = revision + 1, removed_at = @now
WHERE id = @id AND removed_at = 0;

-- name: DropItemKeys :exec
DELETE FROM item_keys WHERE item_id = @item_id;

-- name: PutItemKeys :exec
INSERT INTO item_keys (key, item_id)
SELECT CAST(value AS BIGINT), CAST(@item_id AS BIGINT) FROM json_each(CAST(@keys AS TEXT)) WHERE value <> ''
ON CONFLICT (key, item_id) DO NOTHING;

-- name: ListItems :many
SELECT * FROM items WHERE household_id = @household_id AND removed_at = 0 AND id > @after ORDER BY id LIMIT @page_size;

-- name: ItemsByID :many
SELECT * FROM items WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@ids AS TEXT))) ORDER BY id;

-- name: CandidateItems :many
SELECT DISTINCT k.item_id FROM item_keys k
WHERE k.key IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@keys AS TEXT))) AND k.item_id > @after
ORDER BY k.item_id LIMIT @page_size;

-- name: ItemMatches :many
SELECT m.item_id, m.verdict, m.muted, m.state, r.public_id AS recall_public_id, r.agency, r.number, r.title, m.evidence FROM matches m
JOIN recalls r ON r.id = m.recall_id
WHERE m.item_id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(@ids AS TEXT))) AND m.verdict <> 'none'
ORDER BY m.item_id, m.id;
