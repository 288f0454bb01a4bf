package store

import (
	"database/sql/driver"
	"errors"
	"strings"

	"modernc.org/sqlite"
)

// mostDigits of one number of a version that are still a number.
const mostDigits = 26

// VersionKey is a text that sorts as versions do, number by number: that of "10.2.9" is less than that of "10.2.18".
// What stands behind the numbers (-m0001, -QR-20240108, -REL-0007) is left aside, as makers state what is affected and
// fixed in numbers alone; a number that is not there is 0. Numbers is how many count, 2 for a line of releases such as
// 10.2, 0 for all. ok is false where the text does not begin with a number.
//
// Each number is written with the letter of its length before it (9 is "a9", 18 is "b18"), with dots between, and
// filled up with zeros to four numbers.
func VersionKey(version string, numbers int) (key string, ok bool) {
	end := strings.IndexFunc(version, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(version)
	}
	var parts []string
	for _, digits := range strings.Split(strings.TrimRight(version[:end], "."), ".") {
		if digits == "" || len(digits) > mostDigits {
			return "", false
		}
		if digits = strings.TrimLeft(digits, "0"); digits == "" {
			digits = "0"
		}
		parts = append(parts, string(rune('a'+len(digits)-1))+digits)
	}
	for len(parts) < max(4, numbers) {
		parts = append(parts, "a0")
	}
	if numbers > 0 {
		parts = parts[:numbers]
	}
	return strings.Join(parts, "."), true
}

// versionKey is VersionKey in SQL: version_key(version) or version_key(version, numbers); NULL where it is no version.
func versionKey(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	if len(args) < 1 || len(args) > 2 {
		return nil, errors.New("version_key takes a version and, if wanted, how many of its numbers count")
	}
	numbers := 0
	if len(args) == 2 {
		n, whole := args[1].(int64)
		if !whole || n < 1 || n > 16 {
			return nil, nil
		}
		numbers = int(n)
	}
	text, ok := args[0].(string)
	if key, is := VersionKey(text, numbers); ok && is {
		return key, nil
	}
	return nil, nil
}
