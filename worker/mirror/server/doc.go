// Package server is the mirror for whoever has no Cloudflare account: package mirror over a folder, served by net/http.
//
// The folder has the layout of revocation/publisher, so that an authority's own folder can be served as it stands, without a
// configuration and without a copy: nothing is accepted then, and nothing written.
package server
