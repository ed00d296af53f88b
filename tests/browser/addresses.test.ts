// Rows 47, 48 and 50 of the red-team matrix for tokens, by the published package in Chromium. What a person sees of rows 47
// and 48 in the demo is in credentials.test.ts.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { ATTACKER, type Certificates } from "../../web/test/addresses.js"
import { published } from "../../web/test/files.js"
import { openHarness } from "./browser.js"

let harness: Awaited<ReturnType<typeof openHarness>>
before(async () => {
  harness = await openHarness()
})
after(() => harness.close())

test("rows 47, 48 and 50: attackers' addresses and foreign proofs prove nothing, and not one request is made", async () => {
  const before = harness.requests.length
  const said = await harness.page.evaluate(() => window.harness.addresses())
  await harness.page.waitForTimeout(300)
  assert.deepEqual(said, {
    good: "verified",
    "good, with addresses in the header": "verified",
    jku: "rejected bad_signature",
    x5u: "rejected bad_signature",
    kid: "rejected untrusted_issuer",
    iss: "rejected untrusted_issuer",
    "status_list.uri, forged": "rejected bad_signature",
    "status_list.uri, signed": `undetermined revocation_unavailable statusList ${ATTACKER}/status`,
    "old nonce": "rejected pop_context",
    "another audience": "rejected pop_context",
    "no proof": "rejected key_mismatch",
  })
  assert.deepEqual(harness.requests.slice(before), [])
  assert.deepEqual(harness.problems, [], "nor was one tried: the page's policy would have told")
})

test("row 50: where a certificate says its CRL, OCSP and issuer are, nobody asks", async () => {
  const files = JSON.parse(new TextDecoder().decode(published("certificates.json"))) as Certificates
  for (const name of ["certificate", "orphan"] as const) {
    for (const path of ["/crl", "/ocsp", "/ca"]) assert.ok(atob(files[name]).includes(ATTACKER + path), `${name} has no ${path}`)
  }
  const before = harness.requests.length
  const middle = "3011310f300d060355040313066d6964646c65" // the name of the issuer that is not there: it is said, not looked for
  const said = await harness.page.evaluate((files) => window.harness.certificates(files), files)
  await harness.page.waitForTimeout(300)
  assert.deepEqual(said, {
    "certificate, required": `undetermined revocation_unavailable crl ${ATTACKER}/crl`,
    "certificate, uncheckedUnsafe": "verified",
    "orphan, required": `rejected untrusted_issuer intermediate ${middle}`,
    "orphan, uncheckedUnsafe": `rejected untrusted_issuer intermediate ${middle}`,
  })
  assert.deepEqual(harness.requests.slice(before), [])
  assert.deepEqual(harness.problems, [])
})

test("a request to the attacker would have been seen", async () => {
  const tried = await harness.page.evaluate((address) => fetch(address).then(String, String), ATTACKER)
  assert.match(tried, /TypeError/)
  assert.ok(harness.problems.some((problem) => problem.includes(ATTACKER)))
})
