// The demo's server side, as the page talks to it (package internal/demo).

import type { TrustConfig } from "../src/trust.js"
import type { Bytes } from "./der.js"

export interface Account {
  id: string
  name: string
  organization: string
  identifier: string
  /** Stands for the session of a user who has signed in to the authority. */
  token: string
}

export interface Config {
  authority: string
  mirror: string
  accounts: readonly Account[]
}

export async function loadConfig(): Promise<Config> {
  return (await answer(await fetch("config.json"))) as Config
}

/** What an authority answers to a request that it refuses, or that does not reach it. */
export class AuthorityError extends Error {}

/** The identity authority, which people enrol with. No client asks it anything while verifying. */
export class Authority {
  constructor(readonly origin: string) {}

  /**
   * The trust configuration. A messenger has it pinned in its bundle: whoever could replace it on the way would choose
   * whom to trust. Here the keys are new at every start of the demo, so the page has to ask.
   */
  async trust(): Promise<TrustConfig> {
    return (await this.#ask("/trust")) as TrustConfig
  }

  /** Gets a certificate for the key of a certification request. The chain begins with it. */
  async enrol(token: string, csr: Bytes): Promise<{ chain: Bytes[]; head: number }> {
    const { chain, head } = (await this.#ask("/enrol", { token, csr: toBase64(csr) })) as { chain: string[]; head: number }
    return { chain: chain.map(fromBase64), head }
  }

  /** Gets a verifiable credential for it. */
  async enrolToken(token: string, csr: Bytes, form: "sd_jwt" | "userinfo_vc"): Promise<{ credential: string; head: number }> {
    return (await this.#ask("/enrol", { token, csr: toBase64(csr), form })) as { credential: string; head: number }
  }

  /** Revokes all credentials of an account, for a reason of RFC 5280, Section 5.3.1. */
  async revoke(account: string, reason: string): Promise<{ revoked: number; head: number }> {
    return (await this.#ask("/revoke", { account, reason })) as { revoked: number; head: number }
  }

  async turn(on: boolean): Promise<void> {
    await this.#ask("/switch", { on })
  }

  async #ask(path: string, body?: unknown): Promise<unknown> {
    return answer(
      await ask(this.origin + path, body).catch(() => {
        throw new AuthorityError("the authority cannot be reached")
      }),
    )
  }
}

/** Has the mirror serve no newer head from now on, or be honest again. */
export async function withhold(mirror: string, on: boolean): Promise<void> {
  await answer(await ask(`${mirror}/withhold`, { on }))
}

function ask(address: string, body: unknown): Promise<Response> {
  const credentials = "omit"
  if (body === undefined) return fetch(address, { credentials })
  return fetch(address, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
    credentials,
  })
}

async function answer(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => ({}))
  if (response.ok) return body
  throw new AuthorityError((body as { error?: string }).error ?? `status ${response.status}`)
}

function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes))
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
