-- rev: 1
-- title: No recent successful site backup job
-- severity: low
-- category: backup
-- products: confluence-dc
-- object: confluence_instance
-- needs: confluence_instance
-- needs-all: backup_job
-- unknown: SELECT 'this version of Confluence does not list its backups' AS words, i.key AS key
--   FROM confluence_instance AS i
--   JOIN coverage AS c ON c.resource = 'backup_job'
--   WHERE c.outcome = 'unavailable'
--   UNION ALL
--   SELECT 'of ' || count(*) || iif(count(*) = 1, ' backup', ' backups') || ' it is not told what was saved, how it ended or when', 'confluence'
--   FROM backup_job AS b
--   WHERE b.product = 'confluence'
--     AND (b.operation = 'BACKUP' AND b.scope = 'SITE' AND b.state = 'FINISHED' AND b.finished_at > strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || :backup_days || ' days')) IS NULL
--   HAVING count(*) > 0
-- param: backup_days int = 7
--   how many days old the last finished backup of the whole site may be
-- maps: iso27001:A.8.13, soc2:A1.2, csf2:PR.DS-11, cis8:11.2
-- source: Confluence Data Center REST API 10.2, backup and restore; Atlassian's GDPR guide for Data Center; Atlassian's security checklist for Data Center
-- why: An installation that shows no backup of its own must prove that there is another one, and that it can be restored.
-- fix: Show the last backup of database and home directory, and the record of the last time one was restored
--   Or schedule backups of the site: Administration > Backup and restore
-- false-positives: Atlassian advises large sites to save database and home directory instead, which this list cannot show: ask for the proof, then accept it with a day.

SELECT
  i.key AS key,
  '' AS aspect,
  'Confluence' AS subject,
  'shows no finished backup of the whole site since ' || date(:now, '-' || :backup_days || ' days')
    || coalesce('; the last one ended on ' || (SELECT substr(max(b.finished_at), 1, 10) FROM backup_job AS b
      WHERE b.product = 'confluence' AND b.operation = 'BACKUP' AND b.scope = 'SITE' AND b.state = 'FINISHED'), '') AS detail
FROM confluence_instance AS i
JOIN coverage AS c ON c.resource = 'backup_job'
WHERE c.outcome = 'complete'
  AND NOT EXISTS (SELECT 1 FROM backup_job AS b WHERE b.product = 'confluence'
    AND (b.operation = 'BACKUP' AND b.scope = 'SITE' AND b.state = 'FINISHED' AND b.finished_at > strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || :backup_days || ' days')) IS NOT 0)
