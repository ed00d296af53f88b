// Package bugclasses has a test for each class of defect that X.509 verifiers had in the last years, named by what
// would go wrong. Each test that something is refused has a twin with one thing changed, which is verified, so that it
// can only be refused for the stated reason. The tests use the public API only.
package bugclasses
