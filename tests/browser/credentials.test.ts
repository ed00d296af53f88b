// Verifiable credentials in the demo: what the card says of them, and what hostile services can do.

import assert from "node:assert/strict"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { after, before, beforeEach, test } from "node:test"
import type { Page } from "playwright-core"
import type { Visit } from "./browser.js"
import { type Demo, screenshots, startDemo } from "./demo.js"

let demo: Demo
let opened: Visit
let page: Page

before(async () => {
  demo = await startDemo()
  mkdirSync(screenshots, { recursive: true })
})

after(() => demo.close())

beforeEach(async () => {
  await opened?.page.close()
  opened = await demo.open()
  page = opened.page
})

type Who = "alice" | "bob"

const text = async (testid: string): Promise<string> => (await page.getByTestId(testid).textContent()) ?? ""
const result = (check: string): Promise<string | null> =>
  page.locator(`[data-testid=card-bob] [data-check=${check}]`).getAttribute("data-result")

async function gets(who: Who, form: string): Promise<void> {
  await page.getByTestId(`form-${who}`).selectOption(form)
  await page.waitForSelector(`[data-testid=card-${who}][data-form=${form}][data-outcome=verified]`)
}

async function provider(behaviour: string, outcome: string, code: string): Promise<void> {
  await page.getByTestId("provider").selectOption(behaviour)
  await page.waitForSelector(`[data-testid=card-bob][data-outcome=${outcome}][data-code="${code}"]`)
}

test("the card says who issued an SD-JWT VC, what it shows, and where its status is from", async () => {
  await gets("bob", "sd_jwt")
  assert.match(await text("identity-bob"), /^mimi:\/\/[a-z.]+\/u\/bob$/)
  assert.equal(await text("by-bob"), "SD-JWT VC")
  assert.equal(await text("claims-bob"), "user name, name, organisation")
  assert.match(await text("status-bob"), /^the authority’s signed list no\.\s\d+, of /)
  assert.match(await text("fresh-bob"), /^fresh for \d+:\d\d$/)
  assert.match(await text("proven-bob"), /answered this client’s challenge/)
  assert.equal(await result("POP-8"), "passed", "the holder has answered this client's challenge")
  assert.equal(await page.locator("[data-testid=card-bob] .check:not(.passed)").count(), 0)
  assert.doesNotMatch(await text("card-bob"), /@aurora\.example|1986/, "what is withheld is nowhere")
  assert.deepEqual(opened.problems, [])
})

test("the holder shows other claims without asking the authority", async () => {
  await gets("bob", "sd_jwt")
  await page.getByTestId("automatic").uncheck()
  const before = opened.requests.length
  await page.getByTestId("claims").getByText("organisation").uncheck()
  await page.waitForFunction(() => document.querySelector("[data-testid=claims-bob]")?.textContent === "user name, name")
  await page.getByTestId("claims").getByText("e-mail").check()
  await page.waitForFunction(() => document.querySelector("[data-testid=claims-bob]")?.textContent === "user name, name, e-mail")
  assert.match(await text("card-bob"), /Organisationnone stated/)
  await page.getByTestId("claims").getByText("user name").uncheck()
  await page.waitForSelector("[data-testid=card-bob][data-outcome=rejected][data-code=no_identity]")
  assert.deepEqual(opened.requests.slice(before), [])
})

test("a UserInfo VC shows all that it holds", async () => {
  await gets("bob", "userinfo_vc")
  assert.equal(await text("by-bob"), "UserInfo VC")
  assert.equal(await text("claims-bob"), "user name, name, organisation, e-mail, birth date")
  assert.match(await text("status-bob"), /^the authority’s signed list/)
})

for (const [mine, theirs, suite] of [
  ["sd_jwt", "x509", "2"],
  ["sd_jwt", "userinfo_vc", "1"],
  ["sd_jwt", "sd_jwt", "1"],
] as const) {
  test(`clients with ${mine} and ${theirs} talk in one group of suite ${suite}`, async () => {
    await page.getByTestId("suite").selectOption(suite)
    await gets("alice", mine)
    await gets("bob", theirs)
    await page.waitForFunction(() => document.querySelectorAll("[data-outcome=verified][data-testid^=card]").length === 2)
    await page.getByTestId("text-alice").fill("hello Bob")
    await page.getByTestId("send-alice").click()
    await page.getByTestId("thread-bob").getByText("hello Bob").waitFor()
    assert.deepEqual(opened.problems, [])
  })
}

