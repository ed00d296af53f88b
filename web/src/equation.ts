// Ed25519 signatures that tell the equations apart by which engines verify: package signature says which one is ours, and
// why all hosts must have the same. They are of package tests/edwards, made with points that have a part of small order.

import type { Bytes } from "./batch.js"

export interface Question {
  key: Bytes
  message: Bytes
  signature: Bytes
  /** Our answer. */
  valid: boolean
}

export const ED25519_QUESTIONS: readonly Question[] = [
  // Right as it stands, though key and signature each have such a part: refused by an engine that refuses those.
  question(
    "2bf0a784fc4fbbaac6eb72d584d12f16ceef1aea4bc731d758f7a3ec82802f59",
    "message 5",
    "da282ac138ffbe7d5b2423618e355cc489856474b03291e15e3ac71a164f979a" +
      "d2c23ab01e714ae5dc80305f025f178b8ea7824cca045cb6e49854a8882b8b01",
    true,
  ),
  // The signature alone has one: right only when multiplied by the cofactor.
  question(
    "595a6107f30112cc2cf2d7f5045803b13d92290127f22c2602f3e8a15d3f259d",
    "message 0",
    "da282ac138ffbe7d5b2423618e355cc489856474b03291e15e3ac71a164f979a" +
      "444eb1bc2d82bdb1bdb9df07aaedc5b0a1ea1298cae50f5402244768d5aacf09",
    false,
  ),
  // The key alone has one: right with the cofactor, or when that part is dropped.
  question(
    "2bf0a784fc4fbbaac6eb72d584d12f16ceef1aea4bc731d758f7a3ec82802f59",
    "message 0",
    "aed46166eefad58dfcc5251c0c6d92eefdd62d9b0f2d2c3658efa7d43223e589" +
      "554084aad9f21f8f280f4a324d885cb9fc227194c9b378a971ba13aef0b7d508",
    false,
  ),
]

function question(key: string, message: string, signature: string, valid: boolean): Question {
  return { key: bytes(key), message: new TextEncoder().encode(message), signature: bytes(signature), valid }
}

function bytes(hex: string): Bytes {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}
