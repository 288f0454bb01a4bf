-- jira_permission_grant: a grant of a permission scheme: this permission to this holder (inside jira_permission_scheme).
-- index: scheme_id
-- index: permission, holder_type
SELECT
  o.key,                                                        -- text: scheme id, grant id
  CAST(o.body ->> '$.schemeId' AS text) AS scheme_id,           -- text: the scheme
  CAST(o.body ->> '$.id' AS text) AS grant_id,                  -- text: id of the grant within the scheme
  o.body ->> '$.permission' AS permission,                      -- text: BROWSE_PROJECTS, ADMINISTER_PROJECTS ...
  o.body ->> '$.holder.type' AS holder_type,                    -- text: kind of holder: anyone, applicationRole, group, user, projectRole, projectLead ...
  CAST(o.body ->> '$.holder.parameter' AS text) AS holder_parameter,  -- text: who, as Jira spells it: role id, account id (Data Center: user key or log-in name), group name, application; NULL where the kind says it all
  CAST(coalesce(o.body ->> '$.holder.value', o.body ->> '$.holder.user.key', CASE WHEN o.body ->> '$.holder.type' <> 'group' THEN o.body ->> '$.holder.parameter' ELSE o.body ->> '$.product' || char(31) || replace(replace(replace(nullif(o.body ->> '$.holder.parameter', ''), '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30)) END) AS text) AS holder_value  -- text: who, by id: role, account, group, application; NULL for a group that is only named, or where the kind says it all
FROM object AS o
