-- scope: a scope of OAuth 2.0 or of an organisation API key of Atlassian Cloud; reference data, the same for every snapshot.
-- index: scope
SELECT
  o.key,                                 -- text: the scope
  o.body ->> '$.scope' AS scope,         -- text: the scope, read:jira-work
  o.body ->> '$.class' AS class,         -- text: classic, granular or platform: what belongs to the account itself
  o.body ->> '$.verb' AS verb,           -- text: read, write, delete, manage ...
  o.body ->> '$.product' AS product,     -- text: jira, servicemanagement, confluence, organisation or platform
  o.body ->> '$.title' AS title,         -- text: as the consent page words it
  o.body ->> '$.mutating' AS mutating,   -- integer: 1 if it can change anything, whatever it is asked for
  o.body -> '$.classic' AS classic,      -- json: of a granular one, array of the classic scopes that together open every operation which needs it and only reads; [] where none do
  o.body ->> '$.as_of' AS as_of          -- text: the day to which the data are known to be right, to be said with every finding built on it
FROM object AS o
