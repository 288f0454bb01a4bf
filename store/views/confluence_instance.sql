-- confluence_instance: what Confluence says of its own site (GET /wiki/rest/api/settings/systemInfo).
SELECT
  o.key,                                              -- text: always confluence
  o.body ->> '$.cloudId' AS cloud_id,                 -- text: the site's cloud id
  o.body ->> '$.baseUrl' AS base_url,                 -- text: the address the site states of itself
  o.body ->> '$.edition' AS edition,                  -- text: the plan, as the API spells it
  o.body ->> '$.version' AS version,                  -- text: version of Confluence; on Data Center alone
  o.body ->> '$.siteTitle' AS title,                  -- text: the site's title
  o.body ->> '$.defaultLocale' AS default_locale,     -- text: language of new accounts
  o.body ->> '$.defaultTimeZone' AS default_time_zone -- text: time zone of new accounts
FROM object AS o
