// The verdict card: who a peer is, who says so, how fresh that is, and every check. What stands there as proven comes
// from a verified verdict and from nowhere else.

import { type Check, CHECKS } from "../src/codes.js"
import type { Finding, NotVerified, Verdict, Verified } from "../src/types.js"
import { h, icon, minutes, time } from "./dom.js"
import {
  CHECK_GROUPS,
  CHECK_WORDS,
  type CheckResult,
  CODE_WORDS,
  OUTCOME_WORDS,
  REASON_WORDS,
  RESULT_WORDS,
} from "./words.js"

const OUTCOME_ICONS: Record<Verdict["outcome"], string> = {
  verified: "verified",
  undetermined: "undetermined",
  unverified: "unverified",
  rejected: "rejected",
}

const RESULT_ICONS: Record<CheckResult, string> = {
  passed: "passed",
  failed: "failed",
  undetermined: "question",
  skipped: "skipped",
  notReached: "skipped",
}

/** "Rejected: revoked by the authority" */
export function headline(verdict: Verdict): string {
  const outcome = OUTCOME_WORDS[verdict.outcome]
  return verdict.outcome === "verified" ? outcome : `${outcome}: ${CODE_WORDS[verdict.code].why}`
}

export class Card {
  readonly element: HTMLElement
  readonly #verdict = h("div", { class: "card-verdict" })
  readonly #summary = h("summary")
  readonly #checks = h("div", { class: "checks" })
  #freshness: { element: HTMLElement; until: number } | undefined

  /** A card about a person that one expects under an identifier. */
  constructor(
    readonly id: string,
    readonly name: string,
    readonly expected: string,
    checksOpen: boolean,
  ) {
    const details = h("details", {}, this.#summary, this.#checks)
    details.open = checksOpen
    details.hidden = true
    this.element = h(
      "article",
      { class: "card", "data-testid": `card-${id}`, "data-outcome": "pending", "aria-label": `Verdict about ${name}` },
      this.#verdict,
      details,
    )
    this.#verdict.append(
      h("p", { class: "headline" }, icon("clock"), h("span", { class: "headline-words" }, `Waiting for ${name}’s KeyPackage`)),
    )
  }

  show(verdict: Verdict, seconds: number): void {
    const { element } = this
    element.dataset["outcome"] = verdict.outcome
    element.dataset["code"] = verdict.outcome === "verified" ? "" : verdict.code
    this.#freshness = undefined
    this.#verdict.replaceChildren(
      h(
        "p",
        { class: "headline", "data-testid": `headline-${this.id}` },
        icon(OUTCOME_ICONS[verdict.outcome]),
        h("span", { class: "headline-words" }, headline(verdict)),
      ),
      ...(verdict.outcome === "verified" ? this.#proven(verdict) : this.#unproven(verdict)),
    )
    this.#showChecks(verdict)
    this.tick(seconds)
  }

  /** Counts down. `seconds` is the time now. */
  tick(seconds: number): void {
    if (!this.#freshness) return
    const { element, until } = this.#freshness
    const left = until - seconds
    element.textContent = left > 0 ? `fresh for ${minutes(left)}` : "no longer fresh"
  }

  #proven({ identity, revocation, warnings }: Verified): Node[] {
    const facts = h("dl", { class: "facts" })
    fact(facts, "Identifier", h("code", { "data-testid": `identity-${this.id}` }, identity.id))
    fact(facts, "Organisation", identity.organization ?? "none stated")
    fact(facts, "Says who", h("code", {}, identity.authority))
    fact(facts, "Valid until", time(identity.notAfter))
    if (revocation) {
      const fresh = h("span", { class: "fresh", "data-testid": `fresh-${this.id}` })
      this.#freshness = { element: fresh, until: revocation.freshUntil }
      fact(facts, "Revocation data", `No. ${revocation.number}, of `, time(revocation.thisUpdate), h("br"), fresh)
    } else {
      fact(facts, "Revocation data", "not looked at: the trust configuration says so")
    }
    if (warnings.length > 0) fact(facts, "Mind", warnings.join(", "))
    return [h("p", { class: "who" }, identity.name ?? "No name stated"), facts]
  }

