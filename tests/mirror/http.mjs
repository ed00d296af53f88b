// Requests as they are written: fetch would change paths, and would not send what is wrong.

import { request } from "node:http"
import { connect } from "node:net"
import { fixture, TOKEN } from "./targets.mjs"

/** One request. The answer's body is whole, and as it travelled. */
export function send(origin, method, path, { headers = {}, body, agent } = {}) {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
      const chunks = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("error", reject)
      response.on("end", () => {
        const content = Buffer.concat(chunks)
        resolve({ status: response.statusCode, headers: response.headers, raw: response.rawHeaders, body: content })
      })
    })
    sent.on("error", reject)
    sent.end(body)
  })
}

export const get = (origin, path, headers) => send(origin, "GET", path, { headers })
export const head = (origin, path, headers) => send(origin, "HEAD", path, { headers })

/** A push. */
export function put(origin, path, body, headers = {}) {
  return send(origin, "PUT", path, { body, headers: { Authorization: `Bearer ${TOKEN}`, ...headers } })
}

/** Pushes a publication, as e2eid push does: head, what is missing, head. */
export async function publish(origin, authority, n) {
  const content = fixture(`${authority}.${n}`)
  const first = json(await put(origin, `/${authority}/head`, content))
  for (const { sha256 } of first.missing) {
    const { status } = await put(origin, `/${authority}/blob/${sha256}`, fixture("published", "blob", sha256))
    if (status !== 201) throw new Error(`blob ${sha256}: status ${status}`)
  }
  return json(await put(origin, `/${authority}/head`, content))
}

export const json = ({ body }) => JSON.parse(body.toString())

/** Writes bytes as they are and returns what comes back until the other side closes, or `ms` have gone by. */
export function raw(origin, bytes, { ms = 10_000, more } = {}) {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve) => {
    let answer = ""
    let written = 0
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes)
      if (more) pump()
    })
    const pump = () => {
      while (!socket.destroyed && socket.writable) {
        written += more.length
        if (!socket.write(more)) {
          socket.once("drain", pump)
          return
        }
      }
    }
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0), answer, written })
    }
    const timer = setTimeout(finish, ms)
    socket.on("data", (chunk) => {
      answer += chunk
      if (answer.includes("\r\n\r\n")) setTimeout(finish, 50)
    })
    socket.on("error", finish)
    socket.on("close", finish)
  })
}
