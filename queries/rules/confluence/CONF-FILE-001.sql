-- rev: 1
-- title: Confluence attachment over 512 MB
-- severity: medium
-- category: file security
-- products: confluence-cloud, confluence-dc
-- object: confluence_attachment
-- needs: confluence_attachment
-- optional: confluence_content, confluence_space
-- unknown: SELECT printf('%d attachment(s) do not tell their size', count(*)), json_group_array(key) AS key
--   FROM confluence_attachment
--   WHERE typeof(file_size) NOT IN ('integer', 'real')
--   HAVING count(*) > 0
-- param: attachment_bytes int = 536870912
--   size in bytes that an attachment may have: 512 MiB. 512000000 reads the 512 MB of the title as decimal
-- maps: iso27001:A.8.12, iso27001:A.5.33, soc2:CC6.7, csf2:PR.DS-01, cis8:3.1, cis8:3.3
-- source: Cloudflare CASB Atlassian Jira, applied to Confluence; Confluence Cloud REST API v2, attachments; Confluence Data Center REST API 10.2, content by scan
-- why: Files of this size on a page are mostly exports, disk images or recordings that have left the store that
--   guards them: everybody who may see the page may take a copy.
-- fix: Ask who attached the file why it is there
--   Move it to a store with access control and a retention period, and leave a link on the page
--   Delete the attachment from the page (More actions > Attachments) with its older versions, and purge it from the space's trash
--   Lower the largest size that an attachment may have, in Confluence administration
-- false-positives: Training videos and recordings that are meant to be there: accept them page by page.

SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.title, ''), 'attachment ' || a.attachment_id) AS subject,
  printf('is %.1f MB large (%,d bytes)', a.file_size / 1048576.0, a.file_size)
    || coalesce(' and attached to ' || coalesce(nullif(c.title, ''), 'page ' || a.page_id, 'blog post ' || a.blogpost_id, 'content ' || a.custom_content_id), '')
    || coalesce(' in ' || coalesce(nullif(s.name, ''), s.space_key), '')
    || coalesce(' since ' || substr(a.created_at, 1, 10), '') AS detail,
  json_array(json_object('resource', 'confluence_attachment', 'key', a.key)) AS evidence
FROM confluence_attachment AS a
LEFT JOIN confluence_content AS c ON c.content_id = coalesce(a.page_id, a.blogpost_id)
LEFT JOIN confluence_space AS s ON s.space_id = c.space_id
WHERE typeof(a.file_size) IN ('integer', 'real')   -- a text is greater than every number
  AND a.file_size > :attachment_bytes
