import assert from "node:assert/strict"
import { test } from "node:test"
import { newBackend } from "../src/backend.js"
import type { Bytes } from "../src/batch.js"
import { ED25519_QUESTIONS } from "../src/equation.js"
import { algorithmsOf, defaultHost, type Host, newHost, probe } from "../src/host.js"
import { batchOf, type Check, newSigner } from "./batch.js"
import { backendModule } from "./files.js"

const ECDSA_P256 = 0x0101
const ED25519 = 0x0201
const RSA_SHA256 = 0x0301
const message = new TextEncoder().encode("what was signed")

async function answers(checks: readonly Check[], host?: Host): Promise<number[]> {
  host ??= await defaultHost()
  return [...(await host.run(batchOf(checks)))]
}

const flipped = (bytes: Bytes, at = bytes.length >> 1): Bytes => {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] as number) ^ 1
  return copy
}

for (const algorithm of [
  0x0101, 0x0102, 0x0103, 0x0111, 0x0112, 0x0113, 0x0121, 0x0122, 0x0123, 0x0201, 0x0301, 0x0302, 0x0303, 0x0520, 0x0630,
  0x0740, 0x0500, 0x05de, 0x0714,
]) {
  test(`algorithm 0x${algorithm.toString(16)}: only the right signature is valid`, async () => {
    const sign = await newSigner(algorithm)
    const other = await newSigner(algorithm)
    const right = await sign(message)
    assert.deepEqual(
      await answers([
        right,
        { ...right, signature: flipped(right.signature) },
        { ...right, message: flipped(message) },
        { ...right, key: (await other(message)).key },
        { ...right, signature: new Uint8Array() },
        // Not from the front: OpenSSL takes an RSASSA-PSS signature without its leading zeros. Package signature refuses it.
        { ...right, signature: right.signature.subarray(0, -1) },
        await sign(new Uint8Array()),
      ]),
      [1, 0, 0, 0, 0, 0, 1],
    )
  })
}

const backend = await backendModule()

test("answers stand in the order of the checks", async () => {
  const sign = await newSigner(ECDSA_P256)
  const right = await sign(message)
  const wrong = { ...right, message: flipped(message) }
  const order = Array.from({ length: 100 }, (_, i) => i % 3 === 0)
  const got = await answers(order.map((valid) => (valid ? right : wrong)))
  assert.deepEqual(got, order.map(Number))
})

test("a key is imported once, however many checks name it", async () => {
  let imports = 0
  const counting = wrap({
    importKey: (...args: unknown[]) => {
      imports++
      return Reflect.apply(crypto.subtle.importKey, crypto.subtle, args) as Promise<CryptoKey>
    },
  })
  const sign = await newSigner(ECDSA_P256)
  const checks = await Promise.all(Array.from({ length: 40 }, (_, i) => sign(Uint8Array.of(i))))
  const got = await newHost(counting, [ECDSA_P256]).run(batchOf(checks))
  assert.deepEqual([...got], checks.map(() => 1))
  assert.equal(imports, 1)
})

test("what is not a key makes its checks invalid and no others", async () => {
  const right = await (await newSigner(ECDSA_P256))(message)
  const rsa = await (await newSigner(RSA_SHA256))(message)
  const offCurve = flipped(right.key)
  assert.deepEqual(
    await answers([
      { ...right, key: offCurve },
      { ...right, key: new Uint8Array() },
      { ...right, key: right.key.subarray(1) },
      { ...rsa, key: new Uint8Array(rsa.key.length) },
      { ...rsa, key: rsa.key.subarray(0, 100) },
      right,
      rsa,
    ]),
    [0, 0, 0, 0, 0, 1, 1],
  )
})

test("an algorithm that is unknown, or that this host cannot do, is unsupported", async () => {
  const right = await (await newSigner(ECDSA_P256))(message)
  const host = newHost(crypto.subtle, [RSA_SHA256])
  for (const algorithm of [0, 1, 0x0104, 0x0203, 0xffff, ECDSA_P256]) {
    assert.deepEqual([...(await host.run(batchOf([{ ...right, algorithm }])))], [2])
  }
})

