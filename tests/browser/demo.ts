// The demo as a visitor has it: the real program, its page in Chromium.

import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { createInterface } from "node:readline"
import { launch, type Visit, visit } from "./browser.js"

/** Where tests put pictures of the page. */
export const screenshots = resolve("..", ".build", "screenshots")

export interface Demo {
  /** A new page, in which both clients are enrolled. */
  open(): Promise<Visit>
  close(): Promise<void>
}

/** Builds and starts the program, and a browser. */
export async function startDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "e2eid-")) // of its own: files of tests may run side by side
  const program = join(folder, "e2eid")
  execFileSync("go", ["build", "-o", program, "../cmd/e2eid"])
  const server = spawn(program, ["demo", "--port", "0", "--site", join("dist", "demo")], { stdio: ["ignore", "pipe", "inherit"] })
  const lines = createInterface({ input: server.stdout })
  const address = await new Promise<string>((found, failed) => {
    lines.once("line", found)
    server.once("exit", () => failed(new Error("the demo did not start")))
  })
  const browser = await launch()
  return {
    async open() {
      const opened = await visit(browser, address)
      await opened.page.waitForSelector("body[data-ready=true]")
      return opened
    },
    async close() {
      await browser.close()
      server.kill("SIGTERM")
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
