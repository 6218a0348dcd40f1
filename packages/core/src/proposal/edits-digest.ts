import { hash } from 'node:crypto'
import type { ObjectId, TextEdit } from './proposal.ts'

/** Names what edits do to a parent: the same edits in another order, or grouped otherwise, are the same. */
export function editsDigest(parent: ObjectId, edits: readonly TextEdit[]): string {
  const canonical = edits
    .map(({ path, start, end, replacement }) => [path, start, end, replacement] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2]))
  return hash('sha256', JSON.stringify([parent, canonical]), 'hex')
}
