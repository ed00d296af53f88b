// Chromium, and a server on this machine that serves what was built the way a careful site would.

import { createReadStream, statSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join, normalize } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"
import type {} from "./harness/page.js"

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
}

/** The strictest policy that a page with the verifier can have. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** Serves folders under a name each, such as { dist: "web/dist" }, on a free port of the loopback interface. */
export async function serve(folders: Record<string, string>): Promise<{ origin: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname)
    if (path === "/favicon.ico") {
      response.writeHead(204).end() // browsers ask unbidden
      return
    }
    const [, name = "", ...rest] = path.split("/")
    const folder = folders[name]
    const file = folder && join(folder, ...rest)
    const type = TYPES[extname(path)]
    if (!file || !type || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Security-Policy": POLICY,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Starts Chromium: the one that CHROMIUM names, or that of the system. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
}

export interface Visit {
  page: Page
  /** Addresses requested so far. */
  requests: string[]
  /** What went wrong in the page: uncaught errors, error messages, violations of the policy. */
  problems: string[]
}

/** Opens an address in a page of its own and listens to it. */
export async function visit(browser: Browser, address: string): Promise<Visit> {
  const page = await browser.newPage()
  const requests: string[] = []
  const problems: string[] = []
  page.on("request", (request) => requests.push(request.url()))
  page.on("pageerror", (error) => problems.push(String(error)))
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text())
  })
  await page.goto(address)
  return { page, requests, problems }
}

/** Serves the test page and what was built, opens the page and waits until it has all it needs. */
export async function openHarness(): Promise<Visit & { close: () => Promise<void> }> {
  const server = await serve({ dist: "dist", harness: join(".build", "browser", "harness"), bench: join(".build", "bench") })
  const browser = await launch()
  const opened = await visit(browser, `${server.origin}/harness/page.html`)
  await opened.page.waitForFunction(() => "harness" in window)
  await opened.page.evaluate(() => window.harness.loaded())
  return {
    ...opened,
    async close() {
      await browser.close()
      server.close()
    },
  }
}
