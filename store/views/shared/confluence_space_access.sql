-- confluence_space_access: what each account may do in each space, directly and through its groups.
-- reads: confluence_space_subject, confluence_space_grant
-- materialised: no
-- Left as a view: 5,000 spaces opened to a group of 50,000 people are billions of rows. Ask for few accounts or few spaces; from a list of accounts write `account AS a CROSS JOIN confluence_space_access AS x ON x.account_id = a.account_id`, so that the accounts come first.
SELECT
  g.space_id AS space_id,                             -- text: the space
  s.account_id AS account_id,                         -- text: the account
  g.operation AS operation,                           -- text: read, create, update, delete, administer, export ...
  g.target_type AS target_type,                       -- text: space, page, blogpost, comment, attachment ...
  s.via_group AS via_group,                           -- text: the group it comes through, NULL if granted to the account itself
  g.via AS via,                                       -- text: permission or role
  g.source_resource AS source_resource,               -- text: resource of the object that grants it
  g.source_key AS source_key                          -- text: key of the object that grants it
FROM confluence_space_subject AS s
JOIN confluence_space_grant AS g ON g.subject_kind = s.subject_kind AND g.subject_id = s.subject_id
