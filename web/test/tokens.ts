// What test/authority/tokens.go writes.

import { published } from "./files.js"

interface Tokens {
  issuer: string
  jwk: object
  holder: string
  audience: string
  nonce: string
  bare: string
  presented: string
  good: string
  revoked: string
  later: string
}

export const tokens = JSON.parse(new TextDecoder().decode(published("tokens.json"))) as Tokens
