package collector

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// CleanAddress returns a base address as it is kept and compared: https unless said otherwise, lower-case host, no
// path of an Atlassian Cloud site (people paste the address of a page), no slash at the end. Plain http is for this
// machine only, and an address that carries a user name or password is refused without being repeated.
func CleanAddress(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if !strings.Contains(typed, "://") {
		typed = "https://" + typed
	}
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" {
		return "", ErrAddress // not repeated: nobody knows what was typed
	}
	if u.User != nil {
		return "", fmt.Errorf("%w: it holds a user name or a password", ErrAddress)
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		if !loopback(u.Hostname()) {
			return "", fmt.Errorf("%w: %s", ErrPlainHTTP, host)
		}
	default:
		return "", fmt.Errorf("%w: it begins with %s", ErrAddress, u.Scheme)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if name := strings.ToLower(u.Hostname()); strings.HasSuffix(name, ".atlassian.net") || strings.HasSuffix(name, ".jira.com") {
		path = ""
	}
	return u.Scheme + "://" + host + path, nil
}

// loopback reports whether a host name means this machine.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
