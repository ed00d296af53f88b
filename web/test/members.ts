// What test/authority/members.go wrote: clients with certificates, and a mirror whose second head revokes one of them.

import type { TrustConfig } from "../src/trust.js"
import { published } from "./files.js"
import { honest, MIRROR } from "./mirror.js"

type Name = "anchor" | "key" | "keyPackage" | "leafNode" | "certificate" | "issuer" | "bob"

const texts = JSON.parse(new TextDecoder().decode(published("members", "members.json"))) as Record<Name, string>
const bytes = (name: Name): Uint8Array => new Uint8Array(Buffer.from(texts[name], "base64"))

export const alice = "mimi://example.com/u/alice"
export const bob = "mimi://example.com/u/bob"
export const keyPackage = bytes("keyPackage")
export const bobsKeyPackage = bytes("bob")
export const leafNode = bytes("leafNode")
export const certificate = bytes("certificate")
export const issuer = bytes("issuer")

/** In whose scope they are, unless told otherwise. */
export const trusting = (scope = "example.com"): TrustConfig => {
  const keys = [{ algorithm: "Ed25519" as const, key: bytes("key") }]
  return { authorities: [{ id: "example", scope: [scope], anchors: [bytes("anchor")], revocation: { mirror: `${MIRROR}/`, keys } }] }
}

/** The mirror with this head. */
export const serving = (head: 1 | 2 | 3) => honest(`members/head${head}`, "members")
