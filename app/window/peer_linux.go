package window

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// stranger reports whether the process at the other end of a loopback connection is another user's,
// by the kernel's list of connections (proc(5), /proc/net/tcp). What the list does not hold is not
// held against it.
func stranger(c net.Conn) bool {
	list, err := os.Open("/proc/net/tcp")
	if err != nil {
		return false
	}
	defer list.Close()
	theirs, ours := inProc(c.RemoteAddr()), inProc(c.LocalAddr())
	for lines := bufio.NewScanner(list); lines.Scan(); {
		// sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode
		f := strings.Fields(lines.Text())
		if len(f) < 10 || f[1] != theirs || f[2] != ours {
			continue
		}
		uid, err := strconv.Atoi(f[7])
		return err == nil && uid != os.Getuid()
	}
	return false
}

// inProc writes an address as /proc/net/tcp does: the bytes of the address as this machine's own
// number, a colon, the port; all in upper case hexadecimal.
func inProc(a net.Addr) string {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil || !at.Addr().Unmap().Is4() {
		return ""
	}
	ip := at.Addr().Unmap().As4()
	number := binary.NativeEndian.Uint32(ip[:])
	return fmt.Sprintf("%08X:%04X", number, at.Port())
}