const ATTACKS: Record<string, Record<string, string>> = {
  sd_jwt: {
    "self-signed": "bad_signature",
    "own-key": "key_mismatch",
    basic: "credential_type_not_allowed",
    unbound: "key_mismatch",
    disclosure: "bad_signature",
    replay: "pop_context",
    "bit-flip": "bad_signature",
  },
  userinfo_vc: {
    "self-signed": "bad_signature",
    "own-key": "key_mismatch",
    basic: "credential_type_not_allowed",
    "bit-flip": "bad_signature",
  },
}

for (const [form, attacks] of Object.entries(ATTACKS)) {
  test(`each thing a hostile provider does to a client with ${form} is rejected for its own reason, without a request`, async () => {
    await gets("bob", form)
    await page.getByTestId("automatic").uncheck()
    const offered = await page
      .locator("#provider option:enabled")
      .evaluateAll((all) => all.map((option) => (option as HTMLOptionElement).value))
    assert.deepEqual(offered.sort(), ["honest", ...Object.keys(attacks)].sort(), "all that is offered is tried")
    const before = opened.requests.length
    for (const [behaviour, code] of Object.entries(attacks)) {
      await provider(behaviour, "rejected", code)
      assert.equal(await page.getByTestId("identity-bob").count(), 0)
      assert.equal(await page.getByTestId("claims-bob").count(), 0)
      await provider("honest", "verified", "")
    }
    await page.getByTestId("verify").click()
    await page.waitForTimeout(300)
    assert.deepEqual(opened.requests.slice(before), [])
    assert.deepEqual(opened.problems, [])
  })
}

test("a stripped disclosure breaks the holder's proof as well as the signatures", async () => {
  await gets("bob", "sd_jwt")
  await provider("disclosure", "rejected", "bad_signature")
  assert.equal(await result("POP-1"), "failed")
  assert.equal(await result("POP-8"), "failed")
})

for (const form of ["sd_jwt", "userinfo_vc"]) {
  test(`a revoked ${form} is rejected after the next refresh`, async () => {
    await gets("bob", form)
    await page.getByTestId("automatic").uncheck()
    await page.getByTestId("revoke").click()
    await page.getByTestId("log").getByText("Revoked").waitFor()
    await page.getByTestId("refresh").click()
    await page.waitForSelector("[data-testid=card-bob][data-outcome=rejected][data-code=revoked]")
    assert.match(await text("reason-bob"), /keyCompromise/)
  })
}

test("a mirror that withholds a revocation gains no more than the time the last list is fresh", async () => {
  await gets("bob", "sd_jwt")
  await page.getByTestId("automatic").uncheck()
  await page.getByTestId("withhold").check()
  await page.getByTestId("log").getByText("Withholds").waitFor()
  await page.getByTestId("revoke").click()
  await page.getByTestId("log").getByText("Revoked").waitFor()
  await page.getByTestId("refresh").click()
  await page.getByTestId("log").getByText("Has nothing newer").first().waitFor()
  assert.equal(await page.getByTestId("card-bob").getAttribute("data-outcome"), "verified", "nobody can know")
  const now = Date.now()
  await page.clock.setFixedTime(now + 11 * 60_000)
  await page.waitForSelector("[data-testid=card-bob][data-outcome=undetermined][data-code=stale_revocation]")
  assert.equal(await page.getByTestId("send-alice").isDisabled(), true)
  await page.clock.setFixedTime(now)
  await page.getByTestId("withhold").uncheck()
  await page.getByTestId("log").getByText("Serves the newest").waitFor()
  await page.getByTestId("refresh").click()
  await page.waitForSelector("[data-testid=card-bob][data-outcome=rejected][data-code=revoked]")
})

test("an attack that a certificate does not know is not offered for one", async () => {
  await gets("bob", "sd_jwt")
  await provider("replay", "rejected", "pop_context")
  await gets("bob", "x509")
  assert.equal(await page.getByTestId("provider").inputValue(), "honest")
  assert.equal(await page.getByTestId("provider-state").textContent(), "Honest")
  assert.equal(await page.locator("#provider option[value=replay]:enabled").count(), 0)
})

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the page with verifiable credentials fits ${width} pixels, ${colorScheme}`, async () => {
      await gets("bob", "sd_jwt")
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
      for (const state of ["honest", "replay"]) {
        await page.getByTestId("provider").selectOption(state)
        await page.waitForSelector(`[data-testid=card-bob][data-outcome=${state === "honest" ? "verified" : "rejected"}]`)
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "nothing makes it wider")
        await page.screenshot({ path: join(screenshots, `credentials-${state}-${width}-${colorScheme}.png`), fullPage: true })
      }
    })
  }
}