  #unproven(verdict: NotVerified): Node[] {
    const { code, revoked, missing, certificate, warnings } = verdict
    const facts = h("dl", { class: "facts" })
    fact(facts, "Expected", h("code", {}, this.expected))
    if (revoked) {
      if (revoked.since !== undefined) fact(facts, "Since", time(revoked.since))
      const reason = REASON_WORDS[revoked.reason] ?? revoked.reason
      fact(facts, "Reason", h("span", { "data-testid": `reason-${this.id}` }, `${reason} (${revoked.reason})`))
    }
    fact(facts, "Code", h("code", { "data-testid": `code-${this.id}` }, code), ofCertificate(certificate))
    fact(facts, "Would mend it", CODE_WORDS[code].mend)
    for (const { kind, name } of missing) {
      if (kind === "revocation") fact(facts, "Missing", "revocation data of ", h("code", {}, name))
      else fact(facts, "Missing", "the certificate of an issuer that a certificate names")
    }
    if (warnings.length > 0) fact(facts, "Mind", warnings.join(", "))
    return [h("p", { class: "not-proven" }, `This app does not show it as ${this.name}.`), facts]
  }

  #showChecks(verdict: Verdict): void {
    const counts = new Map<CheckResult, number>()
    const rows = new Map<Check, HTMLElement>()
    for (const check of CHECKS) {
      const finding = worst(verdict.findings.filter((f) => f.check === check))
      const result = finding?.result ?? "notReached"
      const counted = result === "notReached" ? "skipped" : result
      counts.set(counted, (counts.get(counted) ?? 0) + 1)
      rows.set(check, row(check, result, finding))
    }
    const words = (["passed", "failed", "undetermined", "skipped"] as const)
      .filter((result) => counts.has(result))
      .map((result) => `${counts.get(result)} ${result}`)
    this.#summary.replaceChildren(`${CHECKS.length} checks: `, h("span", {}, words.join(", ")))
    this.#checks.replaceChildren(
      ...CHECK_GROUPS.flatMap(({ heading, prefixes }) => [
        h("h4", {}, heading),
        h(
          "ul",
          {},
          ...CHECKS.filter((check) => prefixes.includes(check.split("-")[0] as string)).map((check) => rows.get(check)),
        ),
      ]),
    )
    const details = this.#checks.parentElement as HTMLDetailsElement
    details.hidden = false
  }
}

function fact(list: HTMLDListElement, term: string, ...description: readonly (Node | string | undefined)[]): void {
  list.append(h("div", {}, h("dt", {}, term), h("dd", {}, ...description)))
}

function ofCertificate(n: number | undefined): string | undefined {
  if (n === undefined) return undefined
  return n === 0 ? " about the sender’s own certificate" : ` about the certificate of issuer ${n}`
}

function row(check: Check, result: CheckResult, finding: Finding | undefined): HTMLElement {
  return h(
    "li",
    { class: `check ${result}`, "data-check": check, "data-result": result === "notReached" ? "skipped" : result },
    icon(RESULT_ICONS[result]),
    h("span", { class: "check-words" }, CHECK_WORDS[check]),
    h(
      "span",
      { class: "check-note" },
      h("span", { class: "check-number" }, check),
      " ",
      RESULT_WORDS[result],
      finding?.code === undefined ? undefined : `: ${finding.code}`,
    ),
  )
}

const GRAVITY: Record<Finding["result"], number> = { failed: 3, undetermined: 2, skipped: 1, passed: 0 }

/** A check can be about several certificates: what counts is the worst result. */
function worst(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted((a, b) => GRAVITY[b.result] - GRAVITY[a.result])[0]
}
