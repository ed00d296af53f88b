// Reads "go test -json" from standard input, prints what a person wants to see of it, and writes one line for each
// test to the file named by its argument: {"name":…,"result":"pass"|"fail"|"skip"}.

import { createWriteStream } from "node:fs"
import { createInterface } from "node:readline"

const results = createWriteStream(process.argv[2])
const record = (name, result) => results.write(`${JSON.stringify({ name, result })}\n`)
const output = new Map() // of what runs, by package and test
const failedIn = new Set() // packages with a failed test

for await (const line of createInterface({ input: process.stdin })) {
  let event
  try {
    event = JSON.parse(line)
  } catch {
    console.log(line) // not from a test, such as a message of the toolchain
    continue
  }
  const { Action: action, Package: name = event.ImportPath, Test: test, Output: text } = event
  const key = `${name} ${test ?? ""}`
  if (action === "output" || action === "build-output") {
    output.set(key, (output.get(key) ?? "") + text)
    continue
  }
  if (!["pass", "fail", "skip", "build-fail"].includes(action)) continue
  const said = output.get(key) ?? ""
  output.delete(key)
  if (test) {
    record(key, action)
    if (action === "fail") failedIn.add(name)
    if (action !== "pass") process.stdout.write(said)
  } else if (action === "build-fail") {
    process.stdout.write(said)
  } else if (action === "fail") {
    // Without a failed test the package did not build, or ended before its tests did.
    if (!failedIn.has(name)) record(key, "fail")
    process.stdout.write(said)
  } else if (action === "pass") {
    console.log(`ok   ${name}  ${event.Elapsed ?? 0}s`)
  }
}
