// A messenger with both ends in one page, and what stands between them. The page is a client of three services: it
// talks to the authority only when somebody enrols or an administrator acts, to the mirror only when it refreshes, and
// to nobody when it verifies.

import { enrolClient, reveal, type Client } from "./client.js"
import { Conversation } from "./conversation.js"
import { byId, minutes } from "./dom.js"
import { SUITES, type Suite } from "./keys.js"
import { log } from "./log.js"
import type { Form } from "./mls-types.js"
import { now, PeerView } from "./peer.js"
import { appliesTo, BEHAVIOURS, type BehaviourName, bring, deliver } from "./provider.js"
import { type Account, Authority, AuthorityError, loadConfig, withhold } from "./services.js"
import { FORM_WORDS, REASON_WORDS } from "./words.js"

const REFRESH_EVERY = 30 // seconds

const controls = {
  provider: byId("provider", HTMLSelectElement),
  providerState: byId("provider-state", HTMLElement),
  providerDoes: byId("provider-does", HTMLElement),
  suite: byId("suite", HTMLSelectElement),
  forms: { alice: byId("form-alice", HTMLSelectElement), bob: byId("form-bob", HTMLSelectElement) },
  claims: byId("claims", HTMLFieldSetElement),
  withhold: byId("withhold", HTMLInputElement),
  mirrorState: byId("mirror-state", HTMLElement),
  reason: byId("reason", HTMLSelectElement),
  revoke: byId("revoke", HTMLButtonElement),
  enrol: byId("enrol", HTMLButtonElement),
  power: byId("switch", HTMLButtonElement),
  authorityState: byId("authority-state", HTMLElement),
  authorityOff: byId("authority-off", HTMLElement),
  verify: byId("verify", HTMLButtonElement),
  refresh: byId("refresh", HTMLButtonElement),
  automatic: byId("automatic", HTMLInputElement),
  nextRefresh: byId("next-refresh", HTMLElement),
  head: byId("head", HTMLElement),
}

// Whatever changes something waits for what was begun before.
let queue: Promise<void> = Promise.resolve()

function enqueue(task: () => Promise<void>): Promise<void> {
  queue = queue.then(task).catch((error: unknown) => {
    if (error instanceof AuthorityError) log("authority", `No: ${error.message}.`)
    else log("bad", `Something failed: ${error instanceof Error ? error.message : String(error)}`)
  })
  return queue
}

class Messenger {
  readonly #clients = new Map<string, Client>() // by account
  #conversation: Conversation | undefined
  #authorityOn = true
  #refreshAt = 0 // Unix seconds

  private constructor(
    readonly authority: Authority,
    /** Origin of the mirror. */
    readonly mirror: string,
    readonly alice: Account,
    readonly bob: Account,
    /** Of the one by whom it is verified. */
    readonly views: readonly PeerView[],
  ) {}

  static async open(): Promise<Messenger> {
    const module = WebAssembly.compileStreaming(fetch("verifier.wasm"))
    const config = await loadConfig()
    const [alice, bob] = config.accounts
    if (!alice || !bob) throw new Error("the demo needs two accounts")
    const authority = new Authority(config.authority)
    // A page that was loaded before may have left it off, and the mirror hostile.
    await authority.turn(true)
    await withhold(config.mirror, false)
    const trust = await authority.trust()
    const wasm = await module
    const send = (from: PeerView, text: string): Promise<void> => enqueue(() => messenger.send(from, text))
    const views = [
      await PeerView.open(alice, bob, trust, wasm, send),
      await PeerView.open(bob, alice, trust, wasm, send),
    ]
    const messenger: Messenger = new Messenger(authority, config.mirror, alice, bob, views)
    return messenger
  }

  /** Makes new clients for accounts, brings revocation data that covers them, and delivers their KeyPackages. */
  async enrol(...accounts: readonly Account[]): Promise<void> {
    const suite = this.#suite()
    const clients = await Promise.all(
      accounts.map((account) => enrolClient(account, suite, formOf(account), claimsOf(account), this.authority)),
    )
    for (const client of clients) {
      const { account, form, coveredFrom } = client
      this.#clients.set(account.id, client)
      const words = `Issued ${account.name} an ${FORM_WORDS[form]}, and published revocation data no. ${coveredFrom}.`
      log("authority", words.replace("an UserInfo", "a UserInfo"))
    }
    this.#conversation = undefined
    for (const view of this.views) view.forget()
    await this.#refresh(true)
    await this.deliver()
  }

