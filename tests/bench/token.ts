// Figures of verifying SD-JWTs with key binding in Chromium, beside the @sd-jwt packages: ratios of two times from one run.

import { openHarness } from "../browser/browser.js"

// Many and short: what slows the machine down lasts longer than a round, and so falls on both.
const ROUNDS = 200

// V8 compiles WebAssembly in haste at first, and again what has run often, while other work goes on: of the first rounds
// there is a figure too.
const FIRST = 36

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number

// A machine that is shared is slow for a while and then fast again: two times are comparable within a round alone.
const ratios = (ours: number[], theirs: number[]): number[] => ours.map((time, round) => time / (theirs[round] as number))

const harness = await openHarness()
try {
  const { ours, together, theirs, theirsTogether } = await harness.page.evaluate(async (rounds) => {
    const module = "/harness/token.js"
    const { compare } = (await import(module)) as typeof import("../browser/harness/token.js")
    return compare("/bench/tokens.json", rounds)
  }, ROUNDS)
  const single = ratios(ours, theirs)
  const inBatch = ratios(together, theirsTogether)
  console.log(`figure vc.sdjwt_over_sdjwtjs ${median(single).toFixed(3)} ratio`)
  console.log(`figure vc.sdjwt_first_over_sdjwtjs ${median(single.slice(0, FIRST)).toFixed(3)} ratio`)
  console.log(`figure vc.sdjwt_in_batch_over_sdjwtjs ${median(inBatch).toFixed(3)} ratio`)
  console.log(`figure vc.sdjwt_ms ${median(ours).toFixed(3)} ms`)
} finally {
  await harness.close()
}
