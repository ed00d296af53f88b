// What a KeyPackage presents, for words on the card. Nothing is checked here: it is shown beside a verdict that is.

import { decodeMlsMessage } from "ts-mls"
import { type Form, formOf } from "./mls-types.js"
import { describe } from "./vc.js"

export interface About {
  /** Undefined for what no authority could vouch for. */
  form?: Form | undefined
  /** Of a verifiable credential: who signed it, and the names of the claims that can be seen. */
  issuer?: string
  claims?: readonly string[]
  signatureKey?: Uint8Array
  /** When the answer to a challenge came, Unix seconds. */
  proven?: number | undefined
}

export function aboutOf(delivered: Uint8Array): About {
  const [message] = decodeMlsMessage(delivered, 0) ?? []
  if (message?.wireformat !== "mls_key_package") return {}
  const { credential, signaturePublicKey } = message.keyPackage.leafNode
  const known = formOf(credential)
  const about = { form: known?.form, signatureKey: signaturePublicKey }
  if (!known || known.form === "x509") return about
  try {
    return { ...about, ...describe(known.form, known.token) }
  } catch {
    return about // the verdict says what is wrong with it
  }
}
