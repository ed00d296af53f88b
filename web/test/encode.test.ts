import assert from "node:assert/strict"
import { test } from "node:test"
import { bagRequest, configureRequest, documentRequest, planRequest, trustText, Writer } from "../src/encode.js"
import type { Presentation } from "../src/types.js"

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const at = new Date(1000)
const now = new Date(2999) // second 2
const times = "0000000000000001" + "0000000000000002"
const keyPackage = { kind: "keyPackage", bytes: Uint8Array.of(0xaa), expected: "a:b" } as const
const leafNode = {
  kind: "leafNode",
  bytes: Uint8Array.of(0xbb),
  cipherSuite: 3,
  carrier: "tree",
  groupId: Uint8Array.of(1, 2),
  leafIndex: 5,
  discover: true,
} as const

test("a KeyPackage is laid out as docs/architecture.md says", () => {
  const presentation = "01" + "0000" + "00" + "00" + "00000000" + "00000000" + "00000000"
  const expected = "0001" + "00000003" + "613a62"
  assert.equal(
    hex(planRequest([keyPackage], at, now)),
    times + "00000001" + presentation + expected + "00000001" + "aa" + "0000",
  )
})

test("a LeafNode is laid out as docs/architecture.md says", () => {
  const p: Presentation = { ...leafNode, assuredBefore: true, signatureKey: Uint8Array.of(9) }
  const presentation = "02" + "0003" + "04" + "03" + "000000020102" + "00000005" + "0000000109" + "0000"
  assert.equal(hex(planRequest([p], at, now)), times + "00000001" + presentation + "00000001" + "bb" + "0000")
})

test("a certificate is laid out as docs/architecture.md says", () => {
  const certificates = [Uint8Array.of(1), Uint8Array.of(2, 3)]
  const p: Presentation = { kind: "certificate", bytes: Uint8Array.of(0xcc), pathOnly: true, certificates }
  const presentation = "03" + "0000" + "00" + "08" + "00000000" + "00000000" + "00000000" + "0000"
  const others = "0002" + "00000001" + "01" + "00000002" + "0203"
  assert.equal(hex(planRequest([p], at, now)), times + "00000001" + presentation + "00000001" + "cc" + others)
})

test("a token is laid out as docs/architecture.md says, of text as of bytes", () => {
  const p = { kind: "token", expected: "a:b", audience: "bob", nonce: "n" } as const
  const presentation = "04" + "0000" + "00" + "00" + "00000000" + "00000000" + "00000000"
  const expected = "0001" + "00000003" + "613a62"
  const context = "00000003" + "626f62" + "00000001" + "6e"
  const all = times + "00000001" + presentation + expected + "00000002" + "787e" + "0000" + context
  assert.equal(hex(planRequest([{ ...p, bytes: "x~" }], at, now)), all)
  assert.equal(hex(planRequest([{ ...p, bytes: Uint8Array.of(0x78, 0x7e) }], at, now)), all)
})

test("a bare token is laid out as docs/architecture.md says", () => {
  const p: Presentation = { kind: "bareToken", bytes: "x", discover: true, signatureKey: Uint8Array.of(9) }
  const presentation = "05" + "0000" + "00" + "02" + "00000000" + "00000000" + "0000000109" + "0000"
  const none = "00000000" + "00000000"
  assert.equal(hex(planRequest([p], at, now)), times + "00000001" + presentation + "00000001" + "78" + "0000" + none)
})

test("answers to challenges are laid out as docs/architecture.md says", () => {
  const part = (byte: number): Uint8Array => new Uint8Array(2).fill(byte)
  const challenge = {
    presenterRole: "responder",
    session: part(1),
    nonce: part(2),
    verifier: { identifier: "a:b", identityKey: part(3) },
    presenter: { identifier: "c:d", identityKey: part(4) },
  } as const
  const head = "0000" + "00" + "00" + "00000000" + "00000000" + "00000000" + "0001" + "00000003" + "633a64"
  const asked = "02" + "000000020101" + "000000020202" + "00000003613a62" + "000000020303" + "00000003633a64" + "000000020404"
  const common = { expected: "c:d", challenge } as const
  const certificate = { ...common, kind: "challengedCertificate", bytes: part(5), certificates: [part(6)], signature: part(7) } as const
  assert.equal(
    hex(planRequest([certificate], at, now)),
    times + "00000001" + "06" + head + "000000020505" + "0001" + "000000020606" + asked + "000000020707",
  )
  const token = { ...common, kind: "challengedToken", bytes: "x" } as const
  assert.equal(hex(planRequest([token], at, now)), times + "00000001" + "07" + head + "0000000178" + "0000" + asked + "00000000")
})

