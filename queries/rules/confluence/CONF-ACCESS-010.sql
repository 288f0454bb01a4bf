-- rev: 1
-- title: Unknown or anonymous user with access
-- severity: low
-- category: access security
-- products: confluence-cloud, confluence-dc
-- object: confluence_space
-- needs: confluence_space, confluence_space_permission, confluence_space_role, confluence_space_role_assignment
-- optional: confluence_space_role_mode, confluence_user, jira_user, directory_group, directory_group_member, anonymous_probe
-- unknown: SELECT 'what a request without a sign-in is shown was not tried, so that a permission list without anonymous visitors proves nothing'
--   WHERE NOT EXISTS (SELECT 1 FROM anonymous_probe WHERE product = 'confluence' AND status < 500)
--   UNION ALL
--   SELECT printf('%d grant(s) in spaces do not tell what they allow or to whom', count(*))
--   FROM confluence_space_grant AS g
--   LEFT JOIN confluence_space_role AS r ON r.role_id = g.role_id
--   LEFT JOIN confluence_space_permission AS p ON g.subject_kind = 'unknown' AND p.key = g.source_key
--   WHERE g.operation IS NULL AND (g.role_id IS NULL OR r.permissions IS NULL)
--     OR g.target_type IS NULL AND g.operation IS NOT NULL
--     OR g.subject_id IS NULL AND g.subject_kind IN ('user', 'group')
--     OR g.subject_kind = 'unknown' AND coalesce(lower(p.principal_kind), '') NOT IN ('anonymous', 'unknown')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT column2 || ' were not read whole'
--   FROM (VALUES ('confluence_user', 'accounts'))
--   WHERE column1 NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   UNION ALL
--   SELECT printf('the members of groups were not read whole: %d account(s) that nobody can identify may hold more', count(*))
--   FROM account
--   WHERE (lower(account_type) = 'unknown' OR resolved = 0)
--     AND 'directory_group_member' NOT IN (SELECT resource FROM coverage WHERE outcome = 'complete')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) that may read a space do not tell what kind of account they are', count(DISTINCT t.account_id))
--   FROM confluence_space_subject AS t
--   JOIN (SELECT DISTINCT g.subject_kind, g.subject_id FROM confluence_space_grant AS g WHERE g.operation = 'read' AND g.target_type = 'space') AS g
--     ON g.subject_kind = t.subject_kind AND g.subject_id = t.subject_id
--   LEFT JOIN account AS a ON a.account_id = t.account_id
--   WHERE coalesce(a.account_type, '') = '' AND a.resolved IS NOT 0
--   HAVING count(*) > 0
-- param: public_spaces list = []
--   keys of spaces that are open to the public on purpose; accounts that nobody can identify are still reported there
-- maps: iso27001:A.5.10, iso27001:A.8.3, soc2:CC6.1, soc2:CC6.6, csf2:PR.AA-05, cis8:3.3
-- source: Cloudflare CASB Atlassian Confluence; Confluence Cloud REST API v2, space permissions, space roles and users-bulk; requests without a sign-in
-- why: What the public may read is often wanted and rarely looked at again: pages are added to an open space by people who do
--   not know that it is open. An account without an identity reads along without anybody behind it.
-- fix: Ask the owner of the space named whether it is meant to be public
--   If so, put its key into public_spaces, and name somebody who looks after what is written there
--   If not, open Space settings > Space permissions (or Space access, where the site uses roles) and clear every right under Anonymous access (the class Anonymous users)
--   Remove the account or the group's grant named; if nobody knows the account, take it out of its groups in admin.atlassian.com > Directory
-- false-positives: A space of public documentation: put its key into public_spaces.

