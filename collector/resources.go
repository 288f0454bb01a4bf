package collector

import "slices"

// Resources lists what is collected of a Cloud site, product by product, its organisation last. A resource with a Collect
// of its own names its Sources all the same: scopes, the pre-flight and the documentation are made from them.
func Resources() []Resource {
	return slices.Concat(jiraResources(), serviceManagementResources(), confluenceResources(), platformResources(), organisationResources())
}

// DataCenterResources lists what is collected of a Data Center installation, under the same names wherever the thing is
// the same as on Cloud.
func DataCenterResources() []Resource {
	return slices.Concat(dcJiraResources(), dcConfluenceResources(), dcPlatformResources())
}

// ResourcesOf lists what is collected of a site of a kind: cloud or dc.
func ResourcesOf(kind string) []Resource {
	if kind == "dc" {
		return DataCenterResources()
	}
	return Resources()
}
