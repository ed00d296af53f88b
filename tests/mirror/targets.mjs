// The two mirrors that are tested: the command's, and the Worker in workerd.

import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const built = join(root, ".build", "mirror")
const { Miniflare } = createRequire(join(root, "worker", "package.json"))("miniflare")

export const TOKEN = "test token: 0123456789".replaceAll(" ", "-")
export const PATIENCE_MS = 1_000

/** Builds the command and the fixtures. The Worker is built by "./build.sh worker". */
export function prepare() {
  mkdirSync(built, { recursive: true })
  const go = (...args) => execFileSync("go", args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
  go("build", "-o", join(built, "e2eid"), "./cmd/e2eid")
  rmSync(join(built, "fixtures"), { recursive: true, force: true })
  go("run", "./tests/mirror/fixtures", join(built, "fixtures"))
}

export const command = join(built, "e2eid")
export const fixturePath = (...name) => join(built, "fixtures", ...name)
export const fixture = (...name) => readFileSync(fixturePath(...name))

/** Names of the blobs that a head names: those of the fixtures whose hashes stand in its bytes. */
export function blobsOf(name) {
  const bytes = fixture(name)
  return readdirSync(fixturePath("published", "blob")).filter((hash) => bytes.includes(Buffer.from(hash, "hex")))
}

export const config = () => fixture("config.json").toString()

/** The command's mirror over a folder, a temporary one unless told. */
export async function native({ dir, configuration = fixturePath("config.json"), token = TOKEN, pull } = {}) {
  const folder = dir ?? mkdtempSync(join(tmpdir(), "e2eid-mirror-"))
  const args = ["mirror", "-dir", folder, "-config", configuration, "-listen", "127.0.0.1:0", "-patience", `${PATIENCE_MS}ms`]
  if (pull) args.push("-pull", pull)
  const process_ = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, E2EID_PUSH_TOKEN: token } })
  let log = ""
  process_.stderr.on("data", (chunk) => {
    log += chunk
  })
  const ended = new Promise((resolve) => process_.once("exit", resolve))
  const origin = await new Promise((resolve, reject) => {
    createInterface({ input: process_.stdout }).once("line", (line) => resolve(line.replace(/\/$/, "")))
    ended.then(() => reject(new Error(`the mirror ended: ${log}`)))
  })
  return {
    name: "native",
    origin,
    folder,
    pid: process_.pid,
    log: () => log,
    kill() {
      process_.kill("SIGKILL")
      return ended
    },
    async close() {
      process_.kill("SIGTERM")
      await ended
      if (dir === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The Worker in workerd, as it would be deployed. `wrap` is the text of a module to stand before "./index.js" and "./glue.mjs". */
export async function workerd({ configuration = config(), token = TOKEN, bindings = {}, wrap } = {}) {
  const dist = join(root, "worker", "build", "dist")
  const modules = readdirSync(dist).flatMap((name) => {
    const type = { ".js": "ESModule", ".wasm": "CompiledWasm", ".html": "Text" }[/\.\w+$/.exec(name)[0]]
    if (type === undefined) return []
    const contents = readFileSync(join(dist, name))
    return [{ type, path: name, contents: type === "CompiledWasm" ? contents : contents.toString() }]
  })
  modules.sort((a, b) => (b.path === "index.js") - (a.path === "index.js"))
  if (wrap) {
    modules.unshift({ type: "ESModule", path: "wrap.mjs", contents: wrap })
    for (const path of ["glue.mjs", "body.mjs"]) {
      modules.push({ type: "ESModule", path, contents: readFileSync(join(root, "worker", path)).toString() })
    }
  }
  let log = ""
  const miniflare = new Miniflare({
    modules,
    modulesRoot: "/",
    compatibilityDate: "2026-04-01",
    r2Buckets: ["BUCKET"],
    bindings: { CONFIG: configuration, PUSH_TOKEN: token, BODY_MS: String(PATIENCE_MS), ...bindings },
    handleRuntimeStdio(stdout, stderr) {
      for (const stream of [stdout, stderr]) {
        stream.on("data", (chunk) => {
          log += chunk
        })
      }
    },
    cf: false,
    host: "127.0.0.1",
  })
  return { name: "workerd", miniflare, log: () => log, bucket: () => miniflare.getR2Bucket("BUCKET"), ...(await started(miniflare)) }
}

/** A Worker of one module, in workerd. */
export function plainWorker(script) {
  return started(new Miniflare({ modules: true, script, compatibilityDate: "2026-04-01", cf: false, host: "127.0.0.1" }))
}

async function started(miniflare) {
  const before = workerdProcesses()
  const origin = String(await miniflare.ready).replace(/\/$/, "")
  const pid = workerdProcesses().find((pid) => !before.includes(pid))
  return { origin, pid: () => pid, close: () => miniflare.dispose() }
}

// Those that this process has started.
function workerdProcesses() {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    return children.trim().split(" ")
  } catch {
    return [] // another system: nothing is measured there
  }
}
