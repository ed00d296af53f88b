// Writes known.json: bound challenges, byte by byte as docs/challenge.md has them, by nothing that the project uses.
//
//   node tests/challenge/generate.mjs

import { createHash, createPrivateKey, sign } from "node:crypto"
import { writeFileSync } from "node:fs"

const times = (byte, count) => byte.repeat(count)
const text = (string) => Buffer.from(string, "utf8").toString("hex")
const label = "17" + "653265696420626f756e64206368616c6c656e67652031"
const bob = "im:bob@example.com"
const alice = "im:alice@example.com"
const long = "acct:" + times("a", 53) + "@example.com" // 70 bytes: its size takes two

// Each part as the encoding has it, its size in front.
const cases = [
  {
    name: "token",
    given: [1, times("11", 32), times("22", 16), bob, times("33", 32), alice, times("44", 32)],
    bytes: [label, "02", "01", "20" + times("11", 32), "10" + times("22", 16)]
      .concat(["12" + text(bob), "20" + times("33", 32), "14" + text(alice), "20" + times("44", 32)]),
  },
  {
    name: "token, other way, the longest that take one byte and the shortest that take more",
    given: [2, times("a1", 63), times("b2", 64), long, times("c3", 64), bob, times("d4", 4096)],
    bytes: [label, "02", "02", "3f" + times("a1", 63), "4040" + times("b2", 64)]
      .concat(["4046" + text(long), "4040" + times("c3", 64), "12" + text(bob), "5000" + times("d4", 4096)]),
  },
  {
    name: "signature",
    given: [1, times("11", 32), times("22", 16), bob, times("33", 32), alice, times("44", 32), "3003020105"],
    bytes: [label, "01", "01", "20" + times("11", 32), "10" + times("22", 16)]
      .concat(["12" + text(bob), "20" + times("33", 32), "14" + text(alice), "20" + times("44", 32), "05" + "3003020105"]),
  },
  {
    name: "signature, a certificate whose size takes four bytes",
    given: [2, times("11", 16), times("22", 16), bob, times("33", 16), alice, times("44", 16), times("55", 16384)],
    bytes: [label, "01", "02", "10" + times("11", 16), "10" + times("22", 16)]
      .concat(["12" + text(bob), "10" + times("33", 16), "14" + text(alice), "10" + times("44", 16)])
      .concat(["80004000" + times("55", 16384)]),
  },
]

// The private key of RFC 8032, Section 7.1, test 1, in PKCS #8.
const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
const key = createPrivateKey({ key: Buffer.from("302e020100300506032b657004220420" + seed, "hex"), format: "der", type: "pkcs8" })
const publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

const known = cases.map(({ name, given, bytes }) => {
  const [presenterRole, session, nonce, verifier, verifierKey, presenter, presenterKey, certificate] = given
  const message = Buffer.from(bytes.join(""), "hex")
  const challenge = { presenterRole, session, nonce, verifier, verifierKey, presenter, presenterKey }
  const answer =
    certificate === undefined
      ? { tokenNonce: createHash("sha256").update(message).digest("base64url") }
      : { certificate, publicKey, signature: sign(null, message, key).toString("hex") }
  return { name, ...challenge, bytes: message.toString("hex"), ...answer }
})
writeFileSync(new URL("known.json", import.meta.url), JSON.stringify(known, null, 1) + "\n")
