// Starts the module and carries calls to it. The Go program sees a global object of ours with the few constructors it
// needs: it can reach neither the network nor the page, and leaves nothing behind in the page's global object.

import type { Bytes } from "./batch.js"
import type { Code } from "./codes.js"
import { CODES } from "./codes.js"
import { asE2eidError, E2eidError, EquivocationError } from "./errors.js"
import type { WasmSource } from "./types.js"
import { defineGo } from "./wasm_exec.js"

/** Operations of the module (docs/architecture.md). */
export type Op =
  | "configure"
  | "plan"
  | "conclude"
  | "members"
  | "bag"
  | "document"
  | "head"
  | "accept"
  | "install"
  | "state"
  | "restore"
  | "lists"
  | "hash"
  | "codes"

/** The module had exited before the call, so that the call has nothing to do with it. */
export class ExitedError extends E2eidError {
  constructor() {
    super("internal", "the module has exited")
  }
}

/** One running module. */
export interface Instance {
  /** True once the Go program has ended, by whatever cause. Its memory is not to be trusted then: make another. */
  readonly exited: boolean

  /**
   * Returns the result of an operation. Throws what the module reports, `internal` if it exits meanwhile, and an
   * {@link ExitedError} if it has before. The result is in `room` if that suffices.
   */
  call(op: Op, request: Uint8Array, room?: Bytes): Bytes

  /** {@link Instance.call} of an operation whose result is text. */
  text(op: Op, request: Uint8Array): string
}

/** Compiles what the caller brought. The work is done once; each instance of the result starts in milliseconds. */
export async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  let given: WebAssembly.Module | Response
  try {
    given = await source
  } catch (error) {
    throw asE2eidError(error, "internal", "the module cannot be fetched")
  }
  if (given instanceof WebAssembly.Module) return given
  if (!(given instanceof Response)) {
    throw new E2eidError("invalid_request", "wasm is neither a WebAssembly.Module nor a Response")
  }
  if (!given.ok) throw new E2eidError("internal", `the module cannot be fetched: status ${given.status}`)
  try {
    // Compiling while loading is refused for any other type, which servers that do not know .wasm send.
    if (given.headers.get("content-type") === "application/wasm") return await WebAssembly.compileStreaming(given)
    return await WebAssembly.compile(await given.arrayBuffer())
  } catch (error) {
    throw asE2eidError(error, "internal", "the module does not compile")
  }
}

type Callback = (...args: unknown[]) => unknown

// Name under which a module calls back when it is ready. Each instance has a global object of its own.
const READY = "e2eidReady"

/** A running Go program that answers calls. */
export interface Program {
  readonly exited: boolean
  /** Calls the function that the program has offered. Throws like {@link Instance.call}. */
  invoke(...args: unknown[]): Bytes
  /** Has `work` call what the program exports. Throws like {@link Instance.call}. */
  enter<T>(work: (exports: WebAssembly.Exports) => T): T
}

/** Starts a module and returns it when it takes calls. */
export async function start(module: WebAssembly.Module): Promise<Program> {
  let ready = false
  let callback: Callback | undefined
  let exports: WebAssembly.Exports = {}
  const scope = {
    Array,
    Date,
    Object,
    TextDecoder,
    TextEncoder,
    Uint8Array,
    console,
    crypto: globalThis.crypto,
    performance,
    [READY]: (offered?: Callback) => {
      ready = true
      callback = offered
    },
  }
  const go = new (defineGo(scope))()
  // Calls are short and leave much garbage: collecting it less often costs a few megabytes and saves a fifth of the time.
  go.env = { GOGC: "400" }
  go.exit = () => {} // go.exited tells

  // A trap leaves the program half way through something: Go code must not run again, nor may its timers try to,
  // since nobody would catch what they throw.
  let trapped = false
  const resume = go._resume.bind(go)
  const stop = (): void => {
    trapped = true
    for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer)
    go._scheduledTimeouts.clear()
  }
  const exited = (): boolean => trapped || go.exited === true
  go._resume = () => {
    if (exited()) return
    try {
      resume()
    } catch {
      stop()
    }
  }

  try {
    // run settles when the program ends; until then it has returned because main waits for calls.
    const instance = await WebAssembly.instantiate(module, go.importObject)
    exports = instance.exports
    void go.run(instance).then(stop, stop)
  } catch (error) {
    throw asE2eidError(error, "internal", "the module does not start")
  }
  if (!ready) throw new E2eidError("internal", "the module does not start")

  function enter<T>(work: (exports: WebAssembly.Exports) => T): T {
    if (exited()) throw new ExitedError()
    let result: T
    try {
      result = work(exports)
      if (!exited()) return result
    } catch {
      // as if it had exited
    }
    stop()
    throw new E2eidError("internal", "the module exited during a call")
  }

  return {
    get exited() {
      return exited()
    },
    invoke: (...args) =>
      enter(() => {
        const response = callback?.(...args)
        if (response instanceof Uint8Array) return response as Bytes
        throw new TypeError("not bytes")
      }),
    enter,
  }
}

