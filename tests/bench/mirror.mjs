// Load on the Worker's reads beside a plain Worker that serves the same bytes from memory and knows nothing else: both in
// workerd on this machine and at the same time, so that whatever else it does strikes both, asked over the loopback
// interface by wrk. Then what a push and a pull take, and what kills do to the native mirror.

import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { get, publish } from "../mirror/http.mjs"
import { killRounds } from "../mirror/kill.mjs"
import { config, fixture, native, plainWorker, workerd } from "../mirror/targets.mjs"

const SECONDS = 2
const ROUNDS = 14
const CONNECTIONS = 4
const KILLS = 300

const figure = (name, value, unit) => console.log(`figure mirror.${name} ${value} ${unit}`)
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Bytes as hardly compressible as a list's. */
function noise(size) {
  const bytes = new Uint8Array(size)
  for (let i = 0, x = 1; i < size; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0
    bytes[i] = x >>> 24
  }
  return bytes
}

// The ten lines. It has the bytes, and answers what it must.
const PLAIN = (files) => `
const files = new Map(${JSON.stringify(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]))}
  .map(([path, text]) => [path, Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))
export default {
  fetch(request) {
    const bytes = files.get(new URL(request.url).pathname)
    if (bytes === undefined) return new Response(null, { status: 404 })
    const headers = { ETag: '"tag"', "Content-Type": "application/octet-stream", "Cache-Control": "public, max-age=30", "Access-Control-Allow-Origin": "*" }
    if (request.headers.get("If-None-Match") === headers.ETag) return new Response(null, { status: 304, headers })
    return new Response(bytes, { headers })
  },
}`

/** Ticks of CPU that a process and its children have used, in milliseconds. */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function load(origin, pid, path, headers = {}) {
  const before = cpuMs(pid)
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "--latency", ...Object.entries(headers).flatMap(([k, v]) => ["-H", `${k}: ${v}`])]
  const { stdout: text } = await promisify(execFile)("wrk", [...args, origin + path])
  const errors = /Socket errors|Non-2xx/.test(text)
  const requests = Number(/(\d+) requests in/.exec(text)[1])
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text)
  if (errors && !/Non-2xx/.test(text)) throw new Error(text)
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]),
    p99: Number(p99) * { us: 0.001, ms: 1, s: 1000 }[unit],
    cpu: (cpuMs(pid) - before) / requests,
  }
}

const blob = noise(64 << 10)
const blobPath = `/blob/${"a".repeat(64)}`
const ours = await workerd()
await publish(ours.origin, "pq", 1)
await (await ours.bucket()).put(blobPath.slice(1), blob) // only reads are measured: no head need name it
const plain = await plainWorker(PLAIN({ "/pq/head": fixture("pq.1"), [blobPath]: blob }))
for (const path of ["/pq/head", blobPath]) {
  const [a, b] = [await get(ours.origin, path), await get(plain.origin, path)]
  if (a.status !== 200 || !a.body.equals(b.body)) throw new Error(`${path} is not the same in both`)
}
const tag = (await get(ours.origin, "/pq/head")).headers.etag
const ratios = {}
for (const [name, path, mine, theirs] of [
  ["head", "/pq/head", {}, {}],
  ["blob", blobPath, {}, {}],
  ["head304", "/pq/head", { "If-None-Match": tag }, { "If-None-Match": '"tag"' }],
]) {
  const runs = { ours: [], plain: [] }
  for (let round = -1; round < ROUNDS; round++) {
    const [a, b] = await Promise.all([load(ours.origin, ours.pid(), path, mine), load(plain.origin, plain.pid(), path, theirs)])
    if (round < 0) continue // both are warm from here on
    runs.ours.push(a)
    runs.plain.push(b)
  }
  const rate = (of) => median(runs[of].map(({ rate }) => rate))
  const total = (of) => runs[of].reduce((sum, { rate }) => sum + rate, 0)
  ratios[name] = total("ours") / total("plain")
  for (const of of ["ours", "plain"]) {
    figure(`${name}_rate_${of}`, rate(of).toFixed(0), "requests/s")
    figure(`${name}_p99_${of}`, median(runs[of].map(({ p99 }) => p99)).toFixed(1), "ms")
    figure(`${name}_cpu_${of}`, median(runs[of].map(({ cpu }) => cpu)).toFixed(3), "ms/request")
  }
}
await plain.close()
figure("get_over_plain_js", Math.min(ratios.head, ratios.blob).toFixed(3), "ratio")
figure("head304_over_plain_js", ratios.head304.toFixed(3), "ratio")

// What an authority waits for: a publication of two new blobs, until its head is served.
const timed = async (work) => {
  const began = performance.now()
  await work()
  return performance.now() - began
}
const pushes = []
const before = cpuMs(ours.pid())
for (let n = 1; n <= 10; n++) pushes.push(await timed(() => publish(ours.origin, "many", n)))
figure("push_ms", median(pushes).toFixed(0), "ms")
figure("put_cpu", ((cpuMs(ours.pid()) - before) / (10 * 4)).toFixed(1), "ms/request") // head, two blobs, head
await ours.close()

const origin = await native()
const configuration = JSON.parse(config())
configuration.authorities = configuration.authorities.filter(({ id }) => id === "many")
configuration.authorities[0].origin = `${origin.origin}/`
const pulling = await workerd({ configuration: JSON.stringify(configuration) })
const entry = await pulling.miniflare.getWorker()
const pulls = []
const pushesNative = []
for (let n = 1; n <= 10; n++) {
  pushesNative.push(await timed(() => publish(origin.origin, "many", n)))
  pulls.push(await timed(() => entry.scheduled({ cron: "*/5 * * * *" })))
}
figure("cron_pull_ms", median(pulls).toFixed(0), "ms")
figure("push_native_ms", median(pushesNative).toFixed(0), "ms")
await pulling.close()
await origin.close()

const folder = mkdtempSync(join(tmpdir(), "e2eid-mirror-"))
const { rounds, losses, struck } = await killRounds(folder, KILLS)
rmSync(folder, { recursive: true })
figure("kill_rounds", rounds, "rounds")
figure("kill_losses", losses, "rounds")
console.error(`kills that struck before the head was in place: ${struck.before}, after: ${struck.after}`)
