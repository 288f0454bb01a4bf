-- jira_instance: the Jira site and its switches (serverInfo, configuration and attachment/meta, each under its own name).
SELECT
  o.key,                                                        -- text: always jira
  o.body ->> '$.serverInfo.baseUrl' AS base_url,                -- text: address the site states for itself
  o.body ->> '$.serverInfo.displayUrl' AS display_url,          -- text: custom address shown to people, if there is one
  o.body ->> '$.serverInfo.displayUrlConfluence' AS display_url_confluence,  -- text: the same for Confluence
  o.body ->> '$.serverInfo.displayUrlServicedeskHelpCenter' AS display_url_help_center,  -- text: the same for the help centre
  o.body ->> '$.serverInfo.serverTitle' AS title,               -- text: name of the site
  o.body ->> '$.serverInfo.deploymentType' AS deployment_type,  -- text: Cloud on a Cloud site
  o.body ->> '$.serverInfo.version' AS version,                 -- text: version of Jira
  o.body ->> '$.serverInfo.defaultLocale.locale' AS default_locale,  -- text: language of the site
  o.body ->> '$.configuration.attachmentsEnabled' AS attachments_enabled,  -- integer: 1 if files can be attached to issues
  o.body ->> '$.configuration.issueLinkingEnabled' AS issue_linking_enabled,  -- integer: 1 if issues can be linked
  o.body ->> '$.configuration.subTasksEnabled' AS sub_tasks_enabled,  -- integer: 1 if there are sub-tasks
  o.body ->> '$.configuration.timeTrackingEnabled' AS time_tracking_enabled,  -- integer: 1 if time is tracked
  o.body ->> '$.configuration.unassignedIssuesAllowed' AS unassigned_issues_allowed,  -- integer: 1 if issues may lack an assignee
  o.body ->> '$.configuration.votingEnabled' AS voting_enabled,  -- integer: 1 if people may vote on issues
  o.body ->> '$.configuration.watchingEnabled' AS watching_enabled,  -- integer: 1 if people may watch issues
  o.body ->> '$.attachmentMeta.enabled' AS upload_enabled,      -- integer: 1 if attachments are switched on
  o.body ->> '$.attachmentMeta.uploadLimit' AS upload_limit     -- integer: largest attachment in bytes
FROM object AS o
