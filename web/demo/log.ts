// What has happened, newest first.

import { byId, h, icon } from "./dom.js"

export type Kind = "client" | "provider" | "authority" | "mirror" | "good" | "bad"

const KINDS: Record<Kind, { icon: string; word: string }> = {
  client: { icon: "client", word: "Client" },
  provider: { icon: "provider", word: "Provider" },
  authority: { icon: "authority", word: "Authority" },
  mirror: { icon: "mirror", word: "Mirror" },
  good: { icon: "passed", word: "Verdict" },
  bad: { icon: "failed", word: "Verdict" },
}

const MOST = 60
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" })

export function log(kind: Kind, text: string): void {
  const list = byId("log", HTMLOListElement)
  const now = new Date()
  list.prepend(
    h(
      "li",
      { class: `entry ${kind}` },
      h("time", { datetime: now.toISOString() }, clock.format(now)),
      h("span", { class: "entry-kind" }, icon(KINDS[kind].icon), KINDS[kind].word),
      h("span", { class: "entry-text" }, text),
    ),
  )
  while (list.childElementCount > MOST) list.lastElementChild?.remove()
}