test("what WebCrypto lacks goes to the backend, in its place among the others", async () => {
  const p256 = await newSigner(ECDSA_P256)
  const ed25519 = await newSigner(ED25519)
  const right = [await p256(message), await ed25519(message), await ed25519(Uint8Array.of(1))] as const
  const checks = [
    right[0],
    right[1],
    { ...right[1], signature: flipped(right[1].signature) },
    { ...right[0], message: flipped(message) },
    right[2],
    { ...right[0], algorithm: 0x0111 }, // neither of them does it
  ]
  const host = newHost(crypto.subtle, [ECDSA_P256], { backend: newBackend(() => backend) })
  assert.deepEqual(await answers(checks, host), [1, 1, 0, 0, 1, 2])
})

test("the backend is brought when it is needed, once, and again if that failed", async () => {
  let brought = 0
  const bring = () => {
    brought++
    return brought === 1 ? Promise.reject<Response>(new Error("no network")) : backend
  }
  const host = newHost(crypto.subtle, [ECDSA_P256], { backend: newBackend(bring) })
  const right = await (await newSigner(ED25519))(message)
  assert.deepEqual(await answers([await (await newSigner(ECDSA_P256))(message)], host), [1])
  assert.equal(brought, 0)
  assert.deepEqual(await answers([right], host), [2])
  const both = await Promise.all([answers([right], host), answers([right], host)])
  assert.deepEqual(both, [[1], [1]])
  assert.deepEqual(await answers([right], host), [1])
  assert.equal(brought, 2)
})

test("a backend that fails or misanswers leaves its checks unsupported", async () => {
  const right = await (await newSigner(ED25519))(message)
  for (const run of [
    () => Promise.reject(new Error("not today")),
    () => Promise.resolve(new Uint8Array()),
    () => Promise.resolve(Uint8Array.of(1, 1)),
  ]) {
    assert.deepEqual(await answers([right], newHost(crypto.subtle, [], { backend: { run } })), [2])
  }
})

test("whatever WebCrypto says that is not true, a check is not valid", async () => {
  const right = await (await newSigner(ECDSA_P256))(message)
  const fail = (): never => {
    throw new Error("not today")
  }
  for (const subtle of [
    wrap({ verify: fail }),
    wrap({ verify: () => Promise.reject(new Error("not today")) }),
    wrap({ verify: () => Promise.resolve(1) }),
    wrap({ verify: () => Promise.resolve("true") }),
    wrap({ verify: () => Promise.resolve({}) }),
    wrap({ importKey: fail }),
    wrap({ importKey: () => Promise.resolve(undefined) }),
  ]) {
    assert.deepEqual([...(await newHost(subtle, [ECDSA_P256]).run(batchOf([right])))], [0])
  }
})

test("a batch that is cut off anywhere, or goes on, is refused", async () => {
  const host = await defaultHost()
  const sign = await newSigner(ECDSA_P256)
  const batch = batchOf([await sign(message), await sign(new Uint8Array())])
  for (let size = 0; size < batch.length; size++) {
    await assert.rejects(host.run(batch.slice(0, size)), { code: "internal" }, `${size} bytes`)
  }
  await assert.rejects(host.run(Uint8Array.of(...batch, 0)), { code: "internal" })
})

test("a batch that announces more than it holds is refused before it takes memory", async () => {
  const host = await defaultHost()
  const max = [0xff, 0xff, 0xff, 0xff]
  for (const batch of [
    [0, 0, 0, 0, 0, 0, 0, 0, 0], // version 0
    [2, 0, 0, 0, 0, 0, 0, 0, 0], // version 2
    [1, ...max, 0, 0, 0, 0], // keys
    [1, 0, 0, 0, 0, ...max], // checks
    [1, 0, 0, 0, 1, 1, 1, ...max, 0, 0, 0, 0], // size of a key
    [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], // a key that is not there
    [1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, ...max, 0, 0, 0, 0], // size of a message
  ]) {
    await assert.rejects(host.run(Uint8Array.from(batch)), { code: "internal" })
  }
})