/** What the verifier's module exports (wasm/main_js.go). Places are addresses in its memory. */
interface Exports {
  mem: WebAssembly.Memory
  e2eidRoom(size: number): number
  e2eidDispatch(nameSize: number): number
  /** 0 if there is none. */
  e2eidResponse(): number
}

/** Starts the module. */
export async function instantiate(module: WebAssembly.Module): Promise<Instance> {
  const program = await start(module)
  return {
    get exited() {
      return program.exited
    },
    call: (op, request, room) =>
      unwrap(program.enter((exports) => copied(dispatch(exports as unknown as Exports, op, request), room))),
    text: (op, request) => textOf(unwrap(program.enter((exports) => dispatch(exports as unknown as Exports, op, request)))),
  }
}

const utf8Encoder = new TextEncoder()
const names = new Map<Op, Uint8Array>()

function nameOf(op: Op): Uint8Array {
  let name = names.get(op)
  if (!name) names.set(op, (name = utf8Encoder.encode(op)))
  return name
}

// Returns the response where it is, until the next call. The memory is another buffer whenever it has grown, so that it is
// asked for after each call.
function dispatch({ mem, e2eidRoom, e2eidDispatch, e2eidResponse }: Exports, op: Op, request: Uint8Array): Bytes {
  const name = nameOf(op)
  const size = name.length + request.length
  const room = e2eidRoom(size) >>> 0
  const written = new Uint8Array(mem.buffer, room, size)
  written.set(name)
  written.set(request, name.length)
  const responseSize = e2eidDispatch(name.length)
  const at = e2eidResponse() >>> 0
  if (at === 0) throw new TypeError("no response")
  return new Uint8Array(mem.buffer, at, responseSize)
}

function copied(response: Bytes, room?: Bytes): Bytes {
  if (!room || room.length < response.length) return response.slice()
  room.set(response)
  return room.subarray(0, response.length)
}

// The first byte of a response says whether a result or an error follows.
function unwrap(response: Bytes): Bytes {
  const rest = response.subarray(1)
  if (response[0] === 0) return rest
  if (response[0] === 1) throw reported(rest)
  throw new E2eidError("internal", "the module gave a malformed response")
}

/** What follows the message is there with `equivocation`. */
interface Reported {
  code: Code
  message: string
  authority: string
  number: number
  held: string
  got: string
}

function reported(json: Uint8Array): E2eidError {
  try {
    const { code, message, authority, number, held, got } = parseJSON(json) as Reported
    if (code === "equivocation") return new EquivocationError(message, authority, number, held, got)
    if (CODES.includes(code)) return new E2eidError(code, String(message))
  } catch {
    // malformed
  }
  return new E2eidError("internal", "the module reported a malformed error")
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** Text of a JSON result. */
function textOf(json: Uint8Array): string {
  return utf8.decode(json)
}

/** Value of a JSON result. */
export function parseJSON(json: Uint8Array): unknown {
  return JSON.parse(textOf(json))
}
