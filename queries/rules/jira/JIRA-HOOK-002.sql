-- rev: 1
-- title: Unfiltered webhook to an external host
-- severity: medium
-- category: integrations
-- products: jira-cloud, jira-dc
-- object: jira_webhook
-- needs: jira_webhook
-- unknown: SELECT 'own_email_domains is not set, so no host was judged to be external' AS words, NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--     AND EXISTS (SELECT 1 FROM jira_webhook WHERE enabled = 1)
--   UNION ALL
--   SELECT printf('%d webhook(s) do not tell whether they send, where to, what narrows them, or whether they leave the issue out', count(*)), json_group_array(w.key)
--   FROM jira_webhook AS w
--   LEFT JOIN jira_hook_target AS t ON t.key = w.key
--   WHERE (w.enabled = 1
--     AND w.exclude_body = 0
--     AND t.inside = 0
--     AND iif(w.filters IS NULL, NULL, NOT EXISTS (SELECT 1 FROM json_each(w.filters) WHERE value <> ''))) IS NULL
--     AND NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains) AS d WHERE substr('.' || t.host, -1 - length(ltrim(d.value, '@'))) = '.' || lower(ltrim(d.value, '@')))
--     AND NOT EXISTS (SELECT 1 FROM json_each(:trusted_hook_domains) AS d WHERE substr('.' || t.host, -1 - length(d.value)) = '.' || lower(d.value))
--   HAVING count(*) > 0
-- param: trusted_hook_domains list = []
--   domains of others that webhooks may send to, with all hosts below them
-- maps: iso27001:A.8.12, iso27001:A.5.14, soc2:CC6.7, soc2:CC9.2, csf2:PR.DS-02, csf2:PR.DS-10, cis8:3.3, cis8:15.1
-- source: How to Harden, Atlassian; Jira Data Center, webhooks
-- why: A webhook without a JQL filter sends every event of every project to somebody else, those of the confidential ones too,
--   whoever may see them in Jira.
-- fix: Ask the owner of the webhook which issues the receiver needs, and put that in as JQL (Administration > System > WebHooks)
--   Leave the issue out of the message where the event alone will do
--   Remove the webhook if nobody owns it
-- false-positives: A service that the company uses under a contract: add its domain to trusted_hook_domains.

-- A host is one's own if it is one of own_email_domains or lies below one. Names without a dot and addresses of private networks
-- are inside.
SELECT
  w.key,
  '' AS aspect,
  coalesce(nullif(w.name, ''), 'webhook ' || w.webhook_id) AS subject,
  'sends the issues of every project to ' || t.host AS detail
FROM jira_webhook AS w
JOIN jira_hook_target AS t ON t.key = w.key
WHERE w.enabled = 1
  AND w.exclude_body = 0
  AND t.inside = 0
  AND w.filters IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM json_each(w.filters) WHERE value <> '')
  AND EXISTS (SELECT 1 FROM json_each(:own_email_domains))
  AND NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains) AS d WHERE substr('.' || t.host, -1 - length(ltrim(d.value, '@'))) = '.' || lower(ltrim(d.value, '@')))
  AND NOT EXISTS (SELECT 1 FROM json_each(:trusted_hook_domains) AS d WHERE substr('.' || t.host, -1 - length(d.value)) = '.' || lower(d.value))
