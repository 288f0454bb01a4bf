-- confluence_restriction: one user or group named in a restriction of one page or blog post (content/search, restriction/byOperation).
-- Content without a row has no restriction of its own: it is as open as its space, and for reading as the content above it.
-- index: content_id, operation
-- index: account_id
-- index: group_id
-- index: subject_kind, subject, operation
SELECT
  o.key,                                              -- text: {content, operation, subject kind, subject}
  o.body ->> '$.contentId' AS content_id,             -- text: the content
  o.body ->> '$.operation' AS operation,              -- text: read or update
  CASE WHEN o.body -> '$.group' IS NOT NULL THEN 'group' WHEN o.body -> '$.user' IS NOT NULL THEN 'user' END AS subject_kind, -- text: user or group
  coalesce(o.body ->> '$.user.accountId', o.body ->> '$.user.userKey', o.body ->> '$.user.username', o.body ->> '$.group.id', iif(o.body ->> '$.product' IS NULL, o.body ->> '$.group.name', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.group.name', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30))), o.body ->> '$.user.type') AS subject, -- text: account id or group id (on Data Center user key or key of the group), else what else names it
  coalesce(o.body ->> '$.user.accountId', o.body ->> '$.user.userKey', o.body ->> '$.user.username') AS account_id, -- text: the account, NULL for a group
  coalesce(o.body ->> '$.group.id', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.group.name', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30))) AS group_id, -- text: the group, NULL for a user; on Data Center its key
  o.body ->> '$.group.name' AS group_name,            -- text: name of the group
  o.body ->> '$.user.type' AS subject_type,           -- text: known, unknown, anonymous, user; NULL for a group
  o.body ->> '$.user.accountType' AS account_type     -- text: atlassian, app, or empty where the site does not tell; NULL for a group, and on Data Center
FROM object AS o
