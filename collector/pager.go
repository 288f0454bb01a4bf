package collector

// Pager turns an answer into the request for the next page.
type Pager struct {
	Name string
	Size int
}

// Single is one answer without pages.
func Single() Pager { return Pager{"single", 0} }

// OffsetArray pages a bare array by startAt and maxResults, until an empty array.
func OffsetArray(size int) Pager { return Pager{"offset-array", size} }

// Offset pages by startAt and maxResults, until isLast or an empty page.
func Offset(size int) Pager { return Pager{"offset", size} }

// CursorLink follows Confluence v2's Link header or _links.next.
func CursorLink(size int) Pager { return Pager{"cursor-link", size} }

// V1 pages Confluence v1 lists by start and limit.
func V1(size int) Pager { return Pager{"v1", size} }

// V1Cursor follows the cursor inside _links.next of Confluence v1 searches.
func V1Cursor(size int) Pager { return Pager{"v1-cursor", size} }

// JSM pages by start and limit, until isLastPage.
func JSM(size int) Pager { return Pager{"jsm", size} }

// Token follows nextPageToken of Jira's issue search.
func Token(size int) Pager { return Pager{"token", size} }

// Audit pages Jira's audit log by offset and limit, with a total.
func Audit(size int) Pager { return Pager{"audit", size} }
