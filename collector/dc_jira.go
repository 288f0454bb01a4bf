package collector

// dcJiraResources is what is collected of Jira Data Center.
func dcJiraResources() []Resource { return nil }
