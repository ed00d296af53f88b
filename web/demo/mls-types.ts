// The forms of credential that a client may have, and how ts-mls names their types: by number where it knows no name.

import type { Credential } from "ts-mls"

export type Form = "x509" | "sd_jwt" | "userinfo_vc"

/** The values of credential/mls/drafts.go, which says of which drafts they are. */
export const SD_JWT = "6"
export const USERINFO_VC = "65024"

/** A verifiable credential in a LeafNode. */
export interface TokenCredential {
  credentialType: typeof SD_JWT | typeof USERINFO_VC
  /** Its text. */
  data: Uint8Array
}

export function tokenCredential(form: "sd_jwt" | "userinfo_vc", token: string): Credential {
  const credentialType = form === "sd_jwt" ? SD_JWT : USERINFO_VC
  return { credentialType, data: new TextEncoder().encode(token) } satisfies TokenCredential as unknown as Credential
}

/** The form of a credential, and its text if it has one; undefined for a basic one. */
export function formOf(credential: Credential): { form: Form; token: string } | undefined {
  const { credentialType, data } = credential as unknown as TokenCredential
  if (credential.credentialType === "x509") return { form: "x509", token: "" }
  if (credentialType !== SD_JWT && credentialType !== USERINFO_VC) return undefined
  return { form: credentialType === SD_JWT ? "sd_jwt" : "userinfo_vc", token: new TextDecoder().decode(data) }
}
