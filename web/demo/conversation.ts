// An end-to-end encrypted conversation of two clients: an MLS group by ts-mls. ts-mls carries credentials and judges
// none, so each side has the verifier judge whom it lets in or joins.

import {
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  emptyPskIndex,
  encodeMlsMessage,
  joinGroup,
  processPrivateMessage,
} from "ts-mls"
import { encodeRatchetTree } from "ts-mls/ratchetTree.js"
import type { Client } from "./client.js"

/** A group that somebody is about to join: what their client judges before. */
export interface Invitation {
  ratchetTree: Uint8Array
  groupId: Uint8Array
  cipherSuite: number
}

export class Conversation {
  readonly #clients: ReadonlyMap<string, Client>
  readonly #states = new Map<string, ClientState>()

  private constructor(...clients: readonly Client[]) {
    this.#clients = new Map(clients.map((client) => [client.account.id, client]))
  }

  /**
   * The inviter makes a group and adds the KeyPackage that was delivered to it, which it has verified; the invited
   * client joins if `accept` is content with the group.
   */
  static async begin(
    inviter: Client,
    invited: Client,
    delivered: Uint8Array,
    accept: (invitation: Invitation) => Promise<boolean>,
  ): Promise<Conversation> {
    const conversation = new Conversation(inviter, invited)
    const [message] = decodeMlsMessage(delivered, 0) ?? []
    if (message?.wireformat !== "mls_key_package") throw new Error("what was delivered is not a KeyPackage")
    const groupId = crypto.getRandomValues(new Uint8Array(16))
    const cipherSuite = inviter.implementation
    const state = await createGroup(groupId, inviter.keyPackage, inviter.privateKeys, [], cipherSuite)
    const { newState, welcome } = await createCommit(
      { state, cipherSuite },
      {
        extraProposals: [{ proposalType: "add", add: { keyPackage: message.keyPackage } }],
        ratchetTreeExtension: true,
      },
    )
    if (!welcome) throw new Error("the commit adds nobody")
    conversation.#states.set(inviter.account.id, newState)

    const { keyPackage, privateKeys, implementation, suite } = invited
    const joined = await joinGroup(welcome, keyPackage, privateKeys, emptyPskIndex, implementation)
    const ratchetTree = encodeRatchetTree(joined.ratchetTree)
    if (!(await accept({ ratchetTree, groupId, cipherSuite: suite.id }))) throw new Error("the invitation is refused")
    conversation.#states.set(invited.account.id, joined)
    return conversation
  }

  /** Sends a text to everybody else. Resolves to what arrives there, and how many bytes the provider has carried. */
  async send(from: string, text: string): Promise<{ received: string; bytes: number }> {
    const { newState, privateMessage } = await createApplicationMessage(
      this.#state(from),
      new TextEncoder().encode(text),
      this.#client(from).implementation,
    )
    this.#states.set(from, newState)
    let received = ""
    for (const to of this.#clients.keys()) {
      if (to === from) continue
      const { implementation } = this.#client(to)
      const result = await processPrivateMessage(this.#state(to), privateMessage, emptyPskIndex, implementation)
      if (result.kind !== "applicationMessage") throw new Error("what arrived is not a text")
      this.#states.set(to, result.newState)
      received = new TextDecoder().decode(result.message)
    }
    const sealed = encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage })
    return { received, bytes: sealed.length }
  }

  #client(id: string): Client {
    return this.#clients.get(id) as Client
  }

  #state(id: string): ClientState {
    return this.#states.get(id) as ClientState
  }
}
