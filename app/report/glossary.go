package report

// glossary is the language of the report.
var glossary = [][2]string{
	{"Site", "What was looked at: a Jira and Confluence site in Atlassian's cloud with its organisation, or an installation of Data Center."},
	{"Snapshot", "What was seen of the site at one time. Once finished it is never changed; all that this report says is worked out from it."},
	{"Vantage", "From where the snapshot was seen: the account, its credentials, scopes, groups and permissions. Somebody with other rights may see more or less."},
	{"Resource", "A kind of thing that a site lists: users, groups, projects, permission grants, spaces."},
	{"Object", "One thing of a resource, such as one user or one grant."},
	{"Coverage", "What came of reading each resource: complete, partial, denied, unavailable (this site has no such thing), failed or skipped (not asked)."},
	{"Rule", "A query that finds one kind of weakness. Its verdict is fail, pass, not evaluated (it could not look), not applicable (the site has nothing of the kind) or error."},
	{"Finding", "One object that breaks one rule. Its number stays the same from snapshot to snapshot."},
	{"Severity", "Critical, high, medium, low or info: how bad a finding of the rule is, whoever has it."},
	{"New, resolved, persisting", "A finding that the later snapshot alone has, that the earlier one alone has and that is proven gone, that both have."},
	{"Not comparable", "A finding that one side has and of which the other side cannot tell: it was not looked at, or with less right. It is neither new nor resolved."},
	{"Drift", "A change between the two snapshots that is worth a look whatever the state it led to."},
	{"Accepted risk", "A finding that somebody answers for until a day, with a reason. The verdict stays; after the day the finding is open again."},
	{"Attestation", "A person's answer to a question that no API answers."},
	{"Score", "From 0 to 100, as a range: the low end takes what could not be looked at as failed, the high end as passed. The weakest category gives it, and one open critical or high finding bounds it."},
	{"Seal", "A digest and a signature over a finished snapshot: whoever holds the file can prove that it is what was signed."},
}
