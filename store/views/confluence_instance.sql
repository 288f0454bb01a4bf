-- confluence_instance: what Confluence says of its own site (GET /wiki/rest/api/settings/systemInfo; Data Center server-information, else applinks/1.0/manifest).
SELECT
  o.key,                                              -- text: always confluence
  o.body ->> '$.cloudId' AS cloud_id,                 -- text: the site's cloud id
  coalesce(o.body ->> '$.baseUrl', o.body ->> '$.url') AS base_url,                 -- text: the address the site states of itself
  o.body ->> '$.edition' AS edition,                  -- text: the plan, as the API spells it
  o.body ->> '$.version' AS version,                  -- text: version of Confluence; on Data Center alone
  coalesce(o.body ->> '$.siteTitle', o.body ->> '$.name') AS title,                  -- text: the site's title
  o.body ->> '$.defaultLocale' AS default_locale,     -- text: language of new accounts
  o.body ->> '$.defaultTimeZone' AS default_time_zone, -- text: time zone of new accounts
  o.body ->> '$.buildDate' AS build_date              -- text: when that version was built, as the site spells it; on Data Center alone
FROM object AS o
