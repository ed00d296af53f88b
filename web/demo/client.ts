// A messenger's client: it makes its keys, gets them certified, and publishes a KeyPackage.

import {
  type Capabilities,
  type CiphersuiteImpl,
  type Credential,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  type KeyPackage,
  type Lifetime,
  type PrivateKeyPackage,
} from "ts-mls"
import type { Bytes } from "./der.js"
import { generateKeys, implementation, type KeyPair, type Suite } from "./keys.js"
import type { Account, Authority } from "./services.js"
import { certificationRequest } from "./x509.js"

export interface Client {
  account: Account
  suite: Suite
  implementation: CiphersuiteImpl
  /** As the authority issued it, the client's own certificate first. */
  chain: readonly Bytes[]
  keyPackage: KeyPackage
  privateKeys: PrivateKeyPackage
  /** Number of the first head that covers its certificate. */
  coveredFrom: number
}

/** Makes a client for an account. Only here, and before, does it need the authority. */
export async function enrolClient(account: Account, suite: Suite, authority: Authority): Promise<Client> {
  const keys = await generateKeys(suite)
  const csr = await certificationRequest(suite, keys, [account.identifier])
  const { chain, head } = await authority.enrol(account.token, csr)
  const suiteImplementation = await implementation(suite)
  const { publicPackage, privatePackage } = await makeKeyPackage(
    { credentialType: "x509", certificates: [...chain] },
    keys,
    suiteImplementation,
  )
  return {
    account,
    suite,
    implementation: suiteImplementation,
    chain,
    keyPackage: publicPackage,
    privateKeys: privatePackage,
    coveredFrom: head,
  }
}

/** Makes a KeyPackage with any credential, whether or not that is about these keys. */
export function makeKeyPackage(
  credential: Credential,
  keys: KeyPair,
  suite: CiphersuiteImpl,
): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  const capabilities: Capabilities = {
    versions: ["mls10"],
    ciphersuites: [suite.name],
    extensions: [],
    proposals: [],
    credentials: ["x509", "basic"],
  }
  return generateKeyPackageWithKey(credential, capabilities, lifetime(), [], keys, suite)
}

const HOUR = 3600n
const DAY = 24n * HOUR

// As long as the certificate, with some room for clocks.
function lifetime(): Lifetime {
  const now = BigInt(Math.floor(Date.now() / 1000))
  return { notBefore: now - HOUR, notAfter: now + 30n * DAY }
}

/** The bytes in which a KeyPackage travels: an MLSMessage (RFC 9420, Section 6). */
export function encodeKeyPackage(keyPackage: KeyPackage): Bytes {
  return Uint8Array.from(encodeMlsMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage }))
}
