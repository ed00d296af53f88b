// Kills the command's mirror at random points while a publication is pushed to it, and asks after each restart whether a
// whole publication is served: the one before, or the one that was being pushed.

import { createHash } from "node:crypto"
import { get, publish } from "./http.mjs"
import { blobsOf, fixture, native } from "./targets.mjs"

/** Runs so many rounds. Resolves to how many lost what had been served, and at what the kill struck. */
export async function killRounds(folder, rounds, random = Math.random) {
  const struck = { before: 0, after: 0 }
  let losses = 0
  let mirror = await native({ dir: folder })
  let took = await timed(() => publish(mirror.origin, "many", 1))
  for (let n = 2; n <= rounds + 1; n++) {
    const pushed = publish(mirror.origin, "many", n).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, random() * took * 1.2))
    await mirror.kill()
    await pushed
    mirror = await native({ dir: folder })
    const served = await whole(mirror.origin, [n - 1, n])
    if (served === 0) losses++
    else struck[served === n ? "after" : "before"]++
    const now = await timed(() => publish(mirror.origin, "many", n)) // goes on where it was cut
    if (served === n - 1) took = 0.9 * took + 0.1 * Math.max(now, 1)
    if ((await whole(mirror.origin, [n])) !== n) losses++
  }
  await mirror.close()
  return { rounds, losses, struck }
}

/** Which of these publications is served whole; 0 if none is. */
export async function whole(origin, numbers) {
  const { status, body } = await get(origin, "/many/head")
  const number = numbers.find((n) => status === 200 && body.equals(fixture(`many.${n}`)))
  if (number === undefined) return 0
  for (const name of blobsOf(`many.${number}`)) {
    const blob = await get(origin, `/blob/${name}`)
    if (blob.status !== 200 || createHash("sha256").update(blob.body).digest("hex") !== name) return 0
  }
  return number
}

async function timed(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}
