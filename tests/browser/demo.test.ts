// The demo as a visitor has it: the real program, its page in Chromium.

import assert from "node:assert/strict"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { after, before, beforeEach, test } from "node:test"
import type { Page } from "playwright-core"
import { CHECKS } from "../../web/src/codes.js"
import type { Visit } from "./browser.js"
import { type Demo, screenshots, startDemo } from "./demo.js"

/** The demo's clients present certificates unless told otherwise. */
const CERTIFICATE_CHECKS = CHECKS.filter((check) => !/^(KEY|VC)-|^POP-([789]|10)$/.test(check))

let demo: Demo
let opened: Visit
let page: Page

before(async () => {
  demo = await startDemo()
  mkdirSync(screenshots, { recursive: true })
})

after(() => demo.close())

// Each test has a page of its own, in which both are enrolled anew.
beforeEach(async () => {
  await opened?.page.close()
  opened = await demo.open()
  page = opened.page
})

const outcome = (of: string): Promise<string | null> => page.getByTestId(`card-${of}`).getAttribute("data-outcome")
const code = (of: string): Promise<string | null> => page.getByTestId(`card-${of}`).getAttribute("data-code")

async function becomes(of: string, wanted: string): Promise<void> {
  await page.waitForSelector(`[data-testid=card-${of}][data-outcome=${wanted}]`)
}

test("both clients verify each other, and can talk", async () => {
  assert.equal(await outcome("bob"), "verified")
  assert.equal(await outcome("alice"), "verified")
  assert.match((await page.getByTestId("identity-bob").textContent()) ?? "", /^mimi:\/\/[a-z.]+\/u\/bob$/)
  assert.equal(await page.locator("[data-testid=card-bob] .check.passed").count(), CERTIFICATE_CHECKS.length)
  await page.getByTestId("text-alice").fill("hello Bob")
  await page.getByTestId("send-alice").click()
  await page.getByTestId("thread-bob").getByText("hello Bob").waitFor()
  assert.deepEqual(opened.problems, [])
})

test("a revoked client is rejected after the next refresh, and the card says why", async () => {
  await page.getByTestId("automatic").uncheck()
  await page.getByTestId("reason").selectOption("keyCompromise")
  await page.getByTestId("revoke").click()
  await page.getByTestId("log").getByText("Revoked").waitFor()
  await page.getByTestId("verify").click()
  assert.equal(await outcome("bob"), "verified", "before a refresh nobody can know")
  await page.getByTestId("refresh").click()
  await becomes("bob", "rejected")
  assert.equal(await code("bob"), "revoked")
  assert.match((await page.getByTestId("reason-bob").textContent()) ?? "", /keyCompromise/)
  assert.equal(await page.getByTestId("identity-bob").count(), 0, "nothing stands there as proven")
  assert.equal(await outcome("alice"), "verified")
  assert.equal(await page.locator("[data-check=STAT-3][data-result=failed]").count(), 1)
})

test("it works with the authority switched off", async () => {
  await page.getByTestId("switch").click()
  await page.waitForSelector("[data-testid=authority-state][data-on=false]")
  await page.getByTestId("log").getByText("Asked it something: the authority is switched off.").waitFor()
  const before = opened.requests.length
  await page.getByTestId("refresh").click()
  await page.getByTestId("log").getByText("Has nothing newer").first().waitFor()
  assert.equal(opened.requests.length, before + 2, "each client asks the mirror for the head")
  for (const behaviour of ["own-key", "honest"]) {
    await page.getByTestId("provider").selectOption(behaviour)
    await becomes("bob", behaviour === "honest" ? "verified" : "rejected")
  }
  assert.equal(await outcome("alice"), "verified")
  await page.getByTestId("switch").click()
  await page.waitForSelector("[data-testid=authority-state][data-on=true]")
})

