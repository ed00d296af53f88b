// The shared vector file mls/x509-keypackages.json, as configurations and presentations.

import type { TrustConfig } from "../src/trust.js"
import type { KeyPackageOptions, Times } from "../src/types.js"

export interface Case {
  label: string
  cipher_suite: number
  expect: "valid" | "invalid"
  reason: string | null
  key_package: string
  reference_id: string
  trust_anchor: string
  intermediate: string
  validation_time: string
}

export interface Question {
  trust: TrustConfig
  bytes: Uint8Array<ArrayBuffer>
  options: KeyPackageOptions & Times
}

/** What the LeafNodes of the file are made for. */
const TEN_YEARS = 3652 * 86_400

/** What is asked about a case: its own anchor is trusted, and revocation is not looked at, since the file has no lists. */
export function question(vector: Case): Question {
  const now = new Date(vector.validation_time)
  return {
    trust: {
      authorities: [
        {
          id: "example",
          scope: ["mimi://example.com/u/", "mimi://example.com/d/"],
          anchors: [fromHex(vector.trust_anchor)],
          intermediates: [fromHex(vector.intermediate)],
          status: "uncheckedUnsafe",
        },
      ],
      policy: { maxLeafLifetime: TEN_YEARS },
    },
    bytes: fromHex(vector.key_package),
    options: { expected: vector.reference_id, at: now, now },
  }
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16))
}
