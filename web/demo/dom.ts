// The little that the page needs to make elements.

type Child = Node | string | undefined

/** Makes an element with attributes; those that are undefined are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

const SVG = "http://www.w3.org/2000/svg"

/** A symbol of index.html. Beside it always stands a word, so it is hidden from readers of the screen. */
export function icon(name: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("class", "icon")
  svg.setAttribute("aria-hidden", "true")
  const use = document.createElementNS(SVG, "use")
  use.setAttribute("href", `#i-${name}`)
  svg.append(use)
  return svg
}

/** The element of index.html with this id. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id)
  if (element instanceof type) return element
  throw new Error(`the page has no ${type.name} #${id}`)
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" })
const dayAndTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" })
const timeOfDay = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" })

/** A point in time, given in Unix seconds: of today without the day. */
export function time(seconds: number): HTMLTimeElement {
  const date = new Date(seconds * 1000)
  const today = day.format(date) === day.format(new Date())
  return h("time", { datetime: date.toISOString() }, (today ? timeOfDay : dayAndTime).format(date))
}

/** Seconds as 9:59. */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}
