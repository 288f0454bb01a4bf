package store

import (
	"database/sql/driver"
	"errors"
	"net/netip"
	"strings"

	"modernc.org/sqlite"
)

// InNetwork reports whether an IP address (IPv4 or IPv6, brackets and zone allowed) lies in a network such as 10.0.0.0/8
// or fd00::/8, or is the one address given instead. ok is false where either is not what it should be: a host name, say.
func InNetwork(address, network string) (in, ok bool) {
	a, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(address), "[]"))
	if err != nil {
		return false, false
	}
	a = a.WithZone("").Unmap()
	network = strings.TrimSpace(network)
	if one, err := netip.ParseAddr(network); err == nil {
		return one.Unmap() == a, true
	}
	n, err := netip.ParsePrefix(network)
	if err != nil {
		return false, false
	}
	return n.Contains(a), true
}

// inNetwork is InNetwork in SQL: in_network(address, network) is 1, 0, or NULL where either is not what it should be.
func inNetwork(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	if len(args) != 2 {
		return nil, errors.New("in_network takes an address and a network")
	}
	address, _ := args[0].(string)
	network, _ := args[1].(string)
	switch in, ok := InNetwork(address, network); {
	case !ok:
		return nil, nil
	case in:
		return int64(1), nil
	}
	return int64(0), nil
}
