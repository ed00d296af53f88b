// One client's window: what it holds of its peer, and the verdict about it.

import { createVerifier } from "../src/index.js"
import type { TrustConfig } from "../src/trust.js"
import type { Finding, RefreshResult, Verdict, Verifier } from "../src/types.js"
import { aboutOf } from "./about.js"
import { Card, headline } from "./card.js"
import type { Invitation } from "./conversation.js"
import type { Bytes } from "./der.js"
import { byId, h, icon } from "./dom.js"
import { log } from "./log.js"
import type { Challenge } from "./provider.js"
import type { Account } from "./services.js"
import { newNonce } from "./vc.js"

/** An answer to a challenge. */
interface Presented {
  challenge: Challenge
  answer: string
  verdict: Verdict | undefined
  /** When it came, Unix seconds. */
  at: number
}

/** The time now in Unix seconds. */
export const now = (): number => Date.now() / 1000

// What a reader of the screen is told: the last few, since two verdicts can come at once.
function announce(text: string): void {
  const announcer = byId("announcer", HTMLElement)
  announcer.append(h("p", {}, text))
  while (announcer.childElementCount > 4) announcer.firstElementChild?.remove()
}

// The findings about a KeyPackage, and about the answer to a challenge where that says more: the KeyPackage's own proof was
// made for no challenge.
function together(keyPackage: readonly Finding[], answer: readonly Finding[]): Finding[] {
  return keyPackage.map((finding) => {
    const other = answer.find(({ check }) => check === finding.check)
    return other && other.result !== "skipped" && (finding.result === "skipped" || other.result !== "passed") ? other : finding
  })
}

export class PeerView {
  readonly card: Card
  verdict: Verdict | undefined
  /** The KeyPackage as it was delivered. */
  delivered: Bytes | undefined
  #presented: Presented | undefined
  #assuredBefore = false
  readonly #badge: HTMLElement
  readonly #thread: HTMLElement
  readonly #composer: HTMLFormElement
  readonly #text: HTMLInputElement

  private constructor(
    /** Whose client this is. */
    readonly owner: Account,
    /** Whom it talks to. */
    readonly peer: Account,
    readonly verifier: Verifier,
    send: (from: PeerView, text: string) => Promise<void>,
  ) {
    this.card = new Card(peer.id, peer.name, peer.identifier)
    const window = byId(`window-${owner.id}`, HTMLElement)
    window.querySelector(".card-place")?.replaceWith(this.card.element)
    this.#badge = window.querySelector(".badge") as HTMLElement
    this.#thread = window.querySelector(".thread") as HTMLElement
    this.#composer = window.querySelector("form") as HTMLFormElement
    this.#text = this.#composer.querySelector("input") as HTMLInputElement
    this.#composer.addEventListener("submit", (event) => {
      event.preventDefault()
      const text = this.#text.value.trim()
      if (text === "" || this.verdict?.outcome !== "verified") return
      this.#text.value = ""
      void send(this, text)
    })
  }

  static async open(
    owner: Account,
    peer: Account,
    trust: TrustConfig,
    wasm: WebAssembly.Module,
    send: (from: PeerView, text: string) => Promise<void>,
  ): Promise<PeerView> {
    // No store: the authority of the demo is another one after a restart, and would look like a rollback.
    return new PeerView(owner, peer, await createVerifier(trust, { wasm }), send)
  }

  /** Fetches revocation data from the mirrors. */
  refresh(): Promise<RefreshResult[]> {
    return this.verifier.refresh()
  }

  /** Whether the verdict rests on revocation data that was fresh then and is not now. */
  get stale(): boolean {
    const { verdict } = this
    return verdict?.outcome === "verified" && verdict.revocation !== null && verdict.revocation.freshUntil < now()
  }

  /** A new challenge to the peer. */
  challenge(): Challenge {
    return { audience: this.owner.identifier, nonce: newNonce() }
  }

  /** Takes what was delivered: a KeyPackage, and the answer to a challenge if one was put. */
  receive(delivered: Bytes, challenge?: Challenge, answer?: string): void {
    this.delivered = delivered
    this.#presented = challenge && answer !== undefined ? { challenge, answer, verdict: undefined, at: now() } : undefined
  }

  /** Judges what was delivered and shows the verdict. It asks nobody. */
  async verify(): Promise<void> {
    if (!this.delivered) return
    const about = aboutOf(this.delivered)
    let verdict = await this.verifier.verifyKeyPackage(this.delivered, {
      expected: this.peer.identifier,
      assuredBefore: this.#assuredBefore,
    })
    if (verdict.outcome === "verified" && this.#presented) {
      const proof = await this.#judge(this.#presented, about.signatureKey)
      const findings = together(verdict.findings, proof.findings)
      verdict = { ...(proof.outcome === "verified" ? verdict : proof), findings }
    }
    this.#assuredBefore ||= verdict.outcome === "verified"
    const before = this.verdict && headline(this.verdict)
    this.verdict = verdict
    this.card.show(verdict, now(), { ...about, proven: this.#presented?.at })
    this.#showBadge(verdict)
    if (headline(verdict) === before) return
    const text = `${this.owner.name}’s client about ${this.peer.name}: ${headline(verdict)}.`
    log(verdict.outcome === "verified" ? "good" : "bad", text)
    announce(text)
  }

  // The answer to a challenge, which must be of the holder of the same credential, by the same key. It is judged once: its
  // nonce is taken then, and the credential in the KeyPackage goes on being judged.
  async #judge(presented: Presented, signatureKey: Uint8Array | undefined): Promise<Verdict> {
    const { challenge, answer, verdict } = presented
    if (verdict && verdict.outcome !== "undetermined") return verdict
    if (!signatureKey) throw new Error("a verified KeyPackage has a key")
    const judged = await this.verifier.verifyToken(answer, { ...challenge, expected: this.peer.identifier, signatureKey })
    presented.verdict = judged
    return judged
  }

  /** Judges the members of a group that this client is invited to. */
  async accepts({ ratchetTree, groupId, cipherSuite }: Invitation): Promise<boolean> {
    const members = await this.verifier.members(ratchetTree, cipherSuite, groupId)
    const expected = [this.peer.identifier, this.owner.identifier] // the inviter is the first leaf
    const verdicts = await this.verifier.verifyAll(
      members.map((member) => ({ ...member, expected: expected[member.leafIndex] ?? [] })),
    )
    return verdicts.length === expected.length && verdicts.every(({ outcome }) => outcome === "verified")
  }

  /** Forgets a client that was replaced, and what it has shown. */
  forget(): void {
    this.#assuredBefore = false
    this.#thread.replaceChildren()
  }

  /** Adds a text to the thread. */
  show(from: Account, text: string): void {
    const mine = from.id === this.owner.id
    this.#thread.append(
      h("li", { class: mine ? "mine" : "theirs" }, h("span", { class: "hidden" }, `${from.name}: `), text),
    )
    this.#thread.scrollTop = this.#thread.scrollHeight
  }

  #showBadge(verdict: Verdict): void {
    const verified = verdict.outcome === "verified"
    this.#badge.dataset["outcome"] = verdict.outcome
    this.#badge.replaceChildren(icon(verdict.outcome), verified ? "Verified" : "Not verified")
    for (const control of this.#composer.querySelectorAll<HTMLInputElement | HTMLButtonElement>("input, button")) {
      control.disabled = !verified
    }
    this.#text.placeholder = verified ? `Write to ${this.peer.name}` : "Held back: not verified"
  }
}
