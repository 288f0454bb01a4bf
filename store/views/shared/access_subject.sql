-- access_subject: as what each account is met where access is granted: as itself, as each of its groups, as a user of an application, as anybody.
-- reads: account, confluence_user, directory_group_member, access_application_group, access_administrator
-- materialised: no
-- Left as a view, to be asked for few accounts or few subjects. Data Center lists the members of a group's subgroups as its own.
SELECT
  a.account_id AS account_id,                         -- text: the account
  'user' AS subject_kind,                             -- text: user, group, application, access_class, signed_in (anybody with an account), anonymous (anybody)
  a.account_id AS subject_id,                         -- text: account id, group id, application (empty: any of Jira), class; else empty
  NULL AS via_group,                                  -- text: the group that makes it a user of an application, or one of a class
  NULL AS member_key,                                 -- text: key of the directory_group_member, NULL where no membership is needed
  NULL AS via_resource,                               -- text: resource of the object that says what the group opens
  NULL AS via_key                                     -- text: key of that object
FROM account AS a
UNION ALL
SELECT m.account_id, 'group', m.group_id, NULL, m.key, NULL, NULL
FROM directory_group_member AS m
UNION ALL
SELECT m.account_id, 'application', g.application, g.group_id, m.key, g.source_resource, g.source_key
FROM directory_group_member AS m JOIN access_application_group AS g ON g.group_id = m.group_id
UNION ALL
SELECT m.account_id, 'access_class', 'all-product-admins', t.subject_id, m.key, t.source_resource, t.source_key
FROM directory_group_member AS m JOIN access_administrator AS t ON t.product = 'confluence' AND t.subject_kind = 'group' AND t.subject_id = m.group_id
UNION ALL
SELECT a.account_id, 'signed_in', '', NULL, NULL, NULL, NULL
FROM account AS a
WHERE a.in_jira = 1 OR a.account_id NOT IN (SELECT account_id FROM confluence_user WHERE username IS NOT NULL) -- on Data Center only Jira grants to anybody with a sign-in
UNION ALL
SELECT a.account_id, 'anonymous', '', NULL, NULL, NULL, NULL
FROM account AS a
