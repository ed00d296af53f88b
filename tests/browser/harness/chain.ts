// Certification paths by our package and by PKI.js, in one page. For the benchmark only.

import * as asn1js from "asn1js"
import { Certificate, CertificateChainValidationEngine, CryptoEngine, setEngine } from "pkijs"

/** As tests/bench/chains writes it. */
interface Chains {
  root: string
  now: number
  chains: { end: string; intermediate: string }[]
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number

function parse(der: Uint8Array<ArrayBuffer>): Certificate {
  const { offset, result } = asn1js.fromBER(der.buffer)
  if (offset === -1) throw new Error("not a certificate")
  return new Certificate({ schema: result })
}

/**
 * Milliseconds for each path, from its bytes to a verdict, one after the other: by a verifier that has proven nothing yet,
 * and by PKI.js. Medians over the rounds, taken in turns. `together` is ours for all paths in one batch.
 */
export async function compare(address: string, rounds: number): Promise<{ ours: number; together: number; pkijs: number }> {
  const published = "/dist/index.js"
  const { createVerifier } = (await import(published)) as typeof import("../../../web/src/index.js")
  const wasm = await WebAssembly.compileStreaming(fetch("/dist/verifier.wasm"))
  const { root, now, chains } = (await (await fetch(address)).json()) as Chains
  setEngine("browser", new CryptoEngine({ name: "browser", crypto, subtle: crypto.subtle }))
  const date = new Date(now * 1000)
  const paths = chains.map(({ end, intermediate }) => ({ end: fromBase64(end), intermediate: fromBase64(intermediate) }))
  const trust = { authorities: [{ id: "example", scope: [], anchors: [root], status: "uncheckedUnsafe" as const }] }
  const times: { ours: number[]; together: number[]; pkijs: number[] } = { ours: [], together: [], pkijs: [] }

  for (let round = 0; round < rounds; round++) {
    let verifier = await createVerifier(trust, { wasm })
    let start = performance.now()
    for (const { end, intermediate } of paths) {
      const { outcome } = await verifier.verifyCertificate(end, { pathOnly: true, certificates: [intermediate], at: date, now: date })
      if (outcome !== "verified") throw new Error(`ours: ${outcome}`)
    }
    times.ours.push((performance.now() - start) / paths.length)

    verifier = await createVerifier(trust, { wasm })
    start = performance.now()
    const verdicts = await verifier.verifyAll(
      paths.map(({ end, intermediate }) => ({ kind: "certificate", bytes: end, pathOnly: true, certificates: [intermediate] })),
      { at: date, now: date },
    )
    times.together.push((performance.now() - start) / paths.length)
    if (verdicts.some(({ outcome }) => outcome !== "verified")) throw new Error("ours, together: not verified")

    const anchor = parse(fromBase64(root))
    start = performance.now()
    for (const { end, intermediate } of paths) {
      const engine = new CertificateChainValidationEngine({
        certs: [parse(intermediate), parse(end)],
        trustedCerts: [anchor],
        checkDate: date,
      })
      const { result, resultMessage } = await engine.verify()
      if (!result) throw new Error(`PKI.js: ${resultMessage}`)
    }
    times.pkijs.push((performance.now() - start) / paths.length)
  }
  return { ours: median(times.ours), together: median(times.together), pkijs: median(times.pkijs) }
}
