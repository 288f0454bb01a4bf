-- confluence_space_access: what each account may do in each space, directly and through its groups.
-- reads: confluence_space_grant, directory_group_member
-- materialised: no
-- Left as a view: 5,000 spaces opened to a group of 50,000 people are billions of rows. Ask for few accounts, and write them first, in a select without a window, a group or DISTINCT: `account AS a CROSS JOIN confluence_space_access AS x ON x.account_id = a.account_id`. Those go around it, over an `AS MATERIALIZED` of it. Every column is a plain one in both halves, or SQLite would read all of it.
SELECT
  g.space_id AS space_id,                             -- text: the space
  g.subject_id AS account_id,                         -- text: the account
  g.operation AS operation,                           -- text: read, create, update, delete, administer, export ...
  g.target_type AS target_type,                       -- text: space, page, blogpost, comment, attachment ...
  CAST(NULL AS text) AS via_group,                    -- text: the group it comes through, NULL if granted to the account itself
  g.via AS via,                                       -- text: permission or role
  g.source_resource AS source_resource,               -- text: resource of the object that grants it
  g.source_key AS source_key                          -- text: key of the object that grants it
FROM confluence_space_grant AS g
WHERE g.subject_kind = 'user' AND g.subject_id IS NOT NULL
UNION ALL
SELECT g.space_id, m.account_id, g.operation, g.target_type, m.group_id, g.via, g.source_resource, g.source_key
FROM directory_group_member AS m
JOIN confluence_space_grant AS g ON g.subject_kind = 'group' AND g.subject_id = m.group_id
WHERE m.account_id IS NOT NULL
