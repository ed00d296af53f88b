// Signatures to put to hosts, with the right answers: those of Project Wycheproof, as package tests/wycheproof reads them.

import { execFileSync } from "node:child_process"
import type { TestContext } from "node:test"
import { type Bytes, parseBatch } from "../src/batch.js"
import { family } from "../src/methods.js"
import { vectorPath } from "./files.js"

/** A file, as tests/wycheproof/batches prints it. */
export interface Suite {
  file: string
  batch: Bytes
  /** The right answers. */
  want: Bytes
  /** Those of the host for Go programs. */
  native: Bytes
  /** Of each check. */
  names: string[]
}

export function suites(t: TestContext): Suite[] | undefined {
  const folder = vectorPath(t, "wycheproof")
  if (folder === undefined) return undefined
  const options = { encoding: "utf8", maxBuffer: 1 << 26 } as const
  const text = execFileSync("go", ["run", "../tests/wycheproof/batches", folder], options)
  return text.trimEnd().split("\n").map((line) => {
    const { file, batch, want, native, names } = JSON.parse(line) as { [key in keyof Suite]: Suite[key] & string }
    return { file, batch: fromBase64(batch), want: fromBase64(want), native: fromBase64(native), names }
  })
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, "base64"))
}

/** What became of the checks that a host was given. */
export class Tally {
  /** Wrong answers, by name. */
  readonly wrong: string[] = []
  answered = 0
  /** Rightly: of algorithms that the host need not do. */
  unsupported = 0

  /** Algorithms are those that the host must do; of others it must say that it cannot. */
  constructor(readonly host: string, private readonly algorithms: readonly number[]) {}

  add({ file, batch, want, names }: Suite, answers: ArrayLike<number>): void {
    const { keys, checks } = parseBatch(batch)
    if (answers.length !== checks.length) throw new Error(`${file}: ${answers.length} answers to ${checks.length} checks`)
    for (const [i, { key }] of checks.entries()) {
      const does = this.algorithms.includes(family(keys[key]?.algorithm as number))
      const right = does ? want[i] : 2
      if (answers[i] !== right) this.wrong.push(`${this.host}: ${file}: ${names[i]}: answered ${answers[i]}, not ${right}`)
      else if (does) this.answered++
      else this.unsupported++
    }
  }

  toString(): string {
    return `${this.host}: ${this.answered} right answers, ${this.wrong.length} wrong, ${this.unsupported} of other algorithms`
  }
}

/** Says how the hosts did, and returns all that was wrong. */
export function report(t: TestContext, tallies: readonly Tally[]): string[] {
  const wrong = tallies.flatMap((tally) => tally.wrong)
  for (const tally of tallies) t.diagnostic(`${tally}`)
  t.diagnostic(`figure x509.wycheproof_wrong ${wrong.length} cases`)
  return wrong
}
