// Adds up the results of all suites in a folder and prints the closing line. A suite whose status is not zero but which
// names no failed test, such as a linter, is one failure itself. Exits with 1 unless nothing failed and something passed.

import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"

const folder = process.argv[2]
const total = { pass: 0, fail: 0, skip: 0 }

console.log("")
for (const file of readdirSync(folder).filter((name) => name.endsWith(".status")).sort()) {
  const suite = basename(file, ".status")
  const ended = Number(readFileSync(join(folder, file), "utf8"))
  const counts = { pass: 0, fail: 0, skip: 0 }
  const failures = []
  for (const { name, result } of resultsOf(suite)) {
    counts[result]++
    if (result === "fail") failures.push(name)
  }
  if (ended !== 0 && counts.fail === 0) {
    counts.fail = 1
    failures.push(`ended with status ${ended}`)
  }
  for (const result of Object.keys(total)) total[result] += counts[result]
  console.log(`${suite}: ${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`)
  for (const failure of failures) console.log(`  failed: ${failure}`)
}
console.log(`\n${total.pass} passed, ${total.fail} failed`)
process.exit(total.fail === 0 && total.pass > 0 ? 0 : 1)

function resultsOf(suite) {
  try {
    const lines = readFileSync(join(folder, `${suite}.ndjson`), "utf8").split("\n")
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line))
  } catch (error) {
    if (error.code === "ENOENT") return [] // a linter
    throw error
  }
}
