// The verdict card: who a peer is, who says so, how fresh that is, and every check. What stands there as proven comes
// from a verified verdict and from nowhere else.

import { type Check, CHECKS } from "../src/codes.js"
import type { Finding, NotVerified, Verdict, Verified } from "../src/types.js"
import type { About } from "./about.js"
import { h, icon, minutes, time } from "./dom.js"
import {
  CHECK_GROUPS,
  CHECK_WORDS,
  type CheckResult,
  CLAIM_WORDS,
  CODE_WORDS,
  FORM_WORDS,
  OF_PATHS,
  OF_TOKENS,
  OUTCOME_WORDS,
  REASON_WORDS,
  RESULT_WORDS,
  SOURCE_WORDS,
  TOKEN_CHECK_WORDS,
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
  readonly #count = h("span")
  readonly #all = h("button", { type: "button", class: "link", "aria-expanded": "false" }, "Show all")
  readonly #groups: readonly Group[]
  readonly #checks: HTMLElement
  #code = ""
  #freshness: { element: HTMLElement; until: number } | undefined

  /** A card about a person that one expects under an identifier. */
  constructor(
    readonly id: string,
    readonly name: string,
    readonly expected: string,
  ) {
    this.#groups = CHECK_GROUPS.map(({ heading, ofTokens, prefixes }) => newGroup([heading, ofTokens ?? heading], prefixes))
    this.#checks = h(
      "section",
      { class: "checks", "aria-label": `Checks of ${name}’s KeyPackage` },
      h("p", { class: "count" }, this.#count, this.#all),
      ...this.#groups.map(({ details }) => details),
    )
    this.#checks.hidden = true
    this.#all.addEventListener("click", () => {
      const open = this.#all.getAttribute("aria-expanded") === "false"
      for (const { details } of this.#groups) details.open = open
    })
    for (const { details } of this.#groups) details.addEventListener("toggle", () => this.#showAll())
    this.element = h(
      "article",
      { class: "card", "data-testid": `card-${id}`, "data-outcome": "pending", "aria-label": `Verdict about ${name}` },
      this.#verdict,
      this.#checks,
    )
    this.#verdict.append(
      h("p", { class: "headline" }, icon("clock"), h("span", { class: "headline-words" }, `Waiting for ${name}’s KeyPackage`)),
    )
  }

  show(verdict: Verdict, seconds: number, about: About): void {
    const { element } = this
    const changed = element.dataset["outcome"] !== verdict.outcome || this.#code !== codeOf(verdict)
    this.#code = codeOf(verdict)
    element.dataset["outcome"] = verdict.outcome
    element.dataset["code"] = this.#code
    this.#freshness = undefined
    this.#verdict.replaceChildren(
      h(
        "p",
        { class: "headline", "data-testid": `headline-${this.id}` },
        icon(OUTCOME_ICONS[verdict.outcome]),
        h("span", { class: "headline-words" }, headline(verdict)),
      ),
      ...(verdict.outcome === "verified" ? this.#proven(verdict, about) : this.#unproven(verdict, about)),
    )
    element.dataset["form"] = about.form ?? "none"
    this.#showChecks(verdict, changed, about)
    this.tick(seconds)
  }

  /** Counts down. `seconds` is the time now. */
  tick(seconds: number): void {
    if (!this.#freshness) return
    const { element, until } = this.#freshness
    const left = until - seconds
    element.textContent = left > 0 ? `fresh for ${minutes(left)}` : "no longer fresh"
  }

  #proven({ identity, revocation, warnings }: Verified, { form, issuer, claims, proven }: About): Node[] {
    const facts = h("dl", { class: "facts" })
    fact(facts, "Identifier", h("code", { "data-testid": `identity-${this.id}` }, identity.id))
    fact(facts, "Organisation", identity.organization ?? "none stated")
    fact(facts, "Says who", h("code", {}, identity.authority))
    if (form) fact(facts, "Credential", h("span", { "data-testid": `by-${this.id}` }, FORM_WORDS[form]), issued(issuer))
    if (claims) {
      const shown = h("span", { "data-testid": `claims-${this.id}` }, claimWords(claims))
      const rest = form === "sd_jwt" ? "The rest stays hidden: it came as digests." : "All that it holds."
      fact(facts, "It shows", shown, note(rest))
    }
    if (proven !== undefined) {
      fact(facts, "Holder", h("span", { "data-testid": `proven-${this.id}` }, "answered this client’s challenge at ", time(proven)))
    }
    fact(facts, "Valid until", time(identity.notAfter))
    if (revocation) {
      const fresh = h("span", { class: "fresh", "data-testid": `fresh-${this.id}` })
      this.#freshness = { element: fresh, until: revocation.freshUntil }
      const number = revocation.number > 0 ? ` no.\u00a0${revocation.number}` : ""
      const source = `${SOURCE_WORDS[revocation.source]}${number}, of `
      fact(facts, "Status from", h("span", { "data-testid": `status-${this.id}` }, source, time(revocation.thisUpdate)), fresh)
    } else {
      fact(facts, "Status from", "nowhere: the trust configuration leaves it unchecked")
    }
    if (warnings.length > 0) fact(facts, "Mind", warnings.join(", "))
    return [h("p", { class: "who" }, identity.name ?? "No name stated"), facts]
  }

  #unproven(verdict: NotVerified, { form }: About): Node[] {
    const { code, revoked, missing, certificate, warnings } = verdict
    const facts = h("dl", { class: "facts" })
    fact(facts, "Expected", h("code", {}, this.expected))
    if (form) fact(facts, "Came with a", FORM_WORDS[form])
    if (revoked) {
      if (revoked.since !== undefined) fact(facts, "Since", time(revoked.since))
      const reason = REASON_WORDS[revoked.reason] ?? revoked.reason
      fact(facts, "Reason", h("span", { "data-testid": `reason-${this.id}` }, `${reason} (${revoked.reason})`))
    }
    fact(facts, "Code", h("code", { "data-testid": `code-${this.id}` }, code), ofCertificate(certificate))
    fact(facts, "To mend it", CODE_WORDS[code].mend)
    for (const { kind, name } of missing) {
      if (kind !== "intermediate") fact(facts, "Missing", "revocation data of ", h("code", {}, name))
      else fact(facts, "Missing", "the certificate of an issuer that a certificate names")
    }
    if (warnings.length > 0) fact(facts, "Mind", warnings.join(", "))
    const unknown = verdict.outcome === "undetermined"
    const words = unknown ? "It is not known whether this is" : "Nobody vouches that this is"
    return [h("p", { class: "not-proven" }, `${words} ${this.name}.`), facts]
  }

  // A group whose checks have all passed is one line; what has not passed is open, unless a reader has closed it since.
  #showChecks(verdict: Verdict, changed: boolean, { form }: About): void {
    const token = form !== undefined && form !== "x509"
    const all: CheckResult[] = []
    for (const { details, headings, heading, summary, list, checks } of this.#groups) {
      heading.textContent = headings[token ? 1 : 0]
      const results = checks.flatMap((check) => {
        const finding = worst(verdict.findings.filter((f) => f.check === check))
        if (!finding && OF_TOKENS.has(check)) return []
        if (token && OF_PATHS.has(check) && (!finding || finding.result === "skipped")) return []
        return [{ check, finding, result: finding?.result ?? ("notReached" as const) }]
      })
      const counted = results.map(({ result }) => result)
      const gravest = CHECK_RESULTS.find((result) => counted.includes(result)) as CheckResult
      list.replaceChildren(...results.map(({ check, result, finding }) => row(check, result, finding, token)))
      const open = counted.filter((result) => result === "failed" || result === "undetermined")
      summary.replaceChildren(icon(RESULT_ICONS[gravest]), count(open.length > 0 ? open : counted))
      details.className = gravest
      if (changed) details.open = open.length > 0
      all.push(...counted)
    }
    this.#count.replaceChildren(`${all.length} checks: `, h("span", { class: "counts" }, count(all)))
    this.#checks.hidden = false
  }

  #showAll(): void {
    const open = this.#groups.every(({ details }) => details.open)
    this.#all.setAttribute("aria-expanded", String(open))
    this.#all.textContent = open ? "Show less" : "Show all"
  }
}

