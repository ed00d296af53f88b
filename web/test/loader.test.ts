import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { compile, type Instance, instantiate, type Op } from "../src/loader.js"
import { goVersion } from "../src/wasm_exec.js"
import { mortalModule, verifierModule } from "./files.js"

const module = await mortalModule()
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const call = (instance: Instance, op: string, request = new Uint8Array()): Uint8Array =>
  instance.call(op as Op, request)

test("requests and results cross unchanged", async () => {
  const instance = await instantiate(module)
  for (const size of [0, 1, 255, 65_536, 3_000_000]) {
    const request = Uint8Array.from({ length: size }, (_, i) => i * 31)
    assert.deepEqual(call(instance, "echo", request), request)
  }
})

test("what the module reports is thrown with its code", async () => {
  const instance = await instantiate(module)
  const report = bytes('{"code":"budget","message":"too much"}')
  assert.throws(() => call(instance, "error", report), { name: "E2eidError", code: "budget", message: "too much" })
  assert.equal(instance.exited, false)
})

test("a malformed response, or a code that is not known, is internal", async () => {
  const instance = await instantiate(module)
  for (const report of ["", "{", "null", "{}", '{"code":"surprise","message":""}', '{"code":7}', "\xff"]) {
    assert.throws(() => call(instance, "error", bytes(report)), { code: "internal" }, report)
  }
  assert.throws(() => call(instance, "raw", new Uint8Array()), { code: "internal" })
  assert.throws(() => call(instance, "raw", Uint8Array.of(2)), { code: "internal" })
})

for (const op of ["exit", "panic", "recurse", "nothing"]) {
  test(`a module that ends by ${op} fails that call and refuses all later ones`, async () => {
    const [dying, living] = await Promise.all([instantiate(module), instantiate(module)])
    call(dying, "timer")
    assert.throws(() => call(dying, op), { code: "internal" })
    assert.equal(dying.exited, true)
    assert.throws(() => call(dying, "echo"), { code: "internal", message: /has exited/ })
    await sleep(50) // its timers must not wake it
    assert.deepEqual(call(living, "echo", Uint8Array.of(1)), Uint8Array.of(1))
  })
}

test("the module sees nothing of the page, and leaves nothing in it", async () => {
  const before = Object.getOwnPropertyNames(globalThis)
  const instance = await instantiate(module)
  assert.deepEqual(call(instance, "globals"), new Uint8Array())
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before)
})

test("a module that never takes calls does not start", async () => {
  const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  await assert.rejects(instantiate(empty), { code: "internal" })
})

test("the glue and the modules come from one toolchain", () => {
  for (const file of ["dist/verifier.wasm", "dist/backend.wasm"]) assert.ok(readFileSync(file).includes(goVersion), file)
})

const file = readFileSync("dist/verifier.wasm")
const wasmType = { "content-type": "application/wasm" }

test("the module may be brought compiled, fetched or on its way", async () => {
  const compiled = await verifierModule()
  for (const source of [
    compiled,
    Promise.resolve(compiled),
    new Response(file, { headers: wasmType }),
    Promise.resolve(new Response(file, { headers: wasmType })),
    new Response(file, { headers: { "content-type": "application/octet-stream" } }),
  ]) {
    assert.ok((await compile(source)) instanceof WebAssembly.Module)
  }
})

test("a module that cannot be fetched or compiled is internal, another value is misuse", async () => {
  const rejected = Promise.reject<Response>(new TypeError("fetch failed"))
  await assert.rejects(compile(rejected), { code: "internal", cause: new TypeError("fetch failed") })
  await assert.rejects(compile(new Response("", { status: 404 })), { code: "internal", message: /404/ })
  await assert.rejects(compile(new Response("no wasm", { headers: wasmType })), { code: "internal" })
  await assert.rejects(compile(file.buffer as never), { code: "invalid_request" })
  await assert.rejects(compile(undefined as never), { code: "invalid_request" })
})
