// Package collector takes a snapshot of a site: it asks the site's own APIs, read-only, and hands
// what they said to the store, page by page.
//
// It promises to keep metadata only, to say of every resource what came of it, to obey the site's
// rate limits, and to go on after a kill where it stopped.
package collector
