package collector

// Walk is what a Resource's Collect works with.
type Walk struct{}
