-- confluence_restriction_access: which accounts each content restriction names, directly and through their groups.
-- reads: confluence_restriction, directory_group_member
-- materialised: no
-- Left as a view for the same reason as confluence_space_access, and asked in the same way. Being named opens nothing by itself: the space and the content above must open it too.
SELECT
  r.content_id AS content_id,                         -- text: the content
  r.operation AS operation,                           -- text: read or update
  r.account_id AS account_id,                         -- text: the account
  CAST(NULL AS text) AS via_group,                    -- text: the group it comes through, NULL if the account itself is named
  'confluence_restriction' AS source_resource,        -- text: always confluence_restriction
  r.key AS source_key                                 -- text: key of the restriction
FROM confluence_restriction AS r
WHERE r.subject_kind = 'user' AND r.account_id IS NOT NULL
UNION ALL
SELECT r.content_id, r.operation, m.account_id, m.group_id, 'confluence_restriction', r.key
FROM directory_group_member AS m
JOIN confluence_restriction AS r ON r.subject_kind = 'group' AND r.subject = m.group_id
WHERE m.account_id IS NOT NULL
