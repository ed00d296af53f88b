// Reporter for "node --test": one line for each test, {"name":…,"result":"pass"|"fail"|"skip"}. Files and suites are not
// tests and count only when they fail on their own account.

export default async function* reporter(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue
    const failed = type === "test:fail"
    const reason = data.details?.error?.failureType
    if (data.details?.type === "suite" && !(failed && reason !== "subtestsFailed")) continue
    const result = failed ? "fail" : data.skip === undefined ? "pass" : "skip"
    yield `${JSON.stringify({ name: data.name, result })}\n`
  }
}
