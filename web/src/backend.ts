// The backend module: signature algorithms that WebCrypto lacks, brought by the application and started when needed.

import type { Bytes } from "./batch.js"
import { E2eidError } from "./errors.js"
import { compile, type Program, start } from "./loader.js"
import { inTime } from "./pool.js"
import type { WasmSource } from "./types.js"

/** What the module can do (package signature/portable), as values of signature.Algorithm. */
export const BACKEND_ALGORITHMS: readonly number[] = [0x0201, 0x0202, 0x0401, 0x0402, 0x0403]

/** Answers batches of signature checks. */
export interface Backend {
  /** Rejects if the module cannot be brought, or dies. The next batch tries again. */
  run(batch: Bytes): Promise<Bytes>
}

// A download that stands still must not stand in the way of all other verifying. It goes on, for later batches.
const PATIENCE_MS = 30_000

/** A backend that asks for its module when the first batch comes. No batch waits longer than `patienceMs` for it. */
export function newBackend(bring: () => WasmSource, patienceMs = PATIENCE_MS): Backend {
  let module: Promise<WebAssembly.Module> | undefined
  let program: Promise<Program> | undefined

  const begin = async (): Promise<Program> => {
    module ??= compile(bring())
    try {
      return await start(await module)
    } catch (error) {
      module = undefined
      throw error
    }
  }

  const living = async (): Promise<Program> => {
    const current = program
    const running = await current?.catch(() => undefined)
    if (running && !running.exited) return running
    if (program === current) program = begin()
    return program as Promise<Program>
  }

  return {
    async run(batch) {
      const program = living()
      if (!(await inTime(program, patienceMs))) throw new E2eidError("internal", "the backend module did not come in time")
      return (await program).invoke(batch)
    },
  }
}
