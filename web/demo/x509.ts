// The certification request of a client, and the certificate that anybody can make for themselves.

import {
  bitString,
  boolean,
  type Bytes,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
  set,
  utcTime,
  utf8String,
} from "./der.js"
import type { KeyPair, Suite } from "./keys.js"

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
const SUBJECT_ALT_NAME = "2.5.29.17"
const KEY_USAGE = "2.5.29.15"
const EXTENDED_KEY_USAGE = "2.5.29.37"
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
const COMMON_NAME = "2.5.4.3"
const ORGANIZATION = "2.5.4.10"

/** Makes a PKCS#10 request (RFC 2986): its signature proves that whoever asks holds the key. */
export function certificationRequest(suite: Suite, keys: KeyPair, uris: readonly string[]): Promise<Bytes> {
  const info = sequence(
    integer(Uint8Array.of(0)),
    sequence(), // no subject: the authority knows whom it talks to
    keys.spki,
    explicit(0, sequence(oid(EXTENSION_REQUEST), set(sequence(subjectAltName(uris))))),
  )
  return signed(suite, keys, info)
}

/** Makes a certificate that says what it likes and is signed by its own key. */
export function selfSigned(
  suite: Suite,
  keys: KeyPair,
  { name, organization, uris }: { name: string; organization: string; uris: readonly string[] },
): Promise<Bytes> {
  const subject = sequence(attribute(ORGANIZATION, organization), attribute(COMMON_NAME, name))
  const now = Date.now()
  const day = 86_400_000
  const info = sequence(
    explicit(0, integer(Uint8Array.of(2))), // v3
    integer(crypto.getRandomValues(new Uint8Array(16))),
    suite.signatureAlgorithm,
    subject,
    sequence(utcTime(new Date(now - day)), utcTime(new Date(now + 30 * day))),
    subject,
    keys.spki,
    explicit(
      3,
      sequence(
        extension(KEY_USAGE, true, bitString(Uint8Array.of(0x80), 7)), // digitalSignature
        extension(EXTENDED_KEY_USAGE, false, sequence(oid(CLIENT_AUTH))),
        subjectAltName(uris),
      ),
    ),
  )
  return signed(suite, keys, info)
}

async function signed(suite: Suite, keys: KeyPair, info: Bytes): Promise<Bytes> {
  return sequence(info, suite.signatureAlgorithm, bitString(await keys.sign(info)))
}

function extension(id: string, critical: boolean, value: Bytes): Bytes {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value))
}

function subjectAltName(uris: readonly string[]): Bytes {
  const names = uris.map((uri) => implicit(6, new TextEncoder().encode(uri)))
  return extension(SUBJECT_ALT_NAME, false, sequence(...names))
}

function attribute(id: string, text: string): Bytes {
  return set(sequence(oid(id), utf8String(text)))
}
