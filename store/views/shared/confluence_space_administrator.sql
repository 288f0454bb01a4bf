-- confluence_space_administrator: whom each space is administered by, and whether an active person stands behind it.
-- reads: confluence_space_grant, confluence_account, directory_group_member
-- index: space_id
-- A grant that may be one of administration counts with certain 0. Apps and portal customers are no people, and the public is nobody in particular.
-- Everybody with a licence or a sign-in is somebody for certain; who is in another class of people is listed nowhere.
WITH
  holder AS MATERIALIZED (
    SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g
    WHERE (g.operation = 'administer' AND g.target_type = 'space') IS NOT 0
  ),
  person AS (
    SELECT a.account_id, a.resolved = 1 AND a.active = 1 AND nullif(a.account_type, '') NOT IN ('app', 'customer') AS acts FROM confluence_account AS a
  ),
  known AS MATERIALIZED (
    SELECT h.subject_kind, h.subject_id, CASE
      WHEN h.subject_kind = 'anonymous' THEN 0
      WHEN h.subject_kind = 'user' THEN (SELECT p.acts FROM person AS p WHERE p.account_id = h.subject_id)
      WHEN h.subject_kind = 'group' THEN CASE
        WHEN EXISTS (SELECT 1 FROM directory_group_member AS m JOIN person AS p ON p.account_id = m.account_id WHERE m.group_id = h.subject_id AND p.acts) THEN 1
        WHEN NOT EXISTS (SELECT 1 FROM directory_group_member AS m LEFT JOIN person AS p ON p.account_id = m.account_id WHERE m.group_id = h.subject_id AND p.acts IS NULL) THEN 0 END
      WHEN h.subject_id IN ('all-licensed-users', 'authenticated-users') THEN 1 END AS people
    FROM holder AS h
  )
SELECT
  g.space_id AS space_id,                             -- text: the space
  g.subject_kind AS subject_kind,                     -- text: user, group, anonymous, access_class, role, unknown
  g.subject_id AS subject_id,                         -- text: account id, group id, access class
  (g.operation = 'administer' AND g.target_type = 'space') IS 1 AS certain, -- integer: 1 it administers the space, 0 what it may do is not told
  k.people AS people,                                 -- integer: 1 an active person, or a group with one among those listed; 0 none; NULL not told
  g.source_resource AS source_resource,               -- text: resource of the object that grants it
  g.source_key AS source_key                          -- text: key of the object that grants it
FROM confluence_space_grant AS g
JOIN known AS k ON (k.subject_kind, k.subject_id) IS (g.subject_kind, g.subject_id)
WHERE (g.operation = 'administer' AND g.target_type = 'space') IS NOT 0