  /** Has Bob's client show other claims of the credential that it holds. */
  async reveal(): Promise<void> {
    const client = this.#clients.get(this.bob.id)
    if (client?.form !== "sd_jwt") return
    this.#clients.set(this.bob.id, await reveal(client, claimsOf(this.bob)))
    log("client", `${this.bob.name}’s client shows other claims, in a new KeyPackage. The authority was not asked.`)
    this.#conversation = undefined
    await this.deliver()
  }

  /** The provider carries each client's KeyPackage to the other one, which judges it. Who holds an SD-JWT is challenged. */
  async deliver(): Promise<void> {
    for (const view of this.views) {
      const client = this.#clients.get(view.peer.id)
      if (!client) continue
      const behaviour = view.peer === this.bob ? this.#behaviour() : "honest"
      const keyPackage = await deliver(client, behaviour)
      if (client.form !== "sd_jwt") {
        view.receive(keyPackage)
        continue
      }
      const challenge = view.challenge()
      view.receive(keyPackage, challenge, await bring(client, claimsOf(view.peer), challenge, behaviour))
    }
    await this.verify()
  }

  async verify(): Promise<void> {
    for (const view of this.views) await view.verify()
  }

  async refresh(asked: boolean): Promise<void> {
    await this.#refresh(asked)
    await this.verify()
  }

  async revokeBob(): Promise<void> {
    const reason = controls.reason.value
    const { revoked, head } = await this.authority.revoke(this.bob.id, reason)
    const words = REASON_WORDS[reason] ?? reason
    if (revoked === 0) log("authority", `${this.bob.name} has no credential left to revoke.`)
    else log("authority", `Revoked ${this.bob.name} (${words}), and published revocation data no. ${head}.`)
  }

  async turnMirror(): Promise<void> {
    const hostile = controls.withhold.checked
    await withhold(this.mirror, hostile)
    controls.mirrorState.hidden = !hostile
    log("mirror", hostile ? "Withholds newer revocation data from now on." : "Serves the newest revocation data again.")
  }

  async turnAuthority(): Promise<void> {
    await this.authority.turn(!this.#authorityOn)
    this.#authorityOn = !this.#authorityOn
    this.#showAuthority()
    log("authority", `Switched ${this.#authorityOn ? "on" : "off"}.`)
    if (!this.#authorityOn) {
      await this.authority.trust().then(
        () => log("authority", "It still answers!"),
        (error: unknown) => log("authority", `Asked it something: ${error instanceof Error ? error.message : "no answer"}.`),
      )
    }
  }

  /** Sends a text in the conversation, which the first one begins. */
  async send(from: PeerView, text: string): Promise<void> {
    const inviter = this.#clients.get(from.owner.id)
    const invited = this.#clients.get(from.peer.id)
    const to = this.views.find((view) => view.owner === from.peer)
    if (!inviter || !invited || !to || !from.delivered) return
    if (!this.#conversation) {
      this.#conversation = await Conversation.begin(inviter, invited, from.delivered, (group) => to.accepts(group))
      log("client", `${from.owner.name} has made a group; ${from.peer.name}’s client has verified its members and joined.`)
    }
    const { received, bytes } = await this.#conversation.send(from.owner.id, text)
    from.show(from.owner, text)
    to.show(from.owner, received)
    log("provider", `Carried ${bytes} bytes from ${from.owner.name} to ${from.peer.name}, which it cannot read.`)
  }

  /** Once a second. */
  tick(): void {
    for (const view of this.views) {
      view.card.tick(now())
      if (view.stale) void enqueue(() => view.verify())
    }
    const left = this.#refreshAt - now()
    controls.nextRefresh.textContent = controls.automatic.checked ? `next in ${minutes(left)}` : "paused"
    if (controls.automatic.checked && left <= 0 && this.#refreshAt > 0) {
      this.#refreshAt = now() + REFRESH_EVERY
      void enqueue(() => this.refresh(false))
    }
  }

  // One that was asked for says so even if it brings nothing.
  async #refresh(asked: boolean): Promise<void> {
    this.#refreshAt = now() + REFRESH_EVERY
    for (const view of this.views) {
      for (const result of await view.refresh()) {
        const whose = `${view.owner.name}’s client`
        if (result.outcome === "failed") log("mirror", `Refresh of ${whose} failed: ${result.message} (${result.code}).`)
        if (result.outcome === "updated") log("mirror", `Brought revocation data no. ${result.number} to ${whose}.`)
        if (result.outcome === "current" && asked) {
          log("mirror", `Has nothing newer than no. ${result.number} for ${whose}.`)
        }
        if (result.outcome !== "fetched" && result.number !== undefined) controls.head.textContent = `No. ${result.number}`
      }
    }
  }

