-- rev: 1
-- title: External people in a project without issue security
-- severity: medium
-- category: permissions
-- products: jira-cloud
-- object: jira_project
-- needs: jira_project, jira_role_actor, jira_user
-- needs-all: jira_project_security
-- optional: directory_group, directory_group_member, confluence_user
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag', NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT 'members of groups were not read whole', NULL
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'directory_group_member' AND outcome = 'complete')
--   UNION ALL
--   SELECT printf('%d account(s) in roles of such projects do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(t.account_id)
--   FROM (
--     SELECT k.account_id FROM account_kind AS k
--     WHERE (iif(k.flag IS NULL AND k.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, k.guest)
--         OR EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND k.by_address AND k.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) IS NULL
--       AND k.resolved = 1
--     UNION ALL
--     SELECT account_id FROM (SELECT subject_id AS account_id FROM jira_role_grant WHERE subject_kind = 'user' UNION SELECT account_id FROM directory_group_member EXCEPT SELECT account_id FROM account) -- lint: for speed alone
--     WHERE account_id NOT LIKE 'qm:%'
--   ) AS t
--   WHERE EXISTS (
--     SELECT 1 FROM jira_role_member AS s
--     JOIN jira_project AS p ON p.project_id = s.project_id
--     WHERE s.account_id = t.account_id
--       AND p.archived IS NOT 1
--       AND NOT EXISTS (SELECT 1 FROM jira_project_security AS x WHERE x.project_id = p.project_id))
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d project(s) without issue security do not tell whether they are archived', count(*)), json_group_array(p.project_id)
--   FROM jira_project AS p
--   WHERE p.archived IS NULL
--     AND NOT EXISTS (SELECT 1 FROM jira_project_security AS x WHERE x.project_id = p.project_id)
--     AND EXISTS (SELECT 1 FROM jira_role_actor AS a WHERE a.project_id = p.project_id)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d entries of roles do not tell in which project they are, or who it is', count(*)), json_group_array(coalesce(a.project_id, a.key))
--   FROM jira_role_actor AS a
--   LEFT JOIN jira_project AS p ON p.project_id = a.project_id
--   WHERE (a.project_id IS NULL OR a.account_id IS NULL AND a.group_id IS NULL)
--     AND p.archived IS NOT 1
--     AND NOT EXISTS (SELECT 1 FROM jira_project_security AS x WHERE x.project_id = a.project_id)
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d entries of which project uses which issue security scheme do not tell the project', count(*)), NULL
--   FROM jira_project_security
--   WHERE project_id IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.12, iso27001:A.5.19, soc2:CC6.1, soc2:CC9.2, csf2:PR.AA-05, cis8:3.3, cis8:3.12
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, project roles, issue security schemes, users
-- why: A guest in a project without an issue security scheme reads every issue, also those written for internal eyes.
-- fix: Link an issue security scheme with a restrictive default level (Project settings > Issue security), and give the people from outside a level of their own
--   Or move internal work to a project that they are not in
--   A team-managed project cannot have such a scheme: restrict its work items one by one, or move the work to a company-managed project
--   Take out of the roles named whoever does not work there any more (Project settings > Access)
-- false-positives: Projects made only for the work with the people from outside: accept it with an owner. Addresses at an alias domain of your own company: add the domain to own_email_domains.

-- External as in JIRA-ROLE-001. Any role counts, directly or through a group: counted group by group, so that a group of
-- everybody in every project stays one line each. The list of what uses which scheme must be whole: the rule leans on absence.
WITH
  outsider AS MATERIALIZED (
    SELECT k.account_id, k.name || ' (' || k.basis || ')' AS name
    FROM account_kind AS k
    WHERE k.guest = 1
      OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
        AND k.by_address = 1
        AND k.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))
  ),
  party AS MATERIALIZED (   -- each person, and each group with the outsiders in it
    SELECT s.subject_kind, s.subject_id,
      iif(s.subject_kind = 'user', '', 'the group ' || coalesce(nullif(max(d.name), ''), s.subject_id) || ', which holds ')
        || group_concat(iif(s.n <= 5, s.name, NULL), ', ' ORDER BY s.n) || iif(count(*) > 5, printf(' and %d more', count(*) - 5), '') AS words,
      group_concat(iif(s.n <= 5 AND u.key IS NOT NULL, json_object('resource', 'jira_user', 'key', u.key), NULL)) AS people,
      group_concat(iif(s.n <= 5 AND m.key IS NOT NULL, json_object('resource', 'directory_group_member', 'key', m.key), NULL)) AS memberships
    FROM (
      SELECT s.*, o.name, row_number() OVER (PARTITION BY s.subject_kind, s.subject_id ORDER BY o.name, o.account_id) AS n
      FROM outsider AS o
      CROSS JOIN jira_role_subject AS s ON s.account_id = o.account_id
    ) AS s
    LEFT JOIN jira_user AS u ON u.account_id = s.account_id
    LEFT JOIN directory_group AS d ON d.group_id = s.via_group
    LEFT JOIN directory_group_member AS m ON m.account_id = s.account_id AND +m.group_id = s.via_group
    GROUP BY s.subject_kind, s.subject_id
  ),
  place AS (   -- where they act
    SELECT p.key, p.project_key, p.name, p.project_id, p.style, p.simplified, coalesce(nullif(g.role_name, ''), 'role ' || g.role_id, 'a role') || ': ' || x.words AS words, x.people, x.memberships, g.source_key,
      row_number() OVER (PARTITION BY p.key ORDER BY x.subject_kind DESC, x.words, g.source_key) AS n
    FROM party AS x
    JOIN jira_role_grant AS g ON (g.subject_kind, g.subject_id) = (x.subject_kind, x.subject_id)
    JOIN jira_project AS p ON p.project_id = g.project_id
    WHERE p.archived = 0
      AND NOT EXISTS (SELECT 1 FROM jira_project_security AS y WHERE y.project_id = p.project_id)
      AND NOT EXISTS (SELECT 1 FROM jira_project_security WHERE project_id IS NULL)
  )
SELECT
  p.key,
  '' AS aspect,
  coalesce(nullif(trim(coalesce(p.project_key, '') || ' ' || coalesce(p.name, '')), ''), 'project ' || p.project_id) AS subject,
  'has no issue security scheme' || iif(p.style = 'next-gen' OR p.simplified = 1, ' (a team-managed project cannot have one)', '') || ', and external people act in it ('
    || group_concat(iif(p.n <= 5, p.words, NULL), '; ' ORDER BY p.n) || iif(count(*) > 5, printf('; and %d more', count(*) - 5), '') || ')' AS detail,
  '[' || json_object('resource', 'jira_project', 'key', p.key) || ',' || group_concat(iif(p.n <= 12, json_object('resource', 'jira_role_actor', 'key', p.source_key), NULL))
    || coalesce(',' || group_concat(DISTINCT iif(p.n <= 12, p.people, NULL)), '') || coalesce(',' || group_concat(DISTINCT iif(p.n <= 12, p.memberships, NULL)), '') || ']' AS evidence
FROM place AS p
GROUP BY p.key
