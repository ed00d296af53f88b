// Documents of issuers' keys from a real server: what the platform's fetch makes of redirects, of the type that a server gives
// what it sends, and of a body that does not come to its end. The addresses of the configuration are https, so the server on
// this machine stands behind them: requests go there with all else as it is.

import assert from "node:assert/strict"
import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type TestContext, test } from "node:test"
import { createVerifier } from "../src/index.js"
import type { RefreshResult, Verifier } from "../src/types.js"
import { verifierModule } from "./files.js"
import { at } from "./mirror.js"
import { tokens } from "./tokens.js"

const { issuer, jwk, audience, nonce, presented } = tokens
const wasm = await verifierModule()
const address = `${issuer}/.well-known/jwt-vc-issuer`
const metadata = JSON.stringify({ issuer, jwks: { keys: [jwk] } })

interface Asked {
  verifier: Verifier
  /** Paths that the server was asked for. */
  paths: string[]
}

/** A verifier whose requests for documents a server on this machine answers. Any other request fails the test. */
async function behind(t: TestContext, answer: RequestListener): Promise<Asked> {
  const paths: string[] = []
  const server: Server = createServer((request, response) => {
    paths.push(request.url ?? "")
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const real = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const url = new URL(String(input))
    assert.equal(url.origin, issuer, "a request to somewhere else")
    return real(base + url.pathname, init)
  }
  t.after(async () => {
    globalThis.fetch = real
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const issuers = [{ id: issuer, document: "metadata" as const, fetch: [address], identifiers: [{ claim: ["email"], form: "email" as const }] }]
  const verifier = await createVerifier({ authorities: [{ id: "corp", scope: ["example.com"], issuers }] }, { wasm, now: () => at(0) })
  return { verifier, paths }
}

async function refreshed({ verifier }: Asked): Promise<RefreshResult> {
  const results = await verifier.refresh()
  assert.equal(results.length, 1)
  return results[0] as RefreshResult
}

async function says({ verifier }: Asked): Promise<string> {
  const verdict = await verifier.verifyToken(presented, { audience, nonce, expected: "mailto:alice@example.com" })
  assert.ok(verdict.outcome !== "verified")
  return verdict.code
}

const failure = (result: RefreshResult): [string, string] => {
  assert.ok(result.outcome === "failed")
  return [result.code, result.message]
}

test("a document is fetched from a server, and the status of a credential is not", async (t) => {
  const asked = await behind(t, (_, response) => response.end(metadata))
  assert.equal(await says(asked), "issuer_keys_unavailable")
  assert.deepEqual(asked.paths, [])
  assert.equal((await refreshed(asked)).outcome, "fetched")
  assert.deepEqual(asked.paths, ["/.well-known/jwt-vc-issuer"])
  // The keys are there, the list is not: it is named, and it is the application's to fetch.
  const verdict = await asked.verifier.verifyToken(presented, { audience, nonce, expected: "mailto:alice@example.com" })
  assert.ok(verdict.outcome !== "verified")
  assert.equal(verdict.code, "revocation_unavailable")
  assert.deepEqual(
    verdict.missing.map(({ kind }) => kind),
    ["statusList"],
  )
  await refreshed(asked)
  assert.deepEqual(asked.paths, ["/.well-known/jwt-vc-issuer", "/.well-known/jwt-vc-issuer"])
})

for (const [name, location] of [
  ["to http", "http://127.0.0.1:9/elsewhere"],
  ["to https", "https://evil.example/elsewhere"],
  ["on the same host", "/elsewhere"],
  ["to itself, without end", "/.well-known/jwt-vc-issuer"],
] as const) {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`a redirect ${name} with status ${status} is not followed`, async (t) => {
      const asked = await behind(t, (request, response) => {
        if (request.url === "/elsewhere") response.end(metadata)
        else response.writeHead(status, { location }).end()
      })
      assert.deepEqual(failure(await refreshed(asked)), ["issuer_keys_unavailable", "the issuer cannot be reached"])
      assert.deepEqual(asked.paths, ["/.well-known/jwt-vc-issuer"])
      assert.equal(await says(asked), "issuer_keys_unavailable")
    })
  }
}

test("the type that a server gives says nothing: what it sends decides", async (t) => {
  let type: string | undefined
  let body = metadata
  const asked = await behind(t, (_, response) => response.writeHead(200, type === undefined ? {} : { "content-type": type }).end(body))
  for (type of ["application/json", "text/html", "application/octet-stream", "image/png", undefined]) {
    assert.equal((await refreshed(asked)).outcome, "fetched", type)
  }
  type = "application/json"
  for (body of ["<!doctype html>", `${metadata}<!---->`, metadata.replace(issuer, "https://evil.example")]) {
    assert.equal(failure(await refreshed(asked))[0], "malformed", body)
  }
})

for (const [name, answer] of [
  ["nothing is answered", () => {}],
  ["the body stops in its middle", (response) => response.writeHead(200).write(metadata.slice(0, 20))],
  [
    "the body goes on byte by byte",
    (response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(" "), 5)
      response.on("close", () => clearInterval(timer))
    },
  ],
] as [string, (response: Parameters<RequestListener>[1]) => void][]) {
  test(`a server is given up on when ${name}`, async (t) => {
    const asked = await behind(t, (_, response) => answer(response))
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    let bound = 0
    t.mock.method(AbortSignal, "timeout", (milliseconds: number) => {
      bound = milliseconds
      return timeout(100)
    })
    assert.deepEqual(failure(await refreshed(asked)), ["issuer_keys_unavailable", "the issuer did not answer in time"])
    assert.equal(bound, 15_000)
    assert.equal(await says(asked), "issuer_keys_unavailable")
  })
}
