package collector

import (
	"errors"
	"fmt"

	"plumbline/store"
)

// What can stop a collection as a whole. Everything else becomes the outcome of a resource.
var (
	// ErrSignInMissing: no credential was given that the site could take.
	ErrSignInMissing = errors.New("no sign-in for this site")
	// ErrSignInRefused: the site knows the credential for wrong, expired, revoked or foreign.
	ErrSignInRefused = errors.New("the sign-in was refused")
	// ErrSignInLost: a credential that worked stopped working midway. The snapshot is interrupted.
	ErrSignInLost = errors.New("the sign-in stopped working")
	// ErrNotAtlassian: something answers at the address, and it is no Atlassian site.
	ErrNotAtlassian = errors.New("not an Atlassian site")
	// ErrDataCenter: a sign-in of Cloud was given for a Data Center installation.
	ErrDataCenter = fmt.Errorf("%w, which is a Data Center installation", ErrSignInMissing)
	// ErrCloud: a sign-in of Data Center was given for a Cloud site.
	ErrCloud = fmt.Errorf("%w, which is one of Atlassian Cloud", ErrSignInMissing)
	// ErrAddress: the address given is no web address.
	ErrAddress = errors.New("not the address of a site")
	// ErrDNS: the name of the host is unknown.
	ErrDNS = errors.New("the host name was not found")
	// ErrTLS: no trusted encrypted connection came about.
	ErrTLS = errors.New("no trusted TLS connection")
	// ErrProxy: the proxy refused or cannot be reached.
	ErrProxy = errors.New("the proxy does not let the connection through")
	// ErrUnreachable: no connection, or no answer in time.
	ErrUnreachable = errors.New("the site cannot be reached")
	// ErrPlainHTTP: an address without TLS that is not on this machine.
	ErrPlainHTTP = errors.New("plain http is accepted for this machine only")
	// ErrOtherHost: an answer sends to another host. It is not followed.
	ErrOtherHost = errors.New("sent to another host")
	// ErrInterrupted: stopped by the user or by the time given; the same command goes on from here.
	ErrInterrupted = errors.New("interrupted")
	// ErrUnknownResource: --only or --skip names no resource.
	ErrUnknownResource = errors.New("no such resource")
)

// Refusal is an answer, or the lack of one, that ends a resource or one parent's part of it with an outcome other than
// complete. It is what Walk.Fetch and Walk.Read return when the site does not give what was asked.
type Refusal struct {
	Outcome store.Outcome // denied, unavailable, failed, partial or skipped
	Status  int           // HTTP status, 0 if no answer came
	Reason  string        // the server's own words where it gave any
	Missing []string      // scopes or permissions that would have opened it

	source bool // holds for the whole source, whatever the parent
	doubt  bool // may hold for the whole source: what was asked is one parent's, and nothing says whether it was about that
}

func (r *Refusal) Error() string {
	if r.Status != 0 {
		return fmt.Sprintf("%s (%d): %s", r.Outcome, r.Status, r.Reason)
	}
	return fmt.Sprintf("%s: %s", r.Outcome, r.Reason)
}

// Refused returns the refusal that err is or wraps, nil if it is none.
func Refused(err error) *Refusal {
	var r *Refusal
	errors.As(err, &r)
	return r
}
