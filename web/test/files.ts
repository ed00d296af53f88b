// Files that tests read. They run in the folder web.

import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { TestContext } from "node:test"

/** The text of a shared vector file; without it the test is skipped, or fails where the vectors are required. */
export function vectors(t: TestContext, ...path: string[]): string | undefined {
  const file = vectorPath(t, ...path)
  return file && readFileSync(file, "utf8")
}

/** Where a shared vector file or folder is. */
export function vectorPath(t: TestContext, ...path: string[]): string | undefined {
  const file = join(process.env["E2EID_VECTORS"] ?? join("..", "..", "shared", "vectors"), ...path)
  if (existsSync(file)) return file
  if (process.env["E2EID_VECTORS_REQUIRED"]) throw new Error(`vectors are required and absent: ${file}`)
  t.skip("vectors are absent: set E2EID_VECTORS to their folder")
  return undefined
}

/** The verifier's module, as it is shipped. */
export function verifierModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(join("dist", "verifier.wasm")))
}

/** The backend module, as it is shipped. */
export function backendModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(join("dist", "backend.wasm")))
}

/** Text in the deadly presentation of test/mortal/main_js.go. */
export const DEADLY = "die on this presentation"

/** The verifier's module with ways to die (test/mortal). */
export function mortalModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(join(".build", "test", "mortal.wasm")))
}

/** A file that test/authority wrote. */
export function published(...path: string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(join(".build", "test", "mirror", ...path)))
}
