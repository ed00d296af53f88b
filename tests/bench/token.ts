// Figures of verifying SD-JWTs with key binding in Chromium, beside the @sd-jwt packages: ratios of two times from one run.

import { openHarness } from "../browser/browser.js"

const ROUNDS = 21

const harness = await openHarness()
try {
  const { ours, together, theirs, theirsTogether } = await harness.page.evaluate(async (rounds) => {
    const module = "/harness/token.js"
    const { compare } = (await import(module)) as typeof import("../browser/harness/token.js")
    return compare("/bench/tokens.json", rounds)
  }, ROUNDS)
  console.log(`figure vc.sdjwt_ms ${ours.toFixed(3)} ms`)
  console.log(`figure vc.sdjwt_over_sdjwtjs ${(ours / theirs).toFixed(3)} ratio`)
  console.log(`figure vc.sdjwt_in_batch_over_sdjwtjs ${(together / theirsTogether).toFixed(3)} ratio`)
} finally {
  await harness.close()
}
