// A mirror in the place of fetch, which serves what test/authority published.

import { published } from "./files.js"

const HOUR_MS = 3_600_000
/** When the first publication was made; the others follow hourly. Also in test/authority/main.go. */
export const START = Date.UTC(2026, 10, 23)
export const at = (hour: number): Date => new Date(START + hour * HOUR_MS)

export const MIRROR = "https://mirror.example/data"

/** The configuration under which the publications are good. */
export const trust = {
  authorities: [
    {
      id: "example",
      scope: ["mimi://example.com/u/"],
      anchors: [published("anchor1")],
      revocation: {
        mirror: `${MIRROR}/`,
        keys: [{ algorithm: "Ed25519" as const, key: new TextDecoder().decode(published("key")) }],
      },
    },
  ],
}

export interface Request {
  address: string
  init: RequestInit
}

type Answer = (request: Request) => Response | Promise<Response>

/** Replaces fetch while `work` runs, and returns what was requested. */
export async function withFetch(answer: Answer, work: () => Promise<unknown>): Promise<Request[]> {
  const requests: Request[] = []
  const before = globalThis.fetch
  globalThis.fetch = async (input, init = {}) => {
    const request = { address: String(input), init }
    requests.push(request)
    return answer(request)
  }
  try {
    await work()
  } finally {
    globalThis.fetch = before
  }
  return requests
}

/** Answers like an honest mirror whose newest head is the named file. */
export function honest(head: string, folder = "."): Answer {
  return ({ address }) => {
    const path = address.slice(MIRROR.length + 1)
    if (path === "example/head") return new Response(published(head))
    return new Response(published(folder, path))
  }
}