test("an empty batch has no answers", async () => {
  assert.deepEqual(await answers([]), [])
})

test("the probe runs once for a WebCrypto", async () => {
  assert.equal(await algorithmsOf(crypto.subtle), await algorithmsOf(crypto.subtle))
})

test("the probe finds what Node can do", async () => {
  const found = await probe(crypto.subtle)
  for (const algorithm of [0x0101, 0x0112, 0x0123, 0x0201, 0x0301]) assert.ok(found.includes(algorithm))
  assert.deepEqual(found, [...found].sort((a, b) => a - b))
})

test("the probe leaves out what throws, and what finds every signature valid or none", async () => {
  const unprobed = [0x0301, 0x0302, 0x0303, 0x0500, 0x0600, 0x0700]
  for (const subtle of [
    wrap({ generateKey: () => Promise.reject(new Error("not today")) }),
    wrap({ verify: () => Promise.resolve(true) }),
    wrap({ verify: () => Promise.resolve(false) }),
  ]) {
    assert.deepEqual(await probe(subtle), unprobed)
  }
})

// Three engines that are right about every honest signature, and none of them ours. Verification stays WebCrypto's.
test("the probe leaves out Ed25519 where the engine verifies by another equation", async () => {
  assert.ok((await probe(crypto.subtle)).includes(ED25519))
  for (const wrong of ED25519_QUESTIONS) {
    const subtle = wrap({
      verify: async (...args) => {
        const signature = new Uint8Array(args[2] as ArrayBuffer)
        if (signature.join() === wrong.signature.join()) return !wrong.valid
        return (await Reflect.apply(crypto.subtle.verify, crypto.subtle, args)) as boolean
      },
    })
    const found = await probe(subtle)
    assert.ok(!found.includes(ED25519))
    assert.ok(found.includes(ECDSA_P256))
  }
  const strict = wrap({
    importKey: (...args) => {
      const key = args[1] as Uint8Array
      if (key.length === 32 && ED25519_QUESTIONS[0]?.key.join() === key.join()) return Promise.reject(new Error("mixed order"))
      return Reflect.apply(crypto.subtle.importKey, crypto.subtle, args) as Promise<CryptoKey>
    },
  })
  assert.ok(!(await probe(strict)).includes(ED25519))
})

test("the backend has our equation", async () => {
  const checks = ED25519_QUESTIONS.map((question) => ({ ...question, algorithm: ED25519 }))
  const host = newHost(crypto.subtle, [], { backend: newBackend(() => backend) })
  assert.deepEqual(await answers(checks, host), [1, 0, 0])
})

test("a salt that is longer or shorter than the algorithm says is invalid", async () => {
  for (const base of [0x0500, 0x0600, 0x0700]) {
    for (const salt of [0, 1, 20, 32, 64, 190]) {
      const right = await (await newSigner(base + salt))(message)
      const claims = [0, 1, 19, 20, 32, 48, 64, 190]
      const got = await answers(claims.map((claim) => ({ ...right, algorithm: base + claim })))
      assert.deepEqual(got, claims.map((claim) => Number(claim === salt)), `salt ${salt}`)
    }
  }
})

test("Ed448 is never WebCrypto's, whatever that can do", async () => {
  assert.ok(!(await probe(crypto.subtle)).includes(0x0202))
})

/** WebCrypto with some methods replaced. */
function wrap(replaced: Record<string, (...args: unknown[]) => unknown>): SubtleCrypto {
  return new Proxy(crypto.subtle, {
    get(target, name) {
      const given = replaced[name as string]
      if (given) return given
      const value: unknown = Reflect.get(target, name)
      return typeof value === "function" ? value.bind(target) : value
    },
  })
}
