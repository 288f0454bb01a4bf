-- jira_role_actor: who acts in a role of a project (GET /rest/api/3/project/{id}/role/{role}; Data Center: /rest/api/2).
-- Data Center names a person by the log-in name alone (some versions by the key): username meets jira_user.username; jira_role_grant has done so.
-- index: account_id
-- index: username
-- index: group_id
-- index: project_id, role_id
SELECT
  o.key,                                                        -- text: project id, role id, actor kind, actor
  'jira_project' AS parent_resource,                            -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.projectId' AS text) AS parent_key,         -- text: key of that object
  CAST(o.body ->> '$.projectId' AS text) AS project_id,         -- text: the project
  CAST(o.body ->> '$.roleId' AS text) AS role_id,               -- text: the role
  o.body ->> '$.roleName' AS role_name,                         -- text: name of the role
  o.body ->> '$.type' AS actor_kind,                            -- text: atlassian-user-role-actor or atlassian-group-role-actor
  CAST(coalesce(o.body ->> '$.actorUser.accountId', o.body ->> '$.actorGroup.groupId', o.body ->> '$.actorGroup.name', o.body ->> '$.name', o.body ->> '$.id') AS text) AS actor,  -- text: account id, else group id, else group or log-in name, else the id of the entry
  o.body ->> '$.actorUser.accountId' AS account_id,             -- text: of a user; unknown where Jira's record is broken, and on Data Center
  iif(o.body ->> '$.product' IS NOT NULL AND o.body ->> '$.type' = 'atlassian-user-role-actor', o.body ->> '$.name', NULL) AS username,  -- text: of a user, the log-in name, in some versions the key; Data Center only
  coalesce(o.body ->> '$.actorGroup.groupId', iif(o.body ->> '$.type' = 'atlassian-group-role-actor', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.name', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30)), NULL)) AS group_id,  -- text: of a group
  coalesce(o.body ->> '$.actorGroup.name', iif(o.body ->> '$.type' = 'atlassian-group-role-actor', o.body ->> '$.name', NULL)) AS group_name,  -- text: name of the group
  o.body ->> '$.displayName' AS display_name                    -- text: name of the actor
FROM object AS o
