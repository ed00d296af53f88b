// The NIST suite (vectors/pkits), as configurations and presentations.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { TrustConfig } from "../src/trust.js"
import type { Bag, CertificateOptions, Times } from "../src/types.js"

interface Test {
  id: string
  path: string[]
  crls: string[]
  expectValid: boolean
  initialPolicySet: string[]
  initialExplicitPolicy: boolean
  initialPolicyMappingInhibit: boolean
  initialAnyPolicyInhibit: boolean
}

interface Manifest {
  validationTime: string
  policyOIDs: Record<string, string>
  tests: Test[]
}

export interface Case {
  id: string
  expectValid: boolean
  trust: TrustConfig
  bag: Bag
  bytes: Uint8Array
  options: CertificateOptions & Times
}

export function pkitsCases(folder: string): Case[] {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest
  const now = new Date(manifest.validationTime)
  const read = (kind: "certs" | "crls", name: string): Uint8Array =>
    Uint8Array.from(readFileSync(join(folder, kind, `${name}.${kind.slice(0, -1).replace("cert", "crt")}`)))
  return manifest.tests.map((test) => {
    const [anchor, ...chain] = test.path.map((name) => read("certs", name)) as [Uint8Array, ...Uint8Array[]]
    const policies = {
      acceptable: test.initialPolicySet.map((name) => manifest.policyOIDs[name] as string),
      requireExplicit: test.initialExplicitPolicy,
      inhibitMapping: test.initialPolicyMappingInhibit,
      inhibitAny: test.initialAnyPolicyInhibit,
    }
    return {
      id: test.id,
      expectValid: test.expectValid,
      trust: { authorities: [{ id: "nist", scope: [], anchors: [anchor], extendedKeyUsage: [], policies }] },
      bag: { crls: test.crls.map((name) => read("crls", name)) },
      bytes: chain.pop() as Uint8Array,
      options: { pathOnly: true, certificates: chain, at: now, now },
    }
  })
}
