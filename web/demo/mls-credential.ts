// Credentials of MLS that ts-mls does not know. build.mjs puts this in the place of its module credential.js, which encodes
// others as one opaque<V> and decodes none.

import type { Decoder } from "ts-mls/codec/tlsDecoder.js"
import { type BufferEncoder, contramapBufferEncoders, encode } from "ts-mls/codec/tlsEncoder.js"
import { uint8Encoder } from "ts-mls/codec/number.js"
import { decodeVarLenData, varLenDataEncoder } from "ts-mls/codec/variableLength.js"
import { type Credential, credentialEncoder as known, decodeCredential as decodeKnown } from "ts-mls/credential.js"
import { type CredentialTypeName, credentialTypeEncoder } from "ts-mls/credentialType.js"
import { SD_JWT, type TokenCredential, USERINFO_VC } from "./mls-types.js"

export * from "ts-mls/credential.js"

const NOT_COMPACTED = 0

// struct { uint8 compacted = false; opaque sd_jwt_kb<V>; } SdJwt (draft-mahy-mls-sd-cwt-credential-02, Section 3.2)
const sdjwt = contramapBufferEncoders<[CredentialTypeName, number, Uint8Array], TokenCredential>(
  [credentialTypeEncoder, uint8Encoder, varLenDataEncoder],
  ({ credentialType, data }) => [credentialType as unknown as CredentialTypeName, NOT_COMPACTED, data],
)

export const credentialEncoder: BufferEncoder<Credential> = (credential) =>
  (credential.credentialType as string) === SD_JWT ? sdjwt(credential as unknown as TokenCredential) : known(credential)

export const encodeCredential = encode(credentialEncoder)

export const decodeCredential: Decoder<Credential> = (bytes, offset) => {
  const credentialType = String(((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0))
  if (credentialType !== SD_JWT && credentialType !== USERINFO_VC) return decodeKnown(bytes, offset)
  const header = credentialType === SD_JWT ? 3 : 2
  if (header === 3 && bytes[offset + 2] !== NOT_COMPACTED) return undefined
  const body = decodeVarLenData(bytes, offset + header)
  return body && [{ credentialType, data: body[0] } as unknown as Credential, header + body[1]]
}