test("a bag is laid out as docs/architecture.md says", () => {
  const bag = { ocsp: [Uint8Array.of(3)], certificates: [Uint8Array.of(1)], crls: [Uint8Array.of(2), new Uint8Array()] }
  assert.equal(hex(bagRequest(bag)), "00000004" + "010000000101" + "020000000102" + "0200000000" + "030000000103")
  assert.equal(hex(bagRequest({})), "00000000")
  const lists = { statusLists: ["a", Uint8Array.of(0x62)], crls: [Uint8Array.of(2)] }
  assert.equal(hex(bagRequest(lists)), "00000003" + "020000000102" + "040000000161" + "040000000162")
  assert.equal(hex(bagRequest({ issuerDocuments: ["a"], statusLists: ["b"] })), "00000002" + "040000000162" + "060000000161")
  const document = documentRequest("i", "u", new Date(1500), Uint8Array.of(9))
  assert.equal(hex(document), "0000000169" + "0000000175" + "0000000000000001" + "0000000109")
  assert.equal(hex(bagRequest({ statusAssertions: ["a"], ...lists })), "00000004" + "020000000102" + "040000000161" + "040000000162" + "050000000161")
})

test("a guessed leaf is marked", () => {
  const flags = (p: Presentation): number | undefined => planRequest([p], at, now)[20 + 4]
  assert.equal(flags(leafNode), 2)
  assert.equal(flags({ ...leafNode, guessed: false }), 2)
  assert.equal(flags({ ...leafNode, guessed: true }), 6)
})

test("trust is laid out as docs/architecture.md says", () => {
  assert.equal(hex(configureRequest("{}")), "00000002" + "7b7d")
})

test("times before 1970 are negative", () => {
  assert.equal(hex(planRequest([], new Date(-1), now)).slice(0, 16), "ffffffffffffffff")
})

test("bytes in the trust configuration become base64, text stays", () => {
  const anchors = [Uint8Array.of(0xfb, 0xff, 0), "AAAA"]
  assert.equal(
    trustText({ authorities: [{ id: "a", scope: [], anchors }] }),
    '{"authorities":[{"id":"a","scope":[],"anchors":["+/8A","AAAA"]}]}',
  )
})

const token = { kind: "token", bytes: "x", expected: "a:b", audience: "bob", nonce: "n" } as const

// What a caller without types, or with wrong ones, may pass.
const misuses: [string, unknown][] = [
  ["neither an expectation nor discover", { ...keyPackage, expected: undefined }],
  ["an expectation of nobody", { ...keyPackage, expected: [] }],
  ["both an expectation and discover", { ...keyPackage, discover: true }],
  ["discover that is not true", { ...leafNode, discover: 1 }],
  ["an expectation that is not text", { ...keyPackage, expected: [7] }],
  ["an unknown kind", { ...keyPackage, kind: "csr" }],
  ["only the path of a KeyPackage", { ...keyPackage, expected: undefined, pathOnly: true }],
  ["an expectation and only the path", { kind: "certificate", bytes: Uint8Array.of(1), expected: "a:b", pathOnly: true }],
  ["a certificate as text beside one", { kind: "certificate", bytes: Uint8Array.of(1), expected: "a:b", certificates: ["00"] }],
  ["a token without audience", { ...token, audience: undefined }],
  ["a token without nonce", { ...token, nonce: undefined }],
  ["a token for an empty audience and nonce", { ...token, audience: "", nonce: "" }],
  ["a nonce that is not text", { ...token, nonce: 7 }],
  ["a token that is neither text nor bytes", { ...token, bytes: [0x78] }],
  ["a bare token whose holder nobody knows", { kind: "bareToken", bytes: "x", expected: "a:b" }],
  ["a bare token with a nonce for anybody", { ...token, kind: "bareToken", signatureKey: Uint8Array.of(9), audience: undefined }],
  ["bytes as text", { ...keyPackage, bytes: "aa" }],
  ["bytes as an array", { ...keyPackage, bytes: [0xaa] }],
  ["an empty signature key", { ...keyPackage, signatureKey: new Uint8Array() }],
  ["cipher suite 0", { ...keyPackage, cipherSuite: 0 }],
  ["a LeafNode without cipher suite", { ...leafNode, cipherSuite: undefined }],
  ["a cipher suite that does not fit", { ...leafNode, cipherSuite: 65_536 }],
  ["an unknown carrier", { ...leafNode, carrier: "welcome" }],
  ["no group", { ...leafNode, groupId: undefined }],
  ["no leaf index", { ...leafNode, leafIndex: undefined }],
  ["a negative leaf index", { ...leafNode, leafIndex: -1 }],
  ["a broken leaf index", { ...leafNode, leafIndex: 0.5 }],
  ["a leaf index that is not a number", { ...leafNode, leafIndex: NaN }],
]

test("misuse throws: a certificate in a bag as text", () => {
  assert.throws(() => bagRequest({ certificates: ["00" as unknown as Uint8Array] }), { code: "invalid_request" })
})

for (const [name, presentation] of misuses) {
  test(`misuse throws: ${name}`, () => {
    assert.throws(() => planRequest([presentation as Presentation], at, now), { code: "invalid_request" })
  })
}

test("misuse throws: an invalid date", () => {
  for (const date of [new Date(NaN), 1_700_000_000 as unknown as Date, "2026" as unknown as Date]) {
    assert.throws(() => planRequest([keyPackage], date, now), { code: "invalid_request" })
  }
})

test("a writer keeps what it holds when it grows", () => {
  const parts = Array.from({ length: 50 }, (_, i) => new Uint8Array(i * 7).fill(i))
  const w = new Writer()
  for (const part of parts) w.raw(part)
  assert.equal(hex(w.finish()), parts.map(hex).join(""))
})
