// What a mirror has to do over HTTP, asked of the command's mirror and of the Worker in workerd. Each case is a sentence; the
// cases of a server run in their order, on what the ones before have left there.

import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { after, before, describe, test } from "node:test"
import { gunzipSync } from "node:zlib"
import { get, head, json, publish, put, raw, send } from "./http.mjs"
import { blobsOf, fixture, native, TOKEN, workerd } from "./targets.mjs"

const IMMUTABLE = "public, max-age=31536000, immutable"
const SHORT = "public, max-age=30, stale-if-error=604800"
const NOWHERE = `/blob/${"0".repeat(64)}`


for (const start of [native, workerd]) {
  describe(start.name, () => {
    let mirror
    let at // origin
    before(async () => {
      mirror = await start()
      at = mirror.origin
    })
    after(() => mirror.close())

    const problem = (answer, status, reason) => {
      assert.equal(answer.status, status, answer.body.toString())
      assert.equal(answer.headers["content-type"], "application/problem+json")
      const { type, title, detail, ...rest } = json(answer)
      assert.deepEqual(rest, { status, reason })
      assert.ok(type === "about:blank" && title && detail)
    }
    const etagOf = async (path) => (await head(at, path)).headers.etag

    /** Asks for the head before and after, and fails if it has changed. */
    const changesNothing = async (work) => {
      const before = await get(at, "/example/head")
      const result = await work()
      const now = await get(at, "/example/head")
      assert.deepEqual([now.status, now.body], [before.status, before.body])
      return result
    }
    const refused = (name, status, reason, work) => test(name, async () => problem(await changesNothing(work), status, reason))
    const putHead = (name) => () => put(at, "/example/head", fixture(name))

    describe("before anything is published", () => {
      test("the head is not there", async () => problem(await get(at, "/example/head"), 404, "not_found"))
      test("nor is it for HEAD, which has no body", async () => {
        const answer = await head(at, "/example/head")
        assert.deepEqual([answer.status, answer.body.length], [404, 0])
      })
      test("a 404 may be cached, briefly", async () => {
        assert.equal((await get(at, NOWHERE)).headers["cache-control"], "public, max-age=10")
      })
      test("a 404 can be read by any page", async () => {
        const { headers } = await get(at, NOWHERE)
        assert.equal(headers["access-control-allow-origin"], "*")
        assert.equal(headers["x-content-type-options"], "nosniff")
      })
      test("the status has no head of anybody", async () => {
        const { authorities } = json(await get(at, "/status"))
        assert.deepEqual(authorities.map(({ id, number }) => [id, number]), [["example", 0], ["two.example", 0], ["pq", 0], ["silent", 0], ["many", 0], ["people", 0]])
      })
    })

    describe("a push", () => {
      test("a blob that no head names is not taken", async () => {
        const { missing } = json(await put(at, "/pq/head", fixture("pq.1")))
        const { sha256 } = missing[0]
        problem(await put(at, `/example/blob/${sha256}`, fixture("published", "blob", sha256)), 409, "not_named")
        problem(await get(at, `/blob/${sha256}`), 404, "not_found")
      })
      test("a head whose blobs are missing is accepted, and not served", async () => {
        const answer = await put(at, "/example/head", fixture("example.1"))
        assert.equal(answer.status, 202)
        const { served, number, missing } = json(answer)
        assert.ok(!served && number === 1 && missing.length > 0)
        problem(await get(at, "/example/head"), 404, "not_found")
      })
      test("it tells which blobs are missing, by hash and size", async () => {
        const { missing } = json(await put(at, "/example/head", fixture("example.1")))
        for (const { sha256, size } of missing) {
          const blob = fixture("published", "blob", sha256)
          assert.equal(blob.length, size)
        }
      })
      test("a blob that the head names is stored, once", async () => {
        const { sha256 } = json(await put(at, "/example/head", fixture("example.1"))).missing[0]
        const blob = fixture("published", "blob", sha256)
        assert.equal((await put(at, `/example/blob/${sha256}`, blob)).status, 201)
        assert.equal((await put(at, `/example/blob/${sha256}`, blob)).status, 200)
        assert.deepEqual((await get(at, `/blob/${sha256}`)).body, blob)
      })
      test("cut off, it goes on with what is still missing", async () => {
        const { missing } = json(await put(at, "/example/head", fixture("example.1")))
        assert.ok(missing.length >= 1)
        assert.ok((await publish(at, "example", 1)).served)
      })
      test("the head is served as it was signed", async () => {
        const answer = await get(at, "/example/head")
        assert.equal(answer.status, 200)
        assert.deepEqual(answer.body, fixture("example.1"))
      })
      test("repeated, it changes nothing", async () => {
        const answer = await put(at, "/example/head", fixture("example.1"))
        assert.equal(answer.status, 200)
        assert.deepEqual(json(answer), { created: false, served: true, number: 1, missing: [] })
      })
      test("the next head is served at once in place of the one before", async () => {
        assert.deepEqual(await publish(at, "example", 2), { created: true, served: true, number: 2, missing: [] })
        assert.deepEqual((await get(at, "/example/head")).body, fixture("example.2"))
      })
      test("two signatures are asked for where two are configured: ECDSA P-256 and ML-DSA-44", async () => {
        assert.ok((await publish(at, "two.example", 1)).served)
      })
      test("ML-DSA-65 signs for another", async () => {
        assert.ok((await publish(at, "pq", 1)).served)
      })
      test("authorities do not touch each other", async () => {
        assert.deepEqual((await get(at, "/two.example/head")).body, fixture("two.example.1"))
        assert.deepEqual((await get(at, "/pq/head")).body, fixture("pq.1"))
        problem(await get(at, "/silent/head"), 404, "not_found")
      })
    })

    describe("a hostile push changes nothing", () => {
      refused("without a token", 401, "token", () => send(at, "PUT", "/example/head", { body: fixture("example.3") }))
      refused("with a wrong token", 401, "token", () => put(at, "/example/head", fixture("example.3"), { Authorization: `Bearer ${TOKEN}x` }))
      refused("with the token in another scheme", 401, "token", () => put(at, "/example/head", fixture("example.3"), { Authorization: `Basic ${TOKEN}` }))
      test("a 401 names the scheme", async () => {
        assert.equal((await send(at, "PUT", "/example/head", { body: "x" })).headers["www-authenticate"], "Bearer")
      })
      refused("signed by a stranger", 403, "bad_signature", putHead("stranger.head"))
      refused("with one bit of the signature flipped", 403, "bad_signature", putHead("flipped.head"))
      refused("signed for another authority by the same key", 422, "other_authority", putHead("impostor.head"))
      refused("of another authority", 422, "other_authority", putHead("two.example.1"))
      refused("older than what is served", 409, "rollback", putHead("example.1"))
      refused("a second head of one number", 409, "equivocation", putHead("fork.head"))
      refused("a next head that follows another than the one served", 409, "equivocation", putHead("branch.head"))
      refused("from the future", 422, "fast_forward", putHead("future.head"))
      refused("a number no honest authority reaches", 422, "fast_forward", putHead("leap.head"))
      refused("that would stay fresh for a year", 422, "fast_forward", putHead("forever.head"))
      refused("of a higher number and an earlier time", 422, "fast_forward", putHead("backwards.head"))
      refused("one byte short", 422, "malformed", putHead("cut.head"))
      refused("one byte long", 422, "malformed", putHead("longer.head"))
      refused("empty", 422, "malformed", () => put(at, "/example/head", Buffer.alloc(0)))
      refused("random bytes", 422, "malformed", () => put(at, "/example/head", createHash("sha256").update("x").digest()))
      refused("a body over any head's size", 413, "too_large", () => put(at, "/example/head", Buffer.alloc((1 << 18) + 1)))
      refused("a compressed body", 415, "encoding", () => put(at, "/example/head", fixture("example.3"), { "Content-Encoding": "gzip" }))
      refused("a good head with a query", 400, "query", () => put(at, "/example/head?force=1", fixture("example.3")))
      refused("for an authority that is not configured", 404, "unknown_authority", () => put(at, "/stranger/head", fixture("example.3")))
      refused("a blob whose bytes are others", 422, "mismatch", async () => {
        const { missing } = json(await put(at, "/example/head", fixture("example.3")))
        const { sha256, size } = missing[0]
        const answer = await put(at, `/example/blob/${sha256}`, Buffer.alloc(size, 7))
        problem(await get(at, `/blob/${sha256}`), 404, "not_found")
        return answer
      })
      refused("a blob shorter than the head says", 411, "length", async () => {
        const { sha256, size } = json(await put(at, "/example/head", fixture("example.3"))).missing[0]
        return put(at, `/example/blob/${sha256}`, Buffer.alloc(size - 1))
      })
      refused("a blob longer than the head says", 413, "too_large", async () => {
        const { sha256, size } = json(await put(at, "/example/head", fixture("example.3"))).missing[0]
        return put(at, `/example/blob/${sha256}`, Buffer.alloc(size + 1))
      })
      refused("a blob without its length", 411, "length", async () => {
        const { sha256 } = json(await put(at, "/example/head", fixture("example.3"))).missing[0]
        return put(at, `/example/blob/${sha256}`, "abc", { "Transfer-Encoding": "chunked" })
      })
      test("ten gigabytes are refused before they are sent", async () => {
        const { sha256 } = json(await put(at, "/example/head", fixture("example.3"))).missing[0]
        for (const path of [`/example/blob/${sha256}`, "/example/head", "/example/carried/ca.crl"]) {
          const request = `PUT ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 10737418240\r\n\r\n`
          const { status, written } = await changesNothing(() => raw(at, request, { more: Buffer.alloc(1 << 16) }))
          assert.equal(status, 413, path)
          assert.ok(written < 64 << 20, `${written} bytes were taken`)
        }
      })
      test("a body that has no end is cut off", async () => {
        const request = `PUT /example/head HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n`
        const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(1 << 16), Buffer.from("\r\n")])
        const { status } = await changesNothing(() => raw(at, request, { more: chunk }))
        assert.equal(status, 413)
      })
      test("a body that does not come is waited for only so long", async () => {
        const request = `PUT /example/head HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 400\r\n\r\nslow`
        const began = Date.now()
        const { status, answer } = await changesNothing(() => raw(at, request))
        assert.equal(status, 408)
        assert.match(answer, /"reason":"slow"/)
        assert.ok(Date.now() - began < 5_000)
      })
      test("a blob that does not come is waited for only so long", async () => {
        const { sha256, size } = json(await put(at, "/example/head", fixture("example.3"))).missing[0]
        const request = `PUT /example/blob/${sha256} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: ${size}\r\n\r\nx`
        const { status, answer } = await changesNothing(() => raw(at, request))
        assert.equal(status, 408)
        assert.match(answer, /"reason":"slow"/)
        problem(await get(at, `/blob/${sha256}`), 404, "not_found")
      })
      test("a body that is cut off leaves nothing", async () => {
        const { sha256, size } = json(await put(at, "/example/head", fixture("example.3"))).missing[0]
        const request = `PUT /example/blob/${sha256} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: ${size}\r\n\r\nx`
        await raw(at, request, { ms: 100 })
        problem(await get(at, `/blob/${sha256}`), 404, "not_found")
      })
      test("after all of it, the next good head is taken", async () => {
        assert.deepEqual(await publish(at, "example", 3), { created: true, served: true, number: 3, missing: [] })
      })
    })

    describe("the head", () => {
      test("is fresh for half a minute and better than an error for a week", async () => {
        assert.equal((await get(at, "/example/head")).headers["cache-control"], SHORT)
      })
      test("has an entity tag, the time it was signed, and its age here", async () => {
        const { headers } = await get(at, "/example/head")
        assert.match(headers.etag, /^"[0-9a-f]{32}"$/)
        const { thisUpdate } = json(await get(at, "/status")).authorities[0]
        assert.equal(Date.parse(headers["last-modified"]) / 1000, thisUpdate)
        assert.match(headers.age, /^\d+$/)
      })
      test("has the same entity tag in every mirror", async () => {
        const tag = createHash("sha256").update(fixture("example.3")).digest("hex").slice(0, 32)
        assert.equal(await etagOf("/example/head"), `"${tag}"`)
      })
      for (const [name, of] of [
        ["the tag", (tag) => tag],
        ["the tag as a weak one", (tag) => `W/${tag}`],
        ["a list with the tag", (tag) => `"x", ${tag} ,"y"`],
        ["any tag", () => "*"],
      ]) {
        test(`is not sent again to who has it: If-None-Match with ${name}`, async () => {
          const tag = await etagOf("/example/head")
          const answer = await get(at, "/example/head", { "If-None-Match": of(tag) })
          assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [304, 0, tag])
          assert.equal(answer.headers["cache-control"], SHORT)
          assert.equal(answer.headers["access-control-allow-origin"], "*")
          assert.equal(answer.headers["content-type"], undefined)
        })
      }
      test("is sent to who has another", async () => {
        assert.equal((await get(at, "/example/head", { "If-None-Match": '"other"' })).status, 200)
      })
      test("If-None-Match stands above If-Modified-Since", async () => {
        const headers = { "If-None-Match": '"other"', "If-Modified-Since": new Date().toUTCString() }
        assert.equal((await get(at, "/example/head", headers)).status, 200)
      })
      test("If-Modified-Since alone is answered by the time it was signed", async () => {
        const { headers } = await head(at, "/example/head")
        const since = (date) => get(at, "/example/head", { "If-Modified-Since": date })
        assert.equal((await since(headers["last-modified"])).status, 304)
        assert.equal((await since("Thu, 01 Jan 2026 00:00:00 GMT")).status, 200)
        assert.equal((await since("yesterday")).status, 200)
      })
      test("If-Match with another tag is 412", async () => problem(await get(at, "/example/head", { "If-Match": '"other"' }), 412, "condition"))
      test("If-Match with a weak tag is 412, with the tag 200", async () => {
        const tag = await etagOf("/example/head")
        problem(await get(at, "/example/head", { "If-Match": `W/${tag}` }), 412, "condition")
        assert.equal((await get(at, "/example/head", { "If-Match": tag })).status, 200)
      })
      test("HEAD has the headers of GET and no body", async () => {
        const [full, empty] = [await get(at, "/example/head"), await head(at, "/example/head")]
        for (const answer of [full, empty]) {
          for (const name of ["date", "age", "connection", "keep-alive"]) delete answer.headers[name]
        }
        assert.deepEqual(empty.headers, full.headers)
        assert.equal(empty.body.length, 0)
      })
      test("HEAD honours If-None-Match", async () => {
        assert.equal((await head(at, "/example/head", { "If-None-Match": await etagOf("/example/head") })).status, 304)
      })
    })

    // One blob of a few bytes, one that a Worker holds in memory, and one that it passes through.
    describe("a blob", () => {
      let blobs
      before(() => {
        blobs = blobsOf("example.3").map((name) => ({ path: `/blob/${name}`, name, content: fixture("published", "blob", name) }))
      })
      const each = (name, work) =>
        test(name, async () => {
          assert.ok(blobs.some(({ content }) => content.length > 1 << 20) && blobs.some(({ content }) => content.length < 100))
          for (const blob of blobs) await work(blob)
        })

      each("is sent whole, and hashes to its name", async ({ path, name, content }) => {
        const answer = await get(at, path)
        assert.equal(answer.status, 200)
        assert.equal(createHash("sha256").update(answer.body).digest("hex"), name)
        assert.equal(answer.headers["content-length"], String(content.length))
      })
      each("never changes, and says so", async ({ path, name }) => {
        const { headers } = await get(at, path)
        assert.equal(headers["cache-control"], IMMUTABLE)
        assert.equal(headers.etag, `"${name}"`)
        assert.equal(headers["last-modified"], undefined)
      })
      each("says that ranges may be asked for", async ({ path }) => {
        assert.equal((await head(at, path)).headers["accept-ranges"], "bytes")
      })
      each("If-None-Match", async ({ path, name }) => {
        assert.equal((await get(at, path, { "If-None-Match": `"${name}"` })).status, 304)
      })
      each("HEAD tells the size", async ({ path, content }) => {
        const answer = await head(at, path)
        assert.deepEqual([answer.status, answer.headers["content-length"], answer.body.length], [200, String(content.length), 0])
      })
      each("ranges from the front, the middle and the end are exact", async ({ path, content }) => {
        const n = content.length
        for (const [spec, from, to] of [
          ["0-0", 0, 1], ["0-1", 0, 2], ["1-", 1, n], ["-1", n - 1, n], ["-2", n - 2, n], [`${n - 1}-`, n - 1, n],
          [`0-${n - 1}`, 0, n], [`0-${n + 5}`, 0, n], [`-${n + 5}`, 0, n], ["0-", 0, n], [`1-${n >> 1}`, 1, (n >> 1) + 1],
        ]) {
          const answer = await get(at, path, { Range: `bytes=${spec}` })
          assert.equal(answer.status, 206, spec)
          assert.deepEqual(answer.body, content.subarray(from, to), spec)
          assert.equal(answer.headers["content-range"], `bytes ${from}-${to - 1}/${n}`)
          assert.equal(answer.headers["content-length"], String(to - from))
        }
      })
      each("a range that begins after the end is 416, and the size is told", async ({ path, content }) => {
        for (const spec of [`${content.length}-`, "99999999999-", "-0"]) {
          const answer = await get(at, path, { Range: `bytes=${spec}` })
          problem(answer, 416, "range")
          assert.equal(answer.headers["content-range"], `bytes */${content.length}`)
        }
      })
      each("a range that is not understood is ignored", async ({ path, content }) => {
        for (const Range of ["bytes=2-1", "bytes=a-b", "bytes=", "bytes=-", "items=0-1", "bytes=0-1,2-3", "bytes=9999999999999999-", "bytes 0-1"]) {
          const answer = await get(at, path, { Range })
          assert.deepEqual([answer.status, answer.body.length], [200, content.length], Range)
        }
      })
      each("If-Range with the tag lets the range pass, with another or a date not", async ({ path, name }) => {
        const ask = (condition) => get(at, path, { Range: "bytes=0-0", "If-Range": condition })
        assert.equal((await ask(`"${name}"`)).status, 206)
        assert.equal((await ask('"other"')).status, 200)
        assert.equal((await ask(`W/"${name}"`)).status, 200)
        assert.equal((await ask(new Date().toUTCString())).status, 200)
      })
      each("Range is of GET only", async ({ path }) => {
        assert.equal((await head(at, path, { Range: "bytes=0-0" })).status, 200)
      })
    })

    describe("a carried object", () => {
      const kinds = [
        ["ca.crl", "application/pkix-crl"],
        ["list.jwt", "application/statuslist+jwt"],
        ["list.cwt", "application/statuslist+cwt"],
      ]
      for (const [name, type] of kinds) {
        test(`${name} is served unchanged, as ${type}`, async () => {
          const path = `/example/carried/${name}`
          assert.equal((await put(at, path, fixture(name))).status, 201)
          assert.equal((await put(at, path, fixture(name))).status, 200)
          const answer = await get(at, path)
          assert.deepEqual([answer.status, answer.headers["content-type"], answer.headers["cache-control"]], [200, type, SHORT])
          assert.deepEqual(answer.body, fixture(name))
        })
      }
      test("is sent compressed to who takes that, if it was worth storing so", async () => {
        const answer = await get(at, "/example/carried/ca.crl", { "Accept-Encoding": "br, gzip" })
        assert.equal(answer.headers["content-encoding"], "gzip")
        assert.deepEqual(gunzipSync(answer.body), fixture("ca.crl"))
        assert.ok(answer.body.length < fixture("ca.crl").length / 2)
      })
      test("is not sent compressed to who excludes that", async () => {
        for (const accept of ["gzip;q=0", "br", "identity"]) {
          const answer = await get(at, "/example/carried/ca.crl", { "Accept-Encoding": accept })
          assert.equal(answer.headers["content-encoding"], undefined, accept)
          assert.deepEqual(answer.body, fixture("ca.crl"))
        }
      })
      test("has another tag compressed, and both lead to a 304", async () => {
        const path = "/example/carried/ca.crl"
        const tags = []
        for (const headers of [{}, { "Accept-Encoding": "gzip" }]) {
          const { etag, vary } = (await get(at, path, headers)).headers
          assert.equal(vary, "Accept-Encoding")
          const again = await get(at, path, { ...headers, "If-None-Match": etag })
          assert.deepEqual([again.status, again.headers.vary], [304, "Accept-Encoding"])
          tags.push(etag)
        }
        assert.notEqual(...tags)
      })
      test("a range is of its bytes as they were put", async () => {
        const answer = await get(at, "/example/carried/ca.crl", { "Accept-Encoding": "gzip", Range: "bytes=2-9" })
        assert.equal(answer.status, 206)
        assert.deepEqual(answer.body, fixture("ca.crl").subarray(2, 10))
      })
      test("a new one takes the place of the old", async () => {
        assert.equal((await put(at, "/example/carried/ca.crl", fixture("random.crl"))).status, 201)
        assert.deepEqual((await get(at, "/example/carried/ca.crl")).body, fixture("random.crl"))
      })
      test("what is none of its form is refused, and the good one stays", async () => {
        for (const body of ["<html>error</html>", "", Buffer.concat([fixture("ca.crl"), Buffer.from([0])]), fixture("list.jwt")]) {
          problem(await put(at, "/example/carried/ca.crl", body), 422, "malformed")
        }
        assert.deepEqual((await get(at, "/example/carried/ca.crl")).body, fixture("random.crl"))
      })
      test("one that is too large is refused", async () => {
        problem(await put(at, "/example/carried/ca.crl", Buffer.alloc(65537, 0x30)), 413, "too_large")
      })
      test("one that is not configured is neither taken nor there", async () => {
        problem(await put(at, "/example/carried/other.crl", fixture("ca.crl")), 404, "not_found")
        problem(await get(at, "/example/carried/other.crl"), 404, "not_found")
      })
    })

    describe("every address", () => {
      const readable = ["/", "/status", "/example/head", NOWHERE, "/example/carried/ca.crl"]
      test("sets no cookie, and varies with nothing but the encoding of carried objects", async () => {
        for (const path of readable) {
          const { headers } = await get(at, path, { Cookie: "a=b", Origin: "https://app.example" })
          assert.equal(headers["set-cookie"], undefined)
          assert.equal(headers.vary, path.includes("/carried/") ? "Accept-Encoding" : undefined, path)
        }
      })
      test("may be read by every origin, and is not guessed about", async () => {
        for (const path of readable) {
          const { headers } = await get(at, path, { Origin: "https://app.example" })
          assert.equal(headers["access-control-allow-origin"], "*")
          assert.equal(headers["access-control-allow-credentials"], undefined)
          assert.equal(headers["x-content-type-options"], "nosniff")
        }
      })
      test("answers the same whoever asks", async () => {
        const ask = async (headers) => {
          const answer = await get(at, "/example/head", headers)
          for (const name of ["date", "age"]) delete answer.headers[name]
          return [answer.status, answer.headers, answer.body]
        }
        const plain = await ask({})
        for (const headers of [
          { Cookie: "id=1" }, { Authorization: "Bearer x" }, { "User-Agent": "x" }, { Referer: "https://a.example/" },
          { Origin: "null" }, { "Accept-Language": "de" }, { "X-Forwarded-For": "1.2.3.4" },
        ]) {
          assert.deepEqual(await ask(headers), plain)
        }
      })
      test("lets pages ask before they read, and not before they write", async () => {
        for (const path of readable) {
          const asked = { Origin: "https://app.example", "Access-Control-Request-Method": "PUT" }
          const { status, headers, body } = await send(at, "OPTIONS", path, { headers: asked })
          assert.deepEqual([status, body.length, headers["access-control-allow-methods"]], [204, 0, "GET, HEAD"])
          assert.equal(headers["access-control-max-age"], "86400")
        }
      })
      test("refuses other methods, and says which it takes", async () => {
        for (const [path, allow] of [
          ["/example/head", "GET, HEAD, OPTIONS, PUT"],
          [NOWHERE, "GET, HEAD, OPTIONS"],
          ["/status", "GET, HEAD, OPTIONS"],
          ["/", "GET, HEAD, OPTIONS"],
          [`/example/blob/${"0".repeat(64)}`, "PUT"],
        ]) {
          for (const method of ["POST", "DELETE", "PATCH", "PROPFIND"]) {
            const answer = await send(at, method, path)
            problem(answer, 405, "method")
            assert.equal(answer.headers.allow, allow, path)
          }
        }
      })
      test("a blob is not put where it is read, nor read where it is put", async () => {
        problem(await put(at, NOWHERE, "x"), 405, "method")
        problem(await get(at, `/example${NOWHERE}`), 405, "method")
      })
      test("has no query", async () => {
        for (const path of readable) {
          for (const query of ["?", "?a=b", "?user=alice", "?/../head"]) problem(await get(at, path + query), 400, "query")
        }
      })
    })

    describe("a path that is no address", () => {
      const strange = [
        "/example", "/example/", "/example/head/", "//example/head", "/example//head", "/example/head/x", "/Example/head",
        "/example/Head", "/blob", "/blob/", "/blob/head", "/blob/xyz", `/blob/${"A".repeat(64)}`, `/blob/${"0".repeat(63)}`,
        `/blob/${"0".repeat(65)}`, `/blob/${"0".repeat(64)}.gz`, "/.mirror/status", "/.mirror/accepted/example",
        "/example/carried/", "/example/carried/.ca.crl", "/status/", "/favicon.ico", "/robots.txt", "/-example/head",
        "/example-/head", `/${"a".repeat(65)}/head`, "/example/%68ead", "/ex%61mple/head", "/example/head%00",
        "/example/head%2f", "/%2e%2e/%2e%2e/etc/passwd", "/blob/blob/head", "/a;b/head",
      ]
      test("is not found, whatever it resembles", async () => {
        for (const path of strange) {
          const answer = await get(at, path)
          assert.notEqual(answer.status, 200, path)
          assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`)
        }
      })
      test("does not lead out of the folder, and no dots lead where the plain path does not", async () => {
        for (const path of [
          "/../example/head", "/x/../example/head", "/./example/head", "/example/./head", "/%2e%2e/example/head", "/blob/../example/head",
          "/example\\head", "/example/head#x",
        ]) {
          // A proxy, or workerd, may have resolved them before: then the address is the plain one.
          const answer = await get(at, path)
          if (answer.status === 200) assert.deepEqual(answer.body, fixture("example.3"), path)
          else assert.ok([400, 404].includes(answer.status), path)
        }
        for (const path of ["/../../../../etc/passwd", "/example/../.mirror/status", "/blob/../.mirror/accepted/example", "/..%2f.mirror/status"]) {
          assert.ok([400, 404].includes((await get(at, path)).status), path)
        }
      })
      test("takes no push", async () => {
        for (const path of strange) {
          const answer = await changesNothing(() => put(at, path, fixture("example.3")))
          assert.ok([400, 404, 405].includes(answer.status), `${path}: ${answer.status}`)
        }
      })
    })

    describe("the status", () => {
      test("counts what was accepted and why the rest was not", async () => {
        const { now, authorities } = json(await get(at, "/status"))
        assert.ok(Math.abs(now - Date.now() / 1000) < 5)
        const example = authorities.find(({ id }) => id === "example")
        assert.deepEqual([example.number, example.accepted, example.waiting], [3, 3, 0])
        assert.ok(Math.abs(example.age - (now - example.thisUpdate)) <= 1 && example.nextUpdate === example.thisUpdate + 86400)
        for (const reason of [
          "bad_signature", "other_authority", "rollback", "equivocation", "fast_forward", "malformed", "mismatch", "length",
          "too_large", "not_named", "slow", "not_found",
        ]) {
          assert.ok(example.refused[reason] > 0, reason)
        }
        assert.ok(example.lastRefusedAt > now - 120)
      })
      test("has nothing of who asked", async () => {
        assert.doesNotMatch((await get(at, "/status")).body.toString(), /127\.0\.0\.1/)
      })
      test("the log has nothing of who asked, and no token", async () => {
        assert.doesNotMatch(mirror.log(), /127\.0\.0\.1/)
        assert.ok(!mirror.log().includes(TOKEN))
      })
      test("the page may run its own script and style, and nothing else", async () => {
        const answer = await get(at, "/")
        assert.equal(answer.headers["content-type"], "text/html; charset=utf-8")
        const policy = answer.headers["content-security-policy"]
        assert.match(policy, /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; connect-src 'self'/)
        for (const element of ["script", "style"]) {
          const content = answer.body.toString().split(`<${element}>`)[1].split(`</${element}>`)[0]
          const hash = createHash("sha256").update(content).digest("base64")
          assert.ok(policy.includes(`${element}-src 'sha256-${hash}'`))
        }
      })
    })
  })
}
