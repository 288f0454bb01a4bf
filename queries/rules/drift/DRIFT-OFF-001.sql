-- rev: 1
-- kind: drift
-- title: A safeguard was switched off or weakened
-- severity: high
-- category: drift
-- products: jira-cloud, confluence-cloud, org, jira-dc, confluence-dc
-- object: jira_security_scheme, confluence_audit_retention, basic_auth, single_sign_on, org_policy, org_domain
-- needs: jira_security_scheme, confluence_audit_retention, basic_auth, single_sign_on
-- optional: jira_security_level, org_policy, org_domain
-- unknown: SELECT printf('%d of the safeguards that were in force do not tell whether they still are', count(*)) AS words, json_group_array(x.key) AS key
--   FROM (
--     SELECT a.key FROM after_org_policy AS a JOIN before_org_policy AS b ON b.key = a.key
--     WHERE b.status = 'enabled' AND a.status IS NULL
--     UNION ALL
--     SELECT a.key FROM after_basic_auth AS a JOIN before_basic_auth AS b ON b.key = a.key
--     WHERE b.block_requests = 1 AND a.block_requests IS NULL
--     UNION ALL
--     SELECT a.key FROM after_confluence_audit_retention AS a JOIN before_confluence_audit_retention AS b
--     WHERE b.days IS NOT NULL AND a.days IS NULL
--     UNION ALL
--     SELECT a.key FROM after_single_sign_on AS a JOIN before_single_sign_on AS b ON b.key = a.key
--     WHERE b.enabled = 1 AND a.enabled IS NULL
--     UNION ALL
--     SELECT a.key FROM after_org_domain AS a JOIN before_org_domain AS b ON b.key = a.key
--     WHERE b.claim_status = 'verified' AND a.claim_status IS NULL
--   ) AS x
--   HAVING count(*) > 0
-- maps: iso27001:A.8.9, iso27001:A.8.32, soc2:CC6.1, soc2:CC8.1, csf2:PR.PS-01, csf2:DE.CM-09, cis8:4.1, attack:T1562
-- source: Atlassian organisations REST API v1, policies and domains; Jira and Confluence REST API, issue security, audit retention; Atlassian, disabling basic authentication; Atlassian Data Center REST API, authentication
-- why: A safeguard that somebody took away matters more than one that was never there: it was thought of, others rely on it, and
--   taking it away is what whoever breaks in does first.
-- fix: Put it back as it was before
--   Ask who took it away and why; the audit log tells when
--   Look at what happened while it was off
-- false-positives: A safeguard that another took the place of: accept it and name the other. Networks that were widened for a new office.

