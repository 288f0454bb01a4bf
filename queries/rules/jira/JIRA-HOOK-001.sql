-- rev: 1
-- title: Webhook sends to an unencrypted URL
-- severity: high
-- category: integrations
-- products: jira-cloud, jira-dc
-- object: jira_webhook
-- needs: jira_webhook
-- unknown: SELECT printf('%d webhook(s) do not tell whether they send, or where to', count(*)) AS words, json_group_array(w.key) AS key
--   FROM jira_webhook AS w
--   LEFT JOIN jira_hook_target AS t ON t.key = w.key
--   WHERE (w.enabled = 1 AND (t.scheme = 'http' AND t.host NOT IN ('localhost', '127.0.0.1', '::1'))) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.24, iso27001:A.8.20, soc2:CC6.7, csf2:PR.DS-02, cis8:3.10
-- source: How to Harden, Atlassian; Jira Data Center, webhooks
-- why: What the webhook sends, often whole issues, can be read by everybody on the way, and sent again by them.
-- fix: Give the receiver a certificate, and change the URL to https (Administration > System > WebHooks)
--   Have the receiver check the signature (the secret of the webhook), so that nobody else can send to it
-- false-positives: A receiver on the same host that is addressed by its name. What goes to localhost is not reported.
SELECT
  w.key,
  '' AS aspect,
  coalesce(nullif(w.name, ''), 'webhook ' || w.webhook_id) AS subject,
  'sends unencrypted, to http://' || t.host AS detail
FROM jira_webhook AS w
JOIN jira_hook_target AS t ON t.key = w.key
WHERE w.enabled = 1
  AND t.scheme = 'http'
  AND t.host NOT IN ('localhost', '127.0.0.1', '::1')
