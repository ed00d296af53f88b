// A messenger's client: it makes its keys, has an authority vouch for them, and publishes a KeyPackage.

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
import { type Form, SD_JWT, tokenCredential, USERINFO_VC } from "./mls-types.js"
import type { Account, Authority } from "./services.js"
import { bind, newNonce, showing } from "./vc.js"
import { certificationRequest } from "./x509.js"

export interface Client {
  account: Account
  suite: Suite
  implementation: CiphersuiteImpl
  keys: KeyPair
  form: Form
  /** The verifiable credential as the authority issued it; empty for a certificate. */
  token: string
  /** What its KeyPackage shows. */
  credential: Credential
  keyPackage: KeyPackage
  privateKeys: PrivateKeyPackage
  /** Number of the first head that covers its credential. */
  coveredFrom: number
}

/** Whom the proof in a LeafNode is for: everybody who uses this messenger. */
const MESSENGER = "https://aurora.example"

/**
 * Makes a client for an account, with a credential of a form. Only here, and before, does it need the authority. Of an
 * SD-JWT it shows these claims.
 */
export async function enrolClient(
  account: Account,
  suite: Suite,
  form: Form,
  claims: ReadonlySet<string>,
  authority: Authority,
): Promise<Client> {
  const keys = await generateKeys(suite)
  const csr = await certificationRequest(suite, keys, [account.identifier])
  const enrolled = { account, suite, implementation: await implementation(suite), keys, form }
  if (form === "x509") {
    const { chain, head } = await authority.enrol(account.token, csr)
    return publish({ ...enrolled, token: "", coveredFrom: head }, { credentialType: "x509", certificates: [...chain] })
  }
  const { credential, head } = await authority.enrolToken(account.token, csr, form)
  return reveal({ ...enrolled, token: credential, coveredFrom: head }, claims)
}

type Enrolled = Omit<Client, "credential" | "keyPackage" | "privateKeys">

/** The client with a new KeyPackage, in which it shows these claims of its SD-JWT. The authority learns nothing of it. */
export async function reveal(client: Enrolled, claims: ReadonlySet<string>): Promise<Client> {
  const { form, token } = client
  if (form === "x509") throw new Error("a certificate is shown whole")
  const text = form === "sd_jwt" ? await present(client, claims, MESSENGER, newNonce()) : token
  return publish(client, tokenCredential(form, text))
}

/** The SD-JWT of a client with these claims, and a proof for whoever asked. */
export function present(
  { token, suite, keys }: Enrolled,
  claims: ReadonlySet<string>,
  audience: string,
  nonce: string,
): Promise<string> {
  return bind(showing(token, claims), suite, keys, audience, nonce)
}

async function publish(client: Enrolled, credential: Credential): Promise<Client> {
  const { publicPackage, privatePackage } = await makeKeyPackage(credential, client.keys, client.implementation)
  return { ...client, credential, keyPackage: publicPackage, privateKeys: privatePackage }
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
    credentials: ["x509", "basic", SD_JWT, USERINFO_VC] as unknown as Capabilities["credentials"],
  }
  return generateKeyPackageWithKey(credential, capabilities, lifetime(), [], keys, suite)
}

const HOUR = 3600n
const DAY = 24n * HOUR

// As long as the credential, with some room for clocks.
function lifetime(): Lifetime {
  const now = BigInt(Math.floor(Date.now() / 1000))
  return { notBefore: now - HOUR, notAfter: now + 30n * DAY }
}

/** The bytes in which a KeyPackage travels: an MLSMessage (RFC 9420, Section 6). */
export function encodeKeyPackage(keyPackage: KeyPackage): Bytes {
  return Uint8Array.from(encodeMlsMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage }))
}
