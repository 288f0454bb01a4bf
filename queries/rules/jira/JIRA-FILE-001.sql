-- rev: 1
-- title: Jira Issue attachment over 512 MB
-- severity: medium
-- category: file security
-- products: jira-cloud, jira-dc
-- object: jira_attachment
-- needs: jira_attachment
-- optional: jira_project
-- unknown: SELECT printf('%d attachment(s) do not tell their size', count(*)), json_group_array(key) AS key
--   FROM jira_attachment
--   WHERE typeof(size) NOT IN ('integer', 'real')
--   HAVING count(*) > 0
-- param: attachment_bytes int = 536870912
--   size in bytes that an attachment may have: 512 MiB. 512000000 reads the 512 MB of the title as decimal
-- maps: iso27001:A.8.12, iso27001:A.5.33, soc2:CC6.7, csf2:PR.DS-01, cis8:3.1, cis8:3.3
-- source: Cloudflare CASB Atlassian Jira; Jira Cloud REST API v3, attachments of issues
-- why: Files of this size in an issue are mostly database dumps, disk images or exports that have left the store that
--   guards them: everybody who may see the issue may take a copy.
-- fix: Ask who attached the file why it is there
--   Move it to a store with access control and a retention period, and leave a link in the issue
--   Delete the attachment from the issue
--   Lower the upload limit (Jira settings > System (Data Center: Administration > System) > Attachments)
-- false-positives: Recordings or build results that are meant to be there: accept them issue by issue.

SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.filename, ''), 'attachment ' || a.attachment_id) AS subject,
  printf('is %.1f MB large (%,d bytes)', a.size / 1048576.0, a.size)
    || coalesce(' and attached to ' || a.issue_key, '')
    || coalesce(' in ' || coalesce(nullif(p.name, ''), a.project_key), '')
    || coalesce(' since ' || substr(a.created, 1, 10), '') AS detail,
  json_array(json_object('resource', 'jira_attachment', 'key', a.key)) AS evidence
FROM jira_attachment AS a
LEFT JOIN jira_project AS p ON p.project_id = a.project_id
WHERE typeof(a.size) IN ('integer', 'real')   -- a text is greater than every number
  AND a.size > :attachment_bytes