interface Group {
  details: HTMLDetailsElement
  /** Of certificates, and of verifiable credentials. */
  headings: readonly [string, string]
  heading: HTMLElement
  /** Where the results are summed up. */
  summary: HTMLElement
  list: HTMLElement
  checks: readonly Check[]
}

function newGroup(headings: readonly [string, string], prefixes: readonly string[]): Group {
  const heading = h("span", {}, headings[0])
  const summary = h("span", { class: "sum" })
  const list = h("ul")
  const details = h("details", {}, h("summary", {}, heading, summary), list)
  return { details, headings, heading, summary, list, checks: CHECKS.filter((check) => prefixes.includes(check.split("-")[0] as string)) }
}

/** From what weighs most to what weighs least. */
const CHECK_RESULTS = ["failed", "undetermined", "notReached", "skipped", "passed"] as const

/** "3 passed, 1 failed" */
function count(results: readonly CheckResult[]): string {
  const counts = (["failed", "undetermined", "passed", "skipped"] as const).map((word) => {
    const n = results.filter((result) => (result === "notReached" ? "skipped" : result) === word).length
    return n === 0 ? [] : `${n} ${word}`
  })
  return counts.flat().join(", ")
}

function codeOf(verdict: Verdict): string {
  return verdict.outcome === "verified" ? "" : verdict.code
}

function fact(list: HTMLDListElement, term: string, ...description: readonly (Node | string | undefined)[]): void {
  list.append(h("div", {}, h("dt", {}, term), h("dd", {}, ...description)))
}

// Known claims first, in the order of the words.
function claimWords(claims: readonly string[]): string {
  const known = Object.keys(CLAIM_WORDS).filter((name) => claims.includes(name))
  const others = claims.filter((name) => !known.includes(name))
  return [...known.map((name) => CLAIM_WORDS[name]), ...others].join(", ")
}

function note(text: string): HTMLElement {
  return h("span", { class: "note" }, text)
}

function issued(issuer: string | undefined): HTMLElement | undefined {
  return issuer === undefined ? undefined : h("span", { class: "note" }, "issued by ", h("code", {}, issuer))
}

function ofCertificate(n: number | undefined): string | undefined {
  if (n === undefined) return undefined
  return n === 0 ? " about the sender’s own certificate" : ` about the certificate of issuer ${n}`
}

function row(check: Check, result: CheckResult, finding: Finding | undefined, token: boolean): HTMLElement {
  return h(
    "li",
    { class: `check ${result}`, "data-check": check, "data-result": result === "notReached" ? "skipped" : result },
    icon(RESULT_ICONS[result]),
    h("span", { class: "check-words" }, (token && TOKEN_CHECK_WORDS[check]) || CHECK_WORDS[check]),
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