  #showAuthority(): void {
    const on = this.#authorityOn
    controls.authorityState.textContent = on ? "On" : "Switched off"
    controls.authorityState.dataset["on"] = String(on)
    controls.authorityOff.hidden = on
    controls.power.textContent = on ? "Switch authority off" : "Switch authority on"
    const { revoke, enrol, suite, reason, forms } = controls
    for (const control of [revoke, enrol, suite, reason, forms.alice, forms.bob]) control.disabled = !on
  }

  #suite(): Suite {
    return SUITES.find(({ id }) => String(id) === controls.suite.value) as Suite
  }

  #behaviour(): BehaviourName {
    return controls.provider.value as BehaviourName
  }
}

function formOf(account: Account): Form {
  return controls.forms[account.id as "alice" | "bob"].value as Form
}

// Only what Bob's client shows can be chosen.
const SHOWN: ReadonlySet<string> = new Set(["preferred_username", "name", "organization"])

function claimsOf(account: Account): ReadonlySet<string> {
  if (account.id !== "bob") return SHOWN
  const boxes = controls.claims.querySelectorAll<HTMLInputElement>("input:checked")
  return new Set([...boxes].map(({ value }) => value))
}

/** Offers what can be done to a credential of Bob's form. */
function showForm(bob: Account): void {
  const form = formOf(bob)
  controls.claims.hidden = form !== "sd_jwt"
  for (const option of controls.provider.options) {
    const applies = appliesTo(option.value as BehaviourName, form)
    option.hidden = option.disabled = !applies
    if (!applies && option.selected) controls.provider.value = "honest"
  }
  showBehaviour(bob)
}

function showBehaviour(bob: Account): void {
  const does = BEHAVIOURS[controls.provider.value as BehaviourName].does
  const honest = controls.provider.value === "honest"
  controls.providerState.textContent = honest ? "Honest" : "Hostile"
  controls.providerState.dataset["on"] = String(honest)
  controls.providerDoes.textContent = `It ${does(bob.name)}`
}

async function start(): Promise<void> {
  for (const [value, { label }] of Object.entries(BEHAVIOURS)) controls.provider.add(new Option(label, value))
  const messenger = await Messenger.open()
  const { alice, bob } = messenger
  showForm(bob)
  await messenger.enrol(alice, bob)

  controls.provider.addEventListener("change", () => {
    showBehaviour(bob)
    log("provider", controls.providerDoes.textContent ?? "")
    void enqueue(() => messenger.deliver())
  })
  controls.verify.addEventListener("click", () => void enqueue(() => messenger.verify()))
  controls.refresh.addEventListener("click", () => void enqueue(() => messenger.refresh(true)))
  controls.revoke.addEventListener("click", () => void enqueue(() => messenger.revokeBob()))
  controls.enrol.addEventListener("click", () => void enqueue(() => messenger.enrol(bob)))
  controls.suite.addEventListener("change", () => void enqueue(() => messenger.enrol(alice, bob)))
  controls.forms.alice.addEventListener("change", () => void enqueue(() => messenger.enrol(alice)))
  controls.forms.bob.addEventListener("change", () => {
    showForm(bob)
    void enqueue(() => messenger.enrol(bob))
  })
  controls.claims.addEventListener("change", () => void enqueue(() => messenger.reveal()))
  controls.withhold.addEventListener("change", () => void enqueue(() => messenger.turnMirror()))
  controls.power.addEventListener("click", () => void enqueue(() => messenger.turnAuthority()))
  setInterval(() => messenger.tick(), 1000)
  messenger.tick()
  byId("controls", HTMLFieldSetElement).disabled = false
  document.body.dataset["ready"] = "true"
}

void enqueue(start)
