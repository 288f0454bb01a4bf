package collector

// organisationAccess is what opens the organisation without a person: tokens, keys, service accounts and their clients.
// The lists are sorted by what does not change while they are read; the documents' default is the time of last use.
func organisationAccess() []Resource {
	token := []string{"id", "label", "status", "user.id", "scopes[]", "createdAt", "expiresAt", "lastActiveAt"}
	return []Resource{
		{
			Name:    "org_api_token",
			About:   "An API token of an account that the organisation manages: its label, state, owner, scopes, and when it was made, ends and was last used. Never the token.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org", Keep: token, Key: []string{"id"}, With: withOrg,
			Sources: []Source{sortedBy("createdAt", orgSource("/admin/api-access/v1/orgs/{id}/api-tokens", APIAccess(1000), "data",
				docAPIAccess+"api-group-api-token/#api-orgs-orgid-api-tokens-get", "read:tokens:admin"))},
		},
		{
			Name:    "org_api_key",
			About:   "An API key of the organisation: its label, kind, maker, scopes, and when it was made, ends and was last used. Never the key.",
			Product: Organisation, Revision: 2, Lists: All, Permission: orgAdmin,
			Each: "org",
			Keep: []string{"id", "label", "keyType", "createdBy.id", "scopes", "scopes[]", "createdAt", "expiresAt", "lastActiveAt"},
			Key:  []string{"id"}, With: withOrg,
			Sources: []Source{sortedBy("label", orgSource("/admin/api-access/v1/orgs/{id}/api-keys", APIAccess(100), "data",
				docAPIAccess+"api-group-api-key/#api-orgs-orgid-api-keys-get", "read:keys:admin"))},
		},
		{
			Name:    "org_service_account",
			About:   "A service account of the organisation: its name, state and maker.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org",
			Keep: []string{"id", "displayName", "status", "createdById"},
			Key:  []string{"id"}, With: withOrg,
			Sources: []Source{orgSource("/admin/api-access/v1/orgs/{id}/service-accounts", Admin(), "items",
				docAPIAccess+"api-group-service-account/#api-orgs-orgid-service-accounts-get", "read:service-accounts:admin")},
		},
		{
			Name:    "org_service_account_token",
			About:   "An API token of a service account: its label, state, owner, scopes, and when it was made, ends and was last used. Never the token.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org", Keep: token, Key: []string{"id"}, With: withOrg,
			Sources: []Source{orgSource("/admin/api-access/v1/orgs/{id}/service-accounts/api-tokens", Single(), "",
				docAPIAccess+"api-group-service-account/#api-orgs-orgid-service-accounts-api-tokens-get", "read:service-accounts-tokens:admin")},
		},
		{
			Name:    "org_oauth_client",
			About:   "An OAuth client of a service account: its name, account, maker, scopes, and when it was made, ends or was revoked. Never its secret.",
			Product: Organisation, Revision: 1, Lists: All, Permission: orgAdmin,
			Each: "org",
			Keep: []string{"clientId", "clientName", "serviceAccount.id", "createdBy.id", "scopes[]", "createdAt", "expiresAt", "clientRevocationTime"},
			Key:  []string{"clientId"}, With: withOrg,
			Sources: []Source{orgSource("/admin/api-access/v1/orgs/{id}/service-accounts/oauth-clients", Single(), "",
				docAPIAccess+"api-group-service-account/#api-orgs-orgid-service-accounts-oauth-clients-get", "read:service-accounts-tokens:admin")},
		},
	}
}

func sortedBy(member string, src Source) Source {
	src.Query = "sort=" + member
	return src
}
