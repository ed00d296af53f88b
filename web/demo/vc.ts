// Verifiable credentials as their holder handles them: an SD-JWT is shown in part, with a fresh proof of the holder's key.

import type { Bytes } from "./der.js"
import type { KeyPair, Suite } from "./keys.js"

const utf8 = new TextEncoder()

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

function fromBase64url(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0))
}

function parse(part: string | undefined): unknown {
  return JSON.parse(new TextDecoder().decode(fromBase64url(part ?? "")))
}

/** A nonce nobody can guess. */
export const newNonce = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)))

/** The name of the claim in a disclosure (RFC 9901, Section 4.2.1). */
function claimOf(disclosure: string): string {
  return String((parse(disclosure) as unknown[])[1])
}

/** An SD-JWT with the disclosures of these claims, without key binding. */
export function showing(sdjwt: string, claims: ReadonlySet<string>): string {
  const [jwt = "", ...rest] = sdjwt.split("~")
  return `${[jwt, ...rest.slice(0, -1).filter((disclosure) => claims.has(claimOf(disclosure)))].join("~")}~`
}

/** An SD-JWT without its Key Binding JWT. */
export function unbound(sdjwt: string): string {
  return sdjwt.slice(0, sdjwt.lastIndexOf("~") + 1)
}

/** An SD-JWT without its first disclosure. */
export function withoutFirst(sdjwt: string): string {
  return sdjwt.split("~").toSpliced(1, 1).join("~")
}

/** Adds the holder's Key Binding JWT (RFC 9901, Section 4.3). */
export async function bind(sdjwt: string, suite: Suite, keys: KeyPair, audience: string, nonce: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(sdjwt)))
  const payload = { iat: seconds(), aud: audience, nonce, sd_hash: base64url(hash) }
  return sdjwt + (await jws(suite, keys, { typ: "kb+jwt" }, payload))
}

export const seconds = (): number => Math.floor(Date.now() / 1000)

/** A compact JWS. */
export async function jws(suite: Suite, keys: KeyPair, header: object, payload: object): Promise<string> {
  const text = [{ alg: suite.jose, ...header }, payload].map((part) => base64url(utf8.encode(JSON.stringify(part)))).join(".")
  return `${text}.${base64url(await keys.signRaw(utf8.encode(text)))}`
}

/** Whose it claims to be, and what it lets see. Nothing is checked here: this is for words about a verified verdict. */
export function describe(form: "sd_jwt" | "userinfo_vc", token: string): { issuer: string; claims: string[] } {
  const [jwt = "", ...disclosures] = token.split("~")
  const payload = parse(jwt.split(".")[1]) as { iss?: string; vc?: { credentialSubject?: object } }
  const claims =
    form === "sd_jwt"
      ? disclosures.slice(0, -1).map(claimOf)
      : Object.keys(payload.vc?.credentialSubject ?? {}).filter((name) => name !== "id")
  return { issuer: String(payload.iss), claims }
}
