// How long the host takes for 1,000 P-256 checks in Chromium, each of its own key, by how many are in flight. Medians of
// rounds taken in turns in one page.

import { openHarness } from "../browser/browser.js"

const COUNT = 1000
const ROUNDS = 7
const IN_FLIGHT = [1, 32, COUNT]

const harness = await openHarness()
try {
  const times = await harness.page.evaluate(
    ({ count, inFlight, rounds }) => window.harness.measure(count, inFlight, rounds),
    { count: COUNT, inFlight: IN_FLIGHT, rounds: ROUNDS },
  )
  for (const [i, limit] of IN_FLIGHT.entries()) {
    console.log(`figure host.p256_1000_in_flight_${limit} ${times[i]?.toFixed(1)} ms`)
  }
} finally {
  await harness.close()
}
