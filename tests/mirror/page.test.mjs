// The status page, as a person sees it in Chromium: under its own policy, from both mirrors.

import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { after, before, test } from "node:test"
import { publish, put } from "./http.mjs"
import { fixture, native, workerd } from "./targets.mjs"

const { chromium } = createRequire(new URL("../../web/package.json", import.meta.url))("playwright-core")
let browser
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu"],
  })
})
after(() => browser.close())

for (const start of [native, workerd]) {
  test(`${start.name}: the page tells what is served, how old it is, and what was refused`, async () => {
    const mirror = await start()
    await publish(mirror.origin, "example", 2)
    await put(mirror.origin, "/example/head", fixture("example.1"))
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } })
    const problems = []
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()))
    page.on("pageerror", (error) => problems.push(String(error)))
    await page.goto(`${mirror.origin}/`)
    await page.waitForSelector("article")
    const [example, two] = await page.locator("article").allInnerTexts()
    for (const words of ["example", "Fresh", "number 2", "minutes ago", "1 × an older head"]) assert.ok(example.includes(words), example)
    assert.match(two, /No head yet/)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
    assert.ok(!wide, "wider than a telephone")
    assert.deepEqual(problems.filter((text) => !text.includes("favicon")), [])
    await page.close()
    await mirror.close()
  })
}
