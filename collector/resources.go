package collector

import "slices"

// Resources lists what is collected of a Cloud site, product by product. A resource with a Collect of its own names its
// Sources all the same: scopes, the pre-flight and the documentation are made from them.
func Resources() []Resource {
	return slices.Concat(jiraResources(), serviceManagementResources(), confluenceResources(), platformResources())
}
