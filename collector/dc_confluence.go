package collector

// dcConfluenceResources is what is collected of Confluence Data Center.
func dcConfluenceResources() []Resource { return nil }
