// Writes DER (X.690), as far as certification requests and certificates need it.

export type Bytes = Uint8Array<ArrayBuffer>

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function element(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const body = concat(...content)
  const size = body.length
  if (size < 0x80) return concat(Uint8Array.of(tag, size), body)
  if (size < 0x100) return concat(Uint8Array.of(tag, 0x81, size), body)
  return concat(Uint8Array.of(tag, 0x82, size >> 8, size & 0xff), body) // all that is written here is below 64 KiB
}

export const sequence = (...content: readonly Uint8Array[]): Bytes => element(0x30, ...content)
export const set = (...content: readonly Uint8Array[]): Bytes => element(0x31, ...content)
export const octetString = (content: Uint8Array): Bytes => element(0x04, content)
export const bitString = (content: Uint8Array, unusedBits = 0): Bytes => element(0x03, Uint8Array.of(unusedBits), content)
export const boolean = (value: boolean): Bytes => element(0x01, Uint8Array.of(value ? 0xff : 0))
export const utf8String = (text: string): Bytes => element(0x0c, new TextEncoder().encode(text))

/** An element with a context-specific tag: constructed around others, or primitive with its own content. */
export const explicit = (tag: number, ...content: readonly Uint8Array[]): Bytes => element(0xa0 | tag, ...content)
export const implicit = (tag: number, content: Uint8Array): Bytes => element(0x80 | tag, content)

/** The INTEGER of these big-endian bytes, which are not negative. */
export function integer(bytes: Uint8Array): Bytes {
  const first = bytes.findIndex((byte) => byte !== 0)
  const value = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  return (value[0] as number) & 0x80 ? element(0x02, Uint8Array.of(0), value) : element(0x02, value)
}

/** An OBJECT IDENTIFIER in dotted form. */
export function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...arcs] = dotted.split(".").map(Number)
  const bytes = [first * 40 + second, ...arcs].flatMap((arc) => {
    const digits = [arc & 0x7f]
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
    return digits
  })
  return element(0x06, Uint8Array.from(bytes))
}

/** A UTCTime, for years until 2049. */
export function utcTime(time: Date): Bytes {
  const digits = time.toISOString().replace(/\D/g, "").slice(2, 14)
  return element(0x17, new TextEncoder().encode(`${digits}Z`))
}
