-- grant_home_site: of the sites that a sign-in reaches, the one that the snapshot is of.
-- reads: grant_site, jira_instance, confluence_instance
-- materialised: no
SELECT
  s.key,                       -- text: key of the grant_site
  s.parent_key AS parent_key   -- text: key of the grant
FROM grant_site AS s
WHERE s.site_id IN (SELECT c.cloud_id FROM confluence_instance AS c)
  OR rtrim(s.url, '/') IN (SELECT rtrim(j.base_url, '/') FROM jira_instance AS j)
  OR rtrim(s.url, '/') || '/wiki' IN (SELECT rtrim(c.base_url, '/') FROM confluence_instance AS c)
