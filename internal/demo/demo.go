// Package demo runs the three services of the demo in one process, on this machine only: an identity authority, a
// mirror of its revocation data, and the page of a messenger. Each has an origin of its own, as they would have in
// reality, so that the page's security policy and the browser's network log show who is asked for what.
//
// # Authority
//
// Bodies are JSON. What changes something takes the Content-Type application/json and the Origin of the page.
//
//	POST /enrol   {"token":…,"csr":base64}         {"chain":[base64…],"head":number}    end entity first
//	POST /enrol   {"token":…,"csr":…,"form":…}     {"credential":text,"head":number}    form sd_jwt or userinfo_vc
//	POST /revoke  {"account":…,"reason":…}         {"revoked":count,"head":number}      reason as in package revocation
//	POST /switch  {"on":bool}                      {"on":bool}
//	GET  /trust                                    the trust configuration (docs/trust.md)
//
// A refusal is {"error":…} with a status of 400 and above. While the authority is switched off, everything but /switch
// answers 503, and nothing is published. While it is on it publishes after each change and before the last head goes
// stale.
//
// # Mirror
//
//	GET  /<authority>/head    GET /blob/<SHA-256 in hex>    GET /status    GET /
//	POST /withhold  {"on":bool}                    {"on":bool}    the page's: serve no newer head from now on
//
// # Page
//
// The files of the built page, and GET /config.json, which tells it the other two origins and the accounts with their
// tokens: in reality a user signs in to the authority, and no page holds two users.
package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/e2eid/e2eid/worker/mirror/server"
)

// Bounds of the servers.
const (
	maxBodyBytes   = 64 << 10
	maxHeaderBytes = 16 << 10
	requestTimeout = 10 * time.Second
	idleTimeout    = time.Minute
	closeTimeout   = 3 * time.Second
)

// ErrAddress reports an address that is not of this machine's loopback interface.
var ErrAddress = errors.New("demo: not a loopback address")

// A Config says where the demo runs. The zero Config runs it on free ports and in a temporary folder, but without a
// page to serve.
type Config struct {
	// Addr is a loopback IP address. Empty is 127.0.0.1.
	Addr string
	// Port is the page's; the authority has the next one and the mirror the one after. Zero: any three that are free.
	Port int
	// Dir keeps the authority and what it has published. Empty: a temporary folder, which Close removes.
	Dir string
	// Site is the folder of the built page.
	Site string
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
}

// A Demo is a running demo.
type Demo struct {
	// Page, Authority and Mirror are origins, such as http://127.0.0.1:8700.
	Page, Authority, Mirror string

	authority *authority
	page      *page
	mirror    *server.Folder
	servers   []*http.Server
	serving   sync.WaitGroup
	stop      context.CancelFunc
	temporary string // folder to remove
	failed    chan error
}

// Start listens, publishes a first head and serves until [Demo.Close].
func Start(c Config) (_ *Demo, err error) {
	if c.Addr == "" {
		c.Addr = "127.0.0.1"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	ip, err := netip.ParseAddr(c.Addr)
	if err != nil || !ip.IsLoopback() || ip.Zone() != "" {
		return nil, fmt.Errorf("%w: %q", ErrAddress, c.Addr)
	}
	ctx, stop := context.WithCancel(context.Background())
	d := &Demo{stop: stop, failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if c.Dir == "" {
		if d.temporary, err = os.MkdirTemp("", "e2eid-demo-*"); err != nil {
			return nil, err
		}
		c.Dir = d.temporary
	}

	var listeners [3]net.Listener
	defer func() {
		for _, l := range listeners {
			if err != nil && l != nil {
				l.Close()
			}
		}
	}()
	var hosts [3]string
	for i := range listeners {
		port := 0
		if c.Port != 0 {
			port = c.Port + i
		}
		if listeners[i], err = net.Listen("tcp", net.JoinHostPort(c.Addr, strconv.Itoa(port))); err != nil {
			return nil, err
		}
		hosts[i] = listeners[i].Addr().String()
	}
	d.Page, d.Authority, d.Mirror = "http://"+hosts[0], "http://"+hosts[1], "http://"+hosts[2]

	published := filepath.Join(c.Dir, "mirror")
	if d.authority, err = openAuthority(c.Dir, published, d.Mirror, c.Now); err != nil {
		return nil, err
	}
	if d.page, err = newPage(c.Site, d.Authority, d.Mirror, d.authority.accounts); err != nil {
		return nil, err
	}
	var mirror http.Handler
	if d.mirror, mirror, err = openMirror(published, d.authority.signer.Key(), d.Page, c.Now); err != nil {
		return nil, err
	}
	handlers := [3]http.Handler{d.page, d.authority.handler(d.Page), mirror}
	for i, h := range handlers {
		server := &http.Server{
			Handler:           http.MaxBytesHandler(sameHost(hosts[i], h), maxBodyBytes),
			ReadHeaderTimeout: requestTimeout,
			ReadTimeout:       requestTimeout,
			WriteTimeout:      requestTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    maxHeaderBytes,
		}
		d.servers = append(d.servers, server)
		d.serving.Go(func() {
			if err := server.Serve(listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				d.failed <- err
			}
		})
	}
	d.serving.Go(func() { d.authority.keepFresh(ctx) })
	return d, nil
}

// Failed delivers the error of a service that has ended by itself.
func (d *Demo) Failed() <-chan error { return d.failed }

// Close ends the services and lets requests finish for a moment. It removes the temporary folder.
func (d *Demo) Close() error {
	d.stop()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var errs []error
	for _, s := range d.servers {
		if s.Shutdown(ctx) != nil {
			errs = append(errs, s.Close())
		}
	}
	d.serving.Wait()
	if d.page != nil {
		errs = append(errs, d.page.close())
	}
	if d.mirror != nil {
		errs = append(errs, d.mirror.Close())
	}
	if d.authority != nil {
		errs = append(errs, d.authority.close())
	}
	if d.temporary != "" {
		errs = append(errs, os.RemoveAll(d.temporary))
	}
	return errors.Join(errs...)
}
