-- jira_security_level_member: who may see issues of a security level (GET /rest/api/3/issuesecurityschemes/level/member).
-- index: level_id
SELECT
  o.key,                                                        -- text: the member id
  CAST(o.body ->> '$.id' AS text) AS member_id,                 -- text: id of the entry
  CAST(o.body ->> '$.issueSecurityLevelId' AS text) AS level_id,  -- text: the level
  CAST(o.body ->> '$.issueSecuritySchemeId' AS text) AS scheme_id,  -- text: its scheme
  o.body ->> '$.holder.type' AS holder_type,                    -- text: kind of holder: anyone, applicationRole, group, user, projectRole, projectLead ...
  CAST(o.body ->> '$.holder.parameter' AS text) AS holder_parameter,  -- text: who, as Jira spells it: role id, account id, group name ...
  CAST(coalesce(o.body ->> '$.holder.value', CASE WHEN o.body ->> '$.holder.type' <> 'group' THEN o.body ->> '$.holder.parameter' END) AS text) AS holder_value,  -- text: who, by id: role, account, group, application; NULL for a group that is only named, or where the kind says it all
  o.body ->> '$.managed' AS managed                             -- integer: 1 if the site itself keeps the entry
FROM object AS o
