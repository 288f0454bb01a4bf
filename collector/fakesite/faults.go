package fakesite

// Fault is something that goes wrong with the answers to some requests.
type Fault struct {
	Path   string `json:"path"`
	Times  int    `json:"times"`
	Status int    `json:"status"`
}

type fault struct {
	Fault
	seen int
}

func (s *Server) strike(c *call) bool { return false }
