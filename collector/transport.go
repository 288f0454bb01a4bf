package collector

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// newTransport speaks TLS to trusted hosts, through a proxy where one is given (else the environment's), and plain http
// to this machine only. caFile adds certificate authorities in PEM to those of the system.
func newTransport(m manners, proxy, caFile string) (*http.Transport, error) {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: m.connect, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   m.connect,
		ResponseHeaderTimeout: m.header,
		MaxIdleConnsPerHost:   max(8, m.concurrency),
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, r *http.Response) error {
			if r.StatusCode != http.StatusOK {
				return fmt.Errorf("%w: it answered %s", ErrProxy, r.Status)
			}
			return nil
		},
	}
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err == nil && u.Host == "" {
			u, err = url.Parse("http://" + proxy)
		}
		if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5") {
			return nil, fmt.Errorf("%w: its address is none (http://HOST:PORT)", ErrProxy)
		}
		t.Proxy = http.ProxyURL(u)
	}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("%w: reading the certificate authorities: %w", ErrTLS, err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%w: %s holds no certificate in PEM", ErrTLS, caFile)
		}
		t.TLSClientConfig.RootCAs = pool
	}
	return t, nil
}

// networkError says in one line why no answer came, wrapping the sentinel for it. What http puts into its errors (the
// whole address) is left out.
func networkError(host string, err error) error {
	var inner *url.Error
	if errors.As(err, &inner) {
		err = inner.Err
	}
	var (
		dns     *net.DNSError
		op      *net.OpError
		cert    *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, ErrProxy):
		return err
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return fmt.Errorf("%w: %w", ErrProxy, op.Err)
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("%w: %s", ErrDNS, dns.Name)
	case errors.As(err, &dns):
		return fmt.Errorf("%w: %s (the name server does not answer)", ErrDNS, dns.Name)
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &cert), errors.As(err, &record), errors.As(err, &alert):
		return fmt.Errorf("%w with %s: %w", ErrTLS, host, err)
	case errors.Is(err, errSilent), errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return fmt.Errorf("%w: %s did not answer in time", ErrUnreachable, host)
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("%w with %s: it speaks plain http", ErrTLS, host)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreachable, host, err)
}

var (
	errSilent   = errors.New("the answer stopped")
	errTooLarge = errors.New("the answer is larger than any list of metadata")
)

// patientReader reads an answer's body with a limit, and gives up on one that stops or drips: stop is called when no
// byte came for idle, or when the whole has taken longer than it may.
type patientReader struct {
	body   io.Reader
	left   int64
	idle   time.Duration
	alarm  *time.Timer
	endsBy time.Time
}

func newPatientReader(body io.Reader, m manners, stop func()) *patientReader {
	return &patientReader{body: body, left: m.largest, idle: m.idle, alarm: time.AfterFunc(m.idle, stop), endsBy: time.Now().Add(m.whole)}
}

func (r *patientReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > r.left {
		p = p[:r.left]
	}
	n, err := r.body.Read(p)
	r.left -= int64(n)
	if err == nil {
		left := time.Until(r.endsBy)
		if left <= 0 {
			return n, errSilent
		}
		r.alarm.Reset(min(r.idle, left))
	}
	return n, err
}

func (r *patientReader) close() { r.alarm.Stop() }
