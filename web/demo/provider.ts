// The messaging service that carries KeyPackages, challenges and answers from client to client. It is the attacker: it
// knows all that is public, makes keys of its own, and holds none of the clients' private keys.

import type { Credential, KeyPackage } from "ts-mls"
import { type Client, encodeKeyPackage, makeKeyPackage, present } from "./client.js"
import type { Bytes } from "./der.js"
import { generateKeys, type KeyPair } from "./keys.js"
import { type Form, formOf, tokenCredential } from "./mls-types.js"
import { base64url, bind, describe, jws, newNonce, seconds, unbound, withoutFirst } from "./vc.js"
import { selfSigned } from "./x509.js"

/** What a client asks of another: a proof for it, made now. */
export interface Challenge {
  audience: string
  nonce: string
}

interface Behaviour {
  label: string
  /** What it does, for people; with the name of the client whose KeyPackage it carries. */
  does: (name: string) => string
  /** The forms of credential it can be done to. Left out: all. */
  forms?: readonly Form[]
  carry: (client: Client) => Promise<KeyPackage>
  /** Brings the answer to a challenge. Left out: the client's own. */
  answer?: (client: Client, claims: ReadonlySet<string>, challenge: Challenge) => Promise<string>
}

export const BEHAVIOURS = {
  honest: {
    label: "Honest",
    does: (name) => `delivers ${name}’s KeyPackage as it is.`,
    carry: async ({ keyPackage }) => keyPackage,
  },
  "self-signed": {
    label: "Swaps in its own credential",
    does: (name) => `delivers a KeyPackage of its own, with a credential in ${name}’s name that it signed itself.`,
    carry: (client) => own(client, (keys) => selfIssued(client, keys)),
  },
  "own-key": {
    label: "Swaps the signature key",
    does: (name) => `delivers a KeyPackage with its own key, and ${name}’s real credential beside it.`,
    carry: (client) => own(client, async () => client.credential),
  },
  basic: {
    label: "Strips the credential",
    does: (name) => `delivers a KeyPackage of its own with a basic credential: ${name}’s name, and nobody who vouches.`,
    carry: (client) =>
      own(client, async () => ({
        credentialType: "basic",
        identity: new TextEncoder().encode(client.account.identifier),
      })),
  },
  unbound: {
    label: "Strips the key binding",
    does: (name) => `delivers a KeyPackage with its own key, and ${name}’s real SD-JWT without the proof that it is his.`,
    forms: ["sd_jwt"],
    carry: (client) => own(client, async () => tokenCredential("sd_jwt", unbound(tokenOf(client.credential)))),
  },
  disclosure: {
    label: "Strips a disclosure",
    does: (name) => `takes one of the claims that ${name} shows out of his KeyPackage.`,
    forms: ["sd_jwt"],
    async carry({ keyPackage }) {
      const { leafNode } = keyPackage
      const credential = tokenCredential("sd_jwt", withoutFirst(tokenOf(leafNode.credential)))
      return { ...keyPackage, leafNode: { ...leafNode, credential } }
    },
  },
  replay: {
    label: "Replays an old presentation",
    does: (name) => `keeps the challenge to ${name} back, and answers with a proof that he made for another one.`,
    forms: ["sd_jwt"],
    carry: async ({ keyPackage }) => keyPackage,
    async answer(client, claims, { audience, nonce }) {
      const seen = carried.get(client.keys)
      // Without one it makes up a challenge beforehand: who is asked cannot know who asks.
      return seen && seen.nonce !== nonce ? seen.answer : present(client, claims, audience, newNonce())
    },
  },
  "bit-flip": {
    label: "Flips one bit",
    does: (name) => `changes one bit of the key that messages to ${name} are to be encrypted with.`,
    async carry({ keyPackage }) {
      const initKey = Uint8Array.from(keyPackage.initKey)
      initKey[initKey.length - 1] = (initKey.at(-1) as number) ^ 1
      return { ...keyPackage, initKey }
    },
  },
} satisfies Record<string, Behaviour>

export type BehaviourName = keyof typeof BEHAVIOURS

const behaviour = (name: BehaviourName): Behaviour => BEHAVIOURS[name]

/** Whether it makes sense against a client with a credential of this form. */
export function appliesTo(name: BehaviourName, form: Form): boolean {
  return behaviour(name).forms?.includes(form) ?? true
}

/** What arrives of a client's KeyPackage. */
export async function deliver(client: Client, name: BehaviourName): Promise<Bytes> {
  return encodeKeyPackage(await behaviour(name).carry(client))
}

// The answers it has carried, of each client the last.
const carried = new WeakMap<KeyPair, { nonce: string; answer: string }>()

/** What arrives as a client's answer to a challenge. Only holders of an SD-JWT can give one. */
export async function bring(
  client: Client,
  claims: ReadonlySet<string>,
  challenge: Challenge,
  name: BehaviourName,
): Promise<string> {
  const { answer } = behaviour(name)
  if (answer) return answer(client, claims, challenge)
  const given = await present(client, claims, challenge.audience, challenge.nonce)
  carried.set(client.keys, { nonce: challenge.nonce, answer: given })
  return given
}

// A KeyPackage of the provider's own, with its own key.
async function own(client: Client, credential: (keys: KeyPair) => Promise<Credential>): Promise<KeyPackage> {
  const keys = await generateKeys(client.suite)
  return (await makeKeyPackage(await credential(keys), keys, client.implementation)).publicPackage
}

function tokenOf(credential: Credential): string {
  return formOf(credential)?.token ?? ""
}

// A credential of the client's form that says the same, signed by the provider instead of the authority.
async function selfIssued({ account, suite, form, credential }: Client, keys: KeyPair): Promise<Credential> {
  if (form === "x509") {
    const certificate = await selfSigned(suite, keys, { ...account, uris: [account.identifier] })
    return { credentialType: "x509", certificates: [certificate] }
  }
  const { issuer } = describe(form, tokenOf(credential))
  const jwk = await crypto.subtle.exportKey("jwk", await crypto.subtle.importKey("spki", keys.spki, suite.key, true, ["verify"]))
  const { kty, crv, x, y } = jwk
  const holder = { kty, crv, x, ...(y !== undefined && { y }) }
  const said = { name: account.name, organization: account.organization, preferred_username: account.id }
  const claims = { iss: issuer, iat: seconds(), exp: seconds() + 86_400 }
  if (form === "userinfo_vc") {
    const id = `did:jwk:${base64url(new TextEncoder().encode(JSON.stringify(holder)))}`
    const vc = {
      "@context": ["https://www.w3.org/2018/credentials/v1"],
      type: ["VerifiableCredential", "UserInfoCredential"],
      credentialSubject: { ...said, id },
    }
    return tokenCredential(form, await jws(suite, keys, { typ: "JWT" }, { ...claims, vc }))
  }
  const vct = "https://id.aurora.example/types/member"
  const jwt = await jws(suite, keys, { typ: "dc+sd-jwt" }, { ...claims, ...said, vct, cnf: { jwk: holder } })
  return tokenCredential(form, await bind(`${jwt}~`, suite, keys, "https://aurora.example", newNonce()))
}
