import assert from "node:assert/strict"
import { test } from "node:test"
import { createVerifier } from "../src/index.js"
import { vectorPath, verifierModule } from "./files.js"
import { pkitsCases } from "./pkits.js"

// Valid by NIST, and refused: DSA.
const REFUSED = ["4.1.4", "4.1.5"]

test("the NIST suite comes out right through the module", async (t) => {
  const folder = vectorPath(t, "pkits")
  if (folder === undefined) return
  const wasm = await verifierModule()
  const cases = pkitsCases(folder)
  assert.equal(cases.length, 249)
  let right = 0
  for (const { id, expectValid, trust, bag, bytes, options } of cases) {
    const verifier = await createVerifier(trust, { wasm })
    const refused = await verifier.use(bag)
    // Its signature has unused bits, which no signature has.
    assert.deepEqual(refused.map(({ code }) => code), id === "4.4.4" ? ["malformed"] : [], id)
    const verdict = await verifier.verifyCertificate(bytes, options)
    const valid = verdict.outcome === "verified"
    assert.equal(valid, expectValid && !REFUSED.includes(id), `${id}: ${JSON.stringify(verdict)}`)
    if (valid === expectValid) right++
    verifier.close()
  }
  t.diagnostic(`figure x509.pkits_wasm_right ${right} cases`)
})
