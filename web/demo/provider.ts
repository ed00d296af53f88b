// The messaging service that carries KeyPackages from client to client. It is the attacker: it knows all that is
// public, makes keys of its own, and holds none of the clients' private keys.

import type { KeyPackage } from "ts-mls"
import { type Client, encodeKeyPackage, makeKeyPackage } from "./client.js"
import type { Bytes } from "./der.js"
import { generateKeys } from "./keys.js"
import { selfSigned } from "./x509.js"

interface Behaviour {
  label: string
  /** What it does, for people; with the name of the client whose KeyPackage it carries. */
  does: (name: string) => string
  carry: (client: Client) => Promise<KeyPackage>
}

export const BEHAVIOURS = {
  honest: {
    label: "Honest",
    does: (name) => `delivers ${name}’s KeyPackage as it is.`,
    carry: async ({ keyPackage }) => keyPackage,
  },
  "self-signed": {
    label: "Swaps in its own certificate",
    does: (name) => `delivers a KeyPackage of its own, with a certificate in ${name}’s name that it signed itself.`,
    async carry({ account, suite, implementation }) {
      const keys = await generateKeys(suite)
      const certificate = await selfSigned(suite, keys, { ...account, uris: [account.identifier] })
      return (await makeKeyPackage(x509([certificate]), keys, implementation)).publicPackage
    },
  },
  "own-key": {
    label: "Swaps the signature key",
    does: (name) => `delivers a KeyPackage with its own key, and ${name}’s real certificate beside it.`,
    async carry({ chain, suite, implementation }) {
      return (await makeKeyPackage(x509(chain), await generateKeys(suite), implementation)).publicPackage
    },
  },
  basic: {
    label: "Strips the certificate",
    does: (name) => `delivers a KeyPackage of its own with a basic credential: ${name}’s name, and nobody who vouches.`,
    async carry({ account, suite, implementation }) {
      const identity = new TextEncoder().encode(account.identifier)
      const keys = await generateKeys(suite)
      return (await makeKeyPackage({ credentialType: "basic", identity }, keys, implementation)).publicPackage
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

/** What arrives of a client's KeyPackage. */
export async function deliver(client: Client, behaviour: BehaviourName): Promise<Bytes> {
  return encodeKeyPackage(await BEHAVIOURS[behaviour].carry(client))
}

function x509(certificates: readonly Bytes[]): { credentialType: "x509"; certificates: Uint8Array[] } {
  return { credentialType: "x509", certificates: [...certificates] }
}
