import { hash } from 'node:crypto'
import type { ObjectId, TextEdit, WholeFile } from './proposal.ts'

/** Names what edits and whole files do to a parent: the same in another order, or grouped otherwise, is the same. */
export function editsDigest(parent: ObjectId, edits: readonly TextEdit[], files: readonly WholeFile[] = []): string {
  const canonical = edits
    .map(({ path, start, end, replacement }) => [path, start, end, replacement] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2]))
  const whole = files.map(({ path, digest, mode }) => [path, digest, mode] as const).sort((a, b) => (a[0] < b[0] ? -1 : 1))
  return hash('sha256', JSON.stringify(whole.length === 0 ? [parent, canonical] : [parent, canonical, whole]), 'hex')
}
