// Package godebug stands in for the standard library's internal/godebug when the modules are built (go build -overlay, in
// build.sh). A module has no GODEBUG to read: every setting has its default. What reads it, and counts for runtime/metrics
// what it did, is linked into everything that imports package time, and takes 26 kB of the module, compressed.
//
// Its exported names are those that the standard library uses. A release that uses another one does not build.
package godebug

// A Setting is one of GODEBUG, which is not set.
type Setting struct{ name string }

// New returns the setting of that name. Names of settings that are not documented begin with "#".
func New(name string) *Setting { return &Setting{name} }

// Name returns the name.
func (s *Setting) Name() string {
	if s.Undocumented() {
		return s.name[1:]
	}
	return s.name
}

// Undocumented reports whether the setting is not documented.
func (s *Setting) Undocumented() bool { return s.name != "" && s.name[0] == '#' }

// String returns the setting as GODEBUG would have it.
func (s *Setting) String() string { return s.Name() + "=" }

// IncNonDefault counts that a setting changed something, which none does.
func (s *Setting) IncNonDefault() {}

// Value returns "": the default.
func (s *Setting) Value() string { return "" }
