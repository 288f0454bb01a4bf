package app

import (
	"cmp"
	"slices"
	"strings"
)

// dataCenter are the resources that only a Data Center installation has, of both products.
var dataCenter = []string{"cluster_node", "application_link", "basic_auth", "single_sign_on", "health_check", "backup_job", "http_probe"}

// productNames are what resources are grouped by; site is what belongs to no single product.
var productNames = []string{"jira", "confluence", "organisation", "datacenter", "site"}

// ProductOf is the product whose a resource is: jira, confluence, organisation, datacenter or site.
func ProductOf(resource string) string {
	switch before, _, _ := strings.Cut(resource, "_"); {
	case slices.Contains(dataCenter, resource):
		return "datacenter"
	case before == "jira", before == "confluence":
		return before
	case before == "org":
		return "organisation"
	}
	return "site"
}

// CompareProducts orders products as they are listed.
func CompareProducts(a, b string) int {
	return cmp.Compare(slices.Index(productNames, a), slices.Index(productNames, b))
}
