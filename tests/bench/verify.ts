// Figures of verifying in Chromium: ratios of two times from one run.

import { readFileSync } from "node:fs"
import { openHarness } from "../browser/browser.js"

const ROUNDS = 9

const { trust } = JSON.parse(readFileSync(".build/bench/roster.json", "utf8"))
const harness = await openHarness()
try {
  const roster = await harness.page.evaluate((rounds) => window.harness.roster("/bench/roster.json", rounds), ROUNDS)
  console.log(`figure verify.roster1000_ms ${roster.ours.toFixed(1)} ms`)
  console.log(`figure verify.roster1000_checks ${roster.checks} checks`)
  console.log(`figure verify.roster1000_over_webcrypto ${(roster.ours / roster.webCrypto).toFixed(3)} ratio`)
  const ready = await harness.page.evaluate(
    ({ trust, rounds }) => window.harness.ready("/bench/empty.wasm", trust, rounds),
    { trust, rounds: ROUNDS },
  )
  console.log(`figure verify.ready_ms ${ready.ours.toFixed(1)} ms`)
  console.log(`figure verify.ready_ms_over_empty_go ${(ready.ours / ready.emptyGo).toFixed(3)} ratio`)
} finally {
  await harness.close()
}