-- Both permission models come in one form (confluence_space_grant): the principal role / ANONYMOUS of a permission and the
-- access class anonymous-users of a role assignment are the same public. Accounts that nobody can identify hold what is
-- granted to them directly and what their groups hold.
-- A space that was shown to a request without a sign-in is public whatever its permission list says.
WITH
  nobody AS MATERIALIZED (   -- accounts that the site cannot tell who or what they are
    SELECT a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name
    FROM account AS a
    LEFT JOIN confluence_user AS u ON u.account_id = a.account_id
    WHERE lower(a.account_type) = 'unknown'
      OR a.resolved = 0
      OR lower(u.user_type) IN ('unknown', 'anonymous')
  ),
  holder (space_id, account_id, name, via_group, via_key, operation, target_type, resource, key) AS MATERIALIZED (
    SELECT g.space_id, g.account_id, g.name, g.via_group, g.via_key, g.operation, g.target_type, g.source_resource, g.source_key
    FROM (
      SELECT g.*, iif(lower(p.principal_kind) = 'unknown', coalesce(g.subject_id, g.source_key), NULL) AS account_id,
        coalesce(g.subject_id, 'without an id') AS name, NULL AS via_group, NULL AS via_key
      FROM (SELECT * FROM confluence_space_grant WHERE subject_kind IN ('anonymous', 'unknown')) AS g
      LEFT JOIN confluence_space_permission AS p ON p.key = g.source_key
      LEFT JOIN confluence_space AS s ON s.space_id = g.space_id
      WHERE iif(g.subject_kind = 'anonymous', 'anonymous', lower(p.principal_kind)) IN ('anonymous', 'unknown')
        AND coalesce(upper(s.space_key), '') NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
      UNION ALL
      SELECT g.*, n.account_id, n.name, NULL, NULL
      FROM nobody AS n JOIN confluence_space_grant AS g ON g.subject_kind = 'user' AND g.subject_id = n.account_id
      UNION ALL
      SELECT g.*, n.account_id, n.name, m.group_id, m.key
      FROM nobody AS n
      JOIN directory_group_member AS m ON m.account_id = n.account_id
      JOIN confluence_space_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
    ) AS g
    WHERE g.operation = 'read' AND g.target_type = 'space'
    UNION ALL
    SELECT s.space_id, NULL, NULL, NULL, NULL, 'read', 'space', 'anonymous_probe', p.key
    FROM anonymous_probe AS p, json_each(p.keys) AS k
    JOIN confluence_space AS s ON s.space_key = k.value
    WHERE p.product = 'confluence'
      AND upper(s.space_key) NOT IN (SELECT upper(value) FROM json_each(:public_spaces))
  ),
  shown AS (   -- how many spaces a request without a sign-in was shown, NULL if that was not tried
    SELECT max(coalesce(p.item_count, 0)) AS spaces FROM anonymous_probe AS p
    WHERE p.product = 'confluence' AND p.status < 500
  ),
  who AS (   -- for each space who it is, in words
    SELECT h.space_id, h.account_id,
      iif(h.account_id IS NULL, 'anonymous visitors', 'the unidentified account ' || h.name || iif(count(h.via_group) = 0, '', iif(count(*) > count(h.via_group), ' directly and', '') || ' through the group' || iif(count(h.via_group) = 1, ' ', 's ')
      || group_concat(coalesce(nullif(d.name, ''), h.via_group), ', ' ORDER BY coalesce(nullif(d.name, ''), h.via_group)))) AS name,
      row_number() OVER (PARTITION BY h.space_id ORDER BY h.account_id) AS n,
      count(*) OVER (PARTITION BY h.space_id) AS total
    FROM (SELECT DISTINCT space_id, account_id, name, via_group FROM holder) AS h
    LEFT JOIN directory_group AS d ON d.group_id = h.via_group
    GROUP BY h.space_id, h.account_id
  ),
  proof AS (
    SELECT space_id, group_concat(json_object('resource', resource, 'key', key)) AS objects
    FROM (
      SELECT *, row_number() OVER (PARTITION BY space_id ORDER BY place, resource, key) AS n
      FROM (
        SELECT h.space_id, 0 AS place, 'confluence_space' AS resource, s.key FROM holder AS h JOIN confluence_space AS s ON s.space_id = h.space_id
        UNION
        SELECT space_id, 1, resource, key FROM holder
        UNION
        SELECT space_id, 2, 'directory_group_member', via_key FROM holder WHERE via_key IS NOT NULL
        UNION
        SELECT h.space_id, 3, 'confluence_user', u.key FROM holder AS h JOIN confluence_user AS u ON u.account_id = h.account_id
      )
    )
    WHERE n <= 50
    GROUP BY space_id
  )
SELECT
  coalesce(s.key, x.space_id) AS key,
  '' AS aspect,
  coalesce(nullif(trim(coalesce(s.space_key, '') || ' ' || coalesce(s.name, '')), ''), 'space ' || x.space_id) AS subject,
  'can be read by ' || x.words
    || iif(x.space_id IN (SELECT space_id FROM holder WHERE resource = 'anonymous_probe'), '; a request without a sign-in was shown it', '')
    || iif(x.public AND (SELECT spaces FROM shown) = 0, '; but a request without a sign-in was shown no space at all, so anonymous access may be switched off for the whole site', '') AS detail,
  '[' || p.objects || ']' AS evidence
FROM (
  SELECT w.space_id, min(w.account_id IS NOT NULL) = 0 AS public, group_concat(w.name, ' and by ' ORDER BY w.n) FILTER (WHERE w.n <= 3) || iif(max(w.total) > 3, printf(' and by %d more', max(w.total) - 3), '') AS words
  FROM who AS w
  GROUP BY w.space_id
) AS x
JOIN proof AS p ON p.space_id = x.space_id
LEFT JOIN confluence_space AS s ON s.space_id = x.space_id