-- What was in force before, is there no more or is weaker. What nobody tells of now is not known, and not judged.
WITH
  off (resource, key, aspect, subject, detail) AS (
    SELECT 'org_policy', b.key, '', coalesce(nullif(b.name, ''), b.policy_id), 'is a policy (' || coalesce(b.type, 'of no known type') || ') that was enabled and ' || iif(a.key IS NULL, 'is gone', 'is now ' || a.status)
    FROM before_org_policy AS b
    LEFT JOIN after_org_policy AS a ON a.key = b.key
    WHERE b.status = 'enabled'
      AND (a.key IS NULL OR a.status <> 'enabled')
    UNION ALL
    SELECT 'org_policy', e.key, 'addresses', coalesce(nullif(max(p.name), ''), e.key), printf('lets in %d more address%s or networks: ', count(*), iif(count(*) = 1, '', 'es')) || group_concat(iif(e.n <= 8, e.entry, NULL), ', ' ORDER BY e.n) || iif(count(*) > 8, printf(' and %d more', count(*) - 8), '')
    FROM (
      SELECT a.key, a.entry, row_number() OVER (PARTITION BY a.key ORDER BY a.entry) AS n
      FROM after_org_allowlist_entry AS a
      WHERE a.key IN (SELECT key FROM before_org_allowlist_entry)
        AND NOT EXISTS (SELECT 1 FROM before_org_allowlist_entry AS b WHERE b.key = a.key AND in_network(substr(a.entry, 1, instr(a.entry || '/', '/') - 1), b.entry) = 1 AND b.prefix <= a.prefix)
    ) AS e
    JOIN after_org_policy AS p ON p.key = e.key
    GROUP BY e.key
    UNION ALL
    SELECT 'org_domain', b.key, '', coalesce(nullif(b.name, ''), b.domain_id), 'is a domain that was verified and ' || iif(a.key IS NULL, 'is gone', 'is now ' || a.claim_status)
    FROM before_org_domain AS b
    LEFT JOIN after_org_domain AS a ON a.key = b.key
    WHERE b.claim_status = 'verified'
      AND (a.key IS NULL OR a.claim_status <> 'verified')
    UNION ALL
    SELECT 'basic_auth', a.key, '', iif(a.product = 'confluence', 'Confluence', 'Jira'), 'takes passwords (basic authentication) for its REST API again'
    FROM after_basic_auth AS a
    JOIN before_basic_auth AS b ON b.key = a.key
    WHERE b.block_requests = 1
      AND a.block_requests = 0
    UNION ALL
    SELECT 'confluence_audit_retention', a.key, '', 'Confluence', printf('keeps its audit log for %d days, and did ', a.days) || iif(upper(b.units) = 'FOREVER', 'for ever', printf('for %d', b.days))
    FROM after_confluence_audit_retention AS a
    JOIN before_confluence_audit_retention AS b
    WHERE upper(a.units) <> 'FOREVER'   -- however many times
      AND (upper(b.units) = 'FOREVER' AND a.days > 0 OR round(a.days, 3) < round(b.days, 3))
    UNION ALL
    SELECT 'jira_security_scheme', b.key, '', coalesce(nullif(b.name, ''), 'Issue security scheme ' || b.key), 'had a default level and ' || iif(a.key IS NULL, 'is gone', 'has none now')
    FROM before_jira_security_scheme AS b
    LEFT JOIN after_jira_security_scheme AS a ON a.key = b.key
    WHERE (b.default_level_id IS NOT NULL OR EXISTS (SELECT 1 FROM before_jira_security_level AS l WHERE l.scheme_id = b.scheme_id AND l.is_default = 1))
      AND (a.key IS NULL
        OR a.default_level_id IS NULL
          AND (a.default_told = 1   -- to say null
            OR a.default_left_out = 1 AND EXISTS (SELECT 1 FROM after_jira_security_scheme WHERE default_level_id IS NOT NULL)
            OR EXISTS (SELECT 1 FROM after_jira_security_level AS l WHERE l.scheme_id = a.scheme_id)
              AND NOT EXISTS (SELECT 1 FROM after_jira_security_level AS l WHERE l.scheme_id = a.scheme_id AND l.is_default IS NOT 0)))
    UNION ALL
    SELECT 'single_sign_on', b.key, '', coalesce(nullif(b.name, ''), b.idp_id), 'is an identity provider of ' || iif(b.product = 'confluence', 'Confluence', 'Jira') || ' that was in use and is ' || iif(a.key IS NULL, 'gone', 'now switched off')
    FROM before_single_sign_on AS b
    LEFT JOIN after_single_sign_on AS a ON a.key = b.key
    WHERE b.enabled = 1
      AND (a.key IS NULL OR a.enabled = 0)
    UNION ALL
    SELECT 'single_sign_on', a.key, 'password', iif(a.product = 'confluence', 'Confluence', 'Jira'), 'now lets people past single sign-on to its own log-in page'
    FROM after_single_sign_on AS a
    JOIN before_single_sign_on AS b ON b.key = a.key
    WHERE b.authentication_fallback = 0 AND a.authentication_fallback = 1
      OR b.login_form = 0 AND a.login_form = 1
  )
SELECT o.resource AS resource, o.key AS key, o.aspect AS aspect, o.subject AS subject, o.detail AS detail
FROM off AS o
