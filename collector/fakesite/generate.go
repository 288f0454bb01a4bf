package fakesite

// Sizes of a made-up site.
type Sizes struct{ Accounts int }

func generate(n Sizes) *site { return &site{open: true} }
