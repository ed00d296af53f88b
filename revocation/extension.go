package revocation

// StatusExtensionOID is the OID, in dotted form, of the certificate extension that names a list and an index in it
// (docs/status-extension.md).
const StatusExtensionOID = "2.25.166729748438539482490491179987987410763"

// ListSigningOID is the OID of the extended key usage of certificates whose keys sign heads.
const ListSigningOID = StatusExtensionOID + ".1"