test("a page that is loaded while the authority is off switches it on", async () => {
  await page.getByTestId("switch").click()
  await page.waitForSelector("[data-testid=authority-state][data-on=false]")
  await page.reload()
  await page.waitForSelector("body[data-ready=true]")
  assert.equal(await outcome("bob"), "verified")
})

test("revocation data that has grown stale vouches for nobody, without a click", async () => {
  await page.getByTestId("automatic").uncheck()
  await page.clock.setFixedTime(Date.now() + 11 * 60_000)
  await becomes("bob", "undetermined")
  assert.equal(await code("bob"), "stale_revocation")
  assert.equal(await page.getByTestId("send-alice").isDisabled(), true, "nothing can be sent to him")
})

test("someone who is on hold is suspended, and a new client of his is verified", async () => {
  await page.getByTestId("reason").selectOption("certificateHold")
  await page.getByTestId("revoke").click()
  await page.getByTestId("log").getByText("Revoked").waitFor()
  await page.getByTestId("refresh").click()
  await becomes("bob", "rejected")
  assert.equal(await code("bob"), "suspended")
  await page.getByTestId("enrol").click()
  await becomes("bob", "verified")
  assert.deepEqual(opened.problems, [])
})

test("each check stands there with its number, what failed is open, and the keyboard opens the rest", async () => {
  const rows = page.locator("[data-testid=card-bob] .check")
  const numbers = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-check")))
  assert.deepEqual(numbers.sort(), [...CERTIFICATE_CHECKS].sort())
  await page.getByTestId("provider").selectOption("own-key")
  await becomes("bob", "rejected")
  const shown = rows.locator("visible=true")
  assert.equal(await shown.locator(".check-words", { hasText: "about that same key" }).count(), 1)
  assert.notEqual(await shown.count(), CERTIFICATE_CHECKS.length)
  const all = page.locator("[data-testid=card-bob] button", { hasText: "Show all" })
  await all.focus()
  await page.keyboard.press("Enter")
  await page.locator("[data-testid=card-bob] button[aria-expanded=true]").waitFor()
  assert.equal(await shown.count(), CERTIFICATE_CHECKS.length)
  assert.match((await page.getByTestId("announcer").textContent()) ?? "", /Bob Lindqvist: Rejected/)
})

test("each thing a hostile provider does is rejected for its own reason", async () => {
  const reasons = {
    "self-signed": "untrusted_issuer",
    "own-key": "key_mismatch",
    basic: "credential_type_not_allowed",
    "bit-flip": "bad_signature",
  }
  for (const [behaviour, reason] of Object.entries(reasons)) {
    await page.getByTestId("provider").selectOption(behaviour)
    await page.waitForSelector(`[data-testid=card-bob][data-code=${reason}]`)
    assert.equal(await outcome("bob"), "rejected")
    assert.equal(await page.getByTestId("identity-bob").count(), 0)
  }
  await page.getByTestId("provider").selectOption("honest")
  await becomes("bob", "verified")
})

test("verifying makes no request", async () => {
  await page.getByTestId("automatic").uncheck()
  const before = opened.requests.length
  await page.getByTestId("provider").selectOption("self-signed")
  await becomes("bob", "rejected")
  await page.getByTestId("provider").selectOption("honest")
  await becomes("bob", "verified")
  await page.getByTestId("verify").click()
  await page.waitForTimeout(300)
  assert.deepEqual(opened.requests.slice(before), [])
})

test("Ed25519 clients are verified as well", async () => {
  await page.getByTestId("suite").selectOption("1")
  await page.waitForFunction(() => document.querySelectorAll("[data-outcome=verified][data-testid^=card]").length === 2)
  assert.deepEqual(opened.problems, [])
})

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the page fits ${width} pixels, ${colorScheme}`, async () => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" }) // or it would show colours on their way
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.equal(wide, width, "nothing makes it wider")
      await page.screenshot({ path: join(screenshots, `demo-${width}-${colorScheme}.png`), fullPage: true })
    })
  }
}
