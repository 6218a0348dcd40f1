import { randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AttestationError } from '../../attestation/attestation-error.ts'
import type { AttestationFiles } from '../../attestation/attestation-store.ts'
import { longestEnvelope } from '../../attestation/dsse-envelope.ts'
import { syncFile } from '../durable-files/sync-file.ts'

const ending = '.dsse.json'
const pattern = /^([0-9a-f]{64})\.dsse\.json$/

/**
 * Attestations as files of one folder. Written beside and renamed into place: a file is a whole one or it is none. No link is followed: a repository may come with some.
 *
 * @throws AttestationError `attestations-unusable`, from each of its methods
 */
export function createAttestationFiles(directory: string): AttestationFiles {
  const place = (digest: string): string => path.join(directory, `${digest}${ending}`)
  return {
    names: () => guarded(directory, () => (isFolder(directory) ? readdirSync(directory).flatMap((name) => pattern.exec(name)?.[1] ?? []).toSorted() : [])),
    read: (digest) => guarded(directory, () => {
      const about = isFolder(directory) ? lstatSync(place(digest), { throwIfNoEntry: false }) : undefined
      return about?.isFile() === true && about.size <= longestEnvelope ? readFileSync(place(digest), 'utf8') : null
    }),
    write: (digest, text) => guarded(directory, () => {
      if (lstatSync(directory, { throwIfNoEntry: false }) === undefined) mkdirSync(directory)
      else if (!isFolder(directory)) throw new AttestationError('attestations-unusable', `${directory} is no folder of its own`, { remedy: 'Remove it: attestations follow no links.' })
      const draft = path.join(directory, `.draft-${randomUUID()}`)
      try {
        writeFileSync(draft, text, { flag: 'wx' })
        syncFile(draft)
        renameSync(draft, place(digest))
        syncFile(directory)
      } finally {
        rmSync(draft, { force: true })
      }
    }),
  }
}

function isFolder(directory: string): boolean {
  return lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true
}

function guarded<T>(directory: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof AttestationError ? error : new AttestationError('attestations-unusable', `attestations cannot be kept in ${directory}`, { cause: error, remedy: 'Check the permissions and the free space of that place; what they are about is in the journal.' })
  }
}
