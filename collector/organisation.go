package collector

// organisationResources is what is collected of the organisation that a Cloud site belongs to.
func organisationResources() []Resource { return nil }
