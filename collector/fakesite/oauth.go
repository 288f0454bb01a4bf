package fakesite

import "net/http"

type OAuth struct{}
type grants struct{}

func (s *Server) bearer(r *http.Request) (string, []string, bool)        { return "", nil, false }
func (s *Server) serveGrantPages(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
func (s *Server) serveSignIn(w http.ResponseWriter, r *http.Request)     { http.NotFound(w, r) }
