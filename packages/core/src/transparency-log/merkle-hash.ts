import { hash } from 'node:crypto'

/** SHA-256, 32 bytes. */
export type Hash = Uint8Array

export const hashBytes = 32

/** Root of the tree without leaves. */
export const emptyRoot: Hash = hash('sha256', '', 'buffer')

/** A leaf and a node never have the same preimage (RFC 6962, section 2.1): otherwise a node could be passed off as an entry. */
export function leafHash(entry: Uint8Array): Hash {
  return hash('sha256', Buffer.concat([leafPrefix, entry]), 'buffer')
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer')
}

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)
