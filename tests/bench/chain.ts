// Figures of validating certification paths in Chromium, beside PKI.js: ratios of two times from one run.

import { openHarness } from "../browser/browser.js"

const ROUNDS = 7

const harness = await openHarness()
try {
  const { ours, together, pkijs } = await harness.page.evaluate(async (rounds) => {
    const module = "/harness/chain.js"
    const { compare } = (await import(module)) as typeof import("../browser/harness/chain.js")
    return compare("/bench/chains.json", rounds)
  }, ROUNDS)
  console.log(`figure x509.chain_ms ${ours.toFixed(3)} ms`)
  console.log(`figure x509.chain_over_pkijs ${(ours / pkijs).toFixed(3)} ratio`)
  console.log(`figure x509.chain_in_batch_over_pkijs ${(together / pkijs).toFixed(3)} ratio`)
} finally {
  await harness.close()
}
