-- scope_need: which scopes open each resource of a Cloud site to this program; reference data, the same for every snapshot. A source is open to who holds all of its classic or all of its granular scopes, a part when one of its sources is open (together: all), a resource when all of its parts are.
-- index: resource, part, source
-- index: scope
SELECT
  o.key,                                     -- text: resource, part, source, class, scope
  o.body ->> '$.resource' AS resource,       -- text: the resource
  o.body ->> '$.part' AS part,               -- text: the resource itself, or one that it cannot be read without
  o.body ->> '$.source' AS source,           -- integer: which way of asking for the part, from 1, in order of preference
  o.body ->> '$.together' AS together,       -- integer: 1 if all sources of the part are needed, 0 if one will do
  o.body ->> '$.credential' AS credential,   -- text: 3lo (a scoped token is the same) or org-key
  o.body ->> '$.class' AS class,             -- text: classic or granular
  o.body ->> '$.scope' AS scope,             -- text: one scope of that set
  o.body ->> '$.as_of' AS as_of              -- text: the day to which the data are known to be right
FROM object AS o
