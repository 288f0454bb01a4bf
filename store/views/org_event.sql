-- org_event: an entry of the organisation's audit log within the window (GET /admin/v1/orgs/{org}/events-stream).
-- index: created
SELECT
  o.key,                                                      -- text: the event id
  o.body ->> '$.id' AS event_id,                              -- text: the event id
  o.body ->> '$.orgId' AS org_id,                             -- text: its organisation
  instant(o.body ->> '$.attributes.time') AS created,  -- text: when it happened, RFC 3339 in UTC
  o.body ->> '$.attributes.action' AS action,                 -- text: what happened, as GET /admin/v1/orgs/{org}/event-actions lists it: added_org_admin, policy_deleted ...
  o.body ->> '$.attributes.actor.id' AS actor_account_id,     -- text: who did it
  o.body ->> '$.attributes.actor.auth.authType' AS auth_type,  -- text: how that account had signed in: api-token, container-token, connect-token, auth-token-for-2LO, auth-token-for-3LO
  o.body ->> '$.attributes.actor.auth.tokenId' AS token_id,   -- text: the token it used
  o.body -> '$.attributes.context' AS context,                -- json: array of {type, id}: what it was done to
  o.body -> '$.attributes.container' AS container             -- json: array of {type, id}: where that lies
FROM object AS o
