// build.mjs generates wasm_exec.js from the file of that name in the Go toolchain, which it must match.

/** The version of that toolchain, such as "go1.26.8". */
export const goVersion: string

/** The part of the Go class that the loader uses. Names with an underscore are the class's own. */
export interface Go {
  env: Record<string, string>
  exit: (code: number) => void
  readonly exited: boolean | undefined
  readonly importObject: WebAssembly.Imports
  run(instance: WebAssembly.Instance): Promise<void>
  _resume: () => void
  readonly _scheduledTimeouts: Map<number, ReturnType<typeof setTimeout>>
}

/** Defines the class Go with `scope` in the place of globalThis: Go code sees nothing else of the page. */
export function defineGo(scope: object): new () => Go
