// The list of leaves as the module writes it.

import type { Bytes } from "./batch.js"
import type { Member } from "./types.js"

type Leaf = Pick<Member, "leafIndex" | "guessed" | "bytes">

// struct { uint32 leaf_index; uint8 flags; opaque leaf_node<4>; } behind a count.
export function parseMembers(list: Bytes): Leaf[] {
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength)
  const leaves: Leaf[] = []
  let at = 4
  for (let count = view.getUint32(0); count > 0; count--) {
    const start = at + 9
    const guessed = view.getUint8(at + 4) !== 0
    const leafIndex = view.getUint32(at)
    at = start + view.getUint32(at + 5)
    leaves.push({ leafIndex, guessed, bytes: list.slice(start, at) })
  }
  return leaves
}
