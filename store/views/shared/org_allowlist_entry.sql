-- org_allowlist_entry: the addresses that the enabled IP allowlists of an organisation let in.
-- reads: org_policy
-- An entry is an address, or a network as address/prefix (rule.in of a policy of the type ip-allowlist). What is neither has
-- neither version nor prefix: it cannot be judged.
SELECT
  p.key AS key,                                       -- text: key of the org_policy
  e.value AS entry,                                   -- text: the entry as the policy has it
  CASE WHEN in_network('::', e.value) IS NOT NULL AND instr(e.value, '%') = 0 THEN iif(instr(e.value, ':') > 0, 6, 4) END AS version, -- integer: 4 or 6, NULL where it is no address and no network
  CASE WHEN in_network('::', e.value) IS NOT NULL AND instr(e.value, '%') = 0 THEN CAST(coalesce(nullif(substr(e.value, instr(e.value || '/', '/') + 1), ''), iif(instr(e.value, ':') > 0, 128, 32)) AS integer) END AS prefix -- integer: length of the network's prefix; that of a single address is 32 or 128
FROM org_policy AS p
JOIN json_each(p.rule, '$.in') AS e
WHERE p.type = 'ip-allowlist' AND p.status = 'enabled'
