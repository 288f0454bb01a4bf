-- jira_role_actor: who acts in a role of a project (GET /rest/api/3/project/{id}/role/{role}).
-- index: account_id
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
  CAST(coalesce(o.body ->> '$.actorUser.accountId', o.body ->> '$.actorGroup.groupId', o.body ->> '$.actorGroup.name', o.body ->> '$.id') AS text) AS actor,  -- text: account id, else group id, else group name, else the id of the entry
  o.body ->> '$.actorUser.accountId' AS account_id,             -- text: of a user; unknown where Jira's record is broken
  o.body ->> '$.actorGroup.groupId' AS group_id,                -- text: of a group
  o.body ->> '$.actorGroup.name' AS group_name,                 -- text: name of the group
  o.body ->> '$.displayName' AS display_name                    -- text: name of the actor
FROM object AS o
