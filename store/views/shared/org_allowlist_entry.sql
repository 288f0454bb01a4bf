-- org_allowlist_entry: the addresses that the enabled IP allowlists of an organisation let in.
-- reads: org_policy
-- materialised: no
-- An entry is an address, or a network as address/prefix (rule.in of a policy of the type ip-allowlist). What is neither comes out
-- with the version NULL: not to be judged.
WITH
  entry AS (
    SELECT p.key, e.value AS entry, lower(trim(e.value)) AS text,
      substr(lower(trim(e.value)), 1, instr(lower(trim(e.value)) || '/', '/') - 1) AS address,
      nullif(substr(lower(trim(e.value)), instr(lower(trim(e.value)) || '/', '/')), '') AS slash
    FROM org_policy AS p
    JOIN json_each(p.rule, '$.in') AS e
    WHERE p.type = 'ip-allowlist'
      AND p.status = 'enabled'
  ),
  known AS (
    SELECT key, entry,
      CASE
        WHEN address NOT GLOB '*[^0-9.]*'
          AND (SELECT count(*) = 4 AND max(length(value)) <= 3 AND min(length(value)) > 0 AND max(CAST(value AS integer)) <= 255 FROM json_each('["' || replace(address, '.', '","') || '"]')) THEN 4
        WHEN address GLOB '*:*:*' AND address NOT GLOB '*[^0-9a-f:]*' AND address NOT GLOB '*:::*' AND address NOT GLOB '*::*::*'
          AND (SELECT (count(*) = 8 AND min(length(value)) > 0 OR address GLOB '*::*' AND count(*) <= 9) AND max(length(value)) <= 4 FROM json_each('["' || replace(address, ':', '","') || '"]')) THEN 6
      END AS version,
      substr(slash, 2) AS prefix,
      slash
    FROM entry
  )
SELECT
  key,                                                -- text: key of the org_policy
  entry,                                              -- text: the entry as the policy has it
  CASE WHEN slash IS NULL OR prefix NOT GLOB '*[^0-9]*' AND length(prefix) BETWEEN 1 AND 3 AND CAST(prefix AS integer) <= iif(version = 4, 32, 128) THEN version END AS version, -- integer: 4 or 6; NULL where it is no address and no network
  CASE WHEN slash IS NULL THEN iif(version = 4, 32, 128) ELSE CAST(prefix AS integer) END AS prefix -- integer: length of the network's prefix; that of a single address is 32 or 128
FROM known
