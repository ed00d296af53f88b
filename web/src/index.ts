/**
 * Whose key is this, says who, and is it still so?
 *
 * ```ts
 * const verifier = await createVerifier(trust, { wasm: fetch(new URL("./verifier.wasm", import.meta.url)) })
 * const verdict = await verifier.verifyKeyPackage(keyPackage, { expected: "mimi://example.com/u/alice" })
 * if (verdict.outcome === "verified") show(verdict.identity)
 * else warn(verdict.code, verdict.message)
 * ```
 *
 * A rejection is a value. What throws is misuse, or a module that cannot be started ({@link E2eidError}).
 *
 * @module
 */

import { presentationOf } from "./answer.js"
import { Challenge } from "./challenge.js"
import type { AnyPresentation, Encoded } from "./encode.js"
import { Engine } from "./engine.js"
import { E2eidError } from "./errors.js"
import type { TrustConfig } from "./trust.js"
import type { Times, Verdict, Verifier, VerifierOptions } from "./types.js"
import { parseVerdicts } from "./verdicts.js"
import { Watches } from "./watch.js"

export {
  type BoundChallenge,
  type Challenge,
  CHALLENGE_AUDIENCE,
  type ChallengeAnswer,
  challengeBytes,
  challengeNonce,
  type ChallengeOptions,
  type ChallengeReference,
  type ChallengeRequest,
  type Party,
} from "./challenge.js"
export { type Check, CHECKS, type Code, CODES, type Outcome, OUTCOMES } from "./codes.js"
export { E2eidError } from "./errors.js"
export type * from "./trust.js"
export type * from "./types.js"

/**
 * Makes a verifier for one trust configuration. It starts the module the caller brings and restores what the store
 * holds. Rejects with an {@link E2eidError}: `invalid_config` if the configuration is refused.
 */
export async function createVerifier(trust: TrustConfig, options: VerifierOptions): Promise<Verifier> {
  const engine = await Engine.create(trust, options)

  async function verifyAll(presentations: readonly (AnyPresentation | Encoded)[], times: Times = {}): Promise<Verdict[]> {
    const { length } = presentations // of the caller's array, which may change meanwhile
    return parseVerdicts(await engine.judge(presentations, times), length)
  }
  async function verify(presentation: AnyPresentation, { at, now }: Times): Promise<Verdict> {
    const [verdict] = await verifyAll([presentation], { at, now })
    return verdict as Verdict
  }
  const watches = new Watches((presentations, at) => verifyAll(presentations, { at }), engine.now)
  // Resolves with what work does, when the listeners know what came of it, however it ended.
  const telling = <T>(work: Promise<T>): Promise<T> => work.finally(() => watches.changed())
  engine.onchange = () => void watches.changed(true)

  return {
    restored: engine.restored,
    verifyKeyPackage: (bytes, options) => verify({ ...options, kind: "keyPackage", bytes }, options),
    verifyLeafNode: (bytes, options) => verify({ ...options, kind: "leafNode", bytes }, options),
    verifyCertificate: (bytes, options) => verify({ ...options, kind: "certificate", bytes }, options),
    verifyToken: (bytes, options) => {
      const bare = options.kind === "bareToken"
      return verify(bare ? { ...options, bytes } : { ...options, kind: "token", bytes }, options)
    },
    challenge: (request) => new Challenge(request),
    verifyChallenge: async (challenge, answer, options) => verify(presentationOf(challenge, answer, options), options),
    verifyAll: async (presentations, times) => {
      if (presentations.some(isAnswer)) throw notAlone()
      return verifyAll(presentations, times)
    },
    watch: async (presentation, listener, options = {}) => {
      if (isAnswer(presentation)) throw notAlone()
      return watches.add(presentation, listener, options)
    },
    setTrust: (trust) => telling(engine.setTrust(trust)),
    use: (bag) => telling(engine.use(bag)),
    members: (tree, cipherSuite, groupId) => engine.members(tree, cipherSuite, groupId),
    refresh: (options = {}) => telling(engine.refresh(options)),
    close: () => {
      engine.close()
      watches.close()
    },
  }
}

// An answer is judged with the challenge that asked for it. One that came with it would make every old answer a new one.
function isAnswer({ kind }: { kind: string }): boolean {
  return kind === "challengedCertificate" || kind === "challengedToken"
}

const notAlone = (): E2eidError => new E2eidError("invalid_request", "an answer is judged with its challenge alone")
