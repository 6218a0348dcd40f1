import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { readTranscript, transcriptDigest, transcriptText, type Transcripts, type TranscriptShelf } from '../../model/transcripts.ts'
import { syncFile } from '../durable-files/sync-file.ts'

const digestForm = /^[0-9a-f]{64}$/
const callForm = /^[0-9a-f]{16}$/
/** Larger than any reply that is taken. */
const mostBytes = 64 * 1024 * 1024

/**
 * Transcripts as files: `<directory>/<first two digits>/<digest>.json`, and `<directory>/calls/<call>` with the digest of what was answered. Written beside and renamed into place. A transcript
 * is on the disk before its reply is used. No folder that is a link is followed: a repository may come with some, to places where nothing of ours belongs. The call's file is not: it outlives a kill, and where a machine that goes down takes it along, the call counts as lost.
 */
export function createTranscriptFiles(directory: string): Transcripts & TranscriptShelf {
  const fileOf = (digest: string): string => path.join(directory, digest.slice(0, 2), `${digest}.json`)
  const callFile = (call: string): string => path.join(directory, 'calls', call)
  const examine: TranscriptShelf['examine'] = async (digest) => {
    const text = digestForm.test(digest) ? await readOrNull(directory, fileOf(digest)) : null
    return text === null ? 'missing' : (readTranscript(text, digest) ?? 'changed')
  }
  return {
    save: async (transcript) => {
      const text = transcriptText(transcript)
      const digest = transcriptDigest(text)
      try {
        for (const file of [fileOf(digest), callFile(transcript.call)]) if (throughLinks(directory, file)) throw new TypeError(`${path.dirname(file)} is reached through a link`)
        write(fileOf(digest), text, true)
        write(callFile(transcript.call), digest, false)
      } catch (error) {
        throw new ModelError('transcript-failed', `a transcript cannot be written below ${directory}`, { cause: error, remedy: 'Make room on its disk, see that it may be written to, and that no link lies there. What the reply cost is counted in full.' })
      }
      return digest
    },
    load: async (digest) => {
      const found = await examine(digest)
      return typeof found === 'string' ? null : found
    },
    examine,
    findCall: async (call) => {
      const digest = callForm.test(call) ? await readOrNull(directory, callFile(call)) : null
      return digest !== null && digestForm.test(digest) ? digest : null
    },
  }
}

/** Whether the directory of the transcripts, or the one of the file, is a link. */
function throughLinks(directory: string, file: string): boolean {
  return [directory, path.dirname(file)].some((place) => lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true)
}

/** Without leaving the thread: of a dozen short steps each would else wait for its turn twice, which on a busy machine takes longer than all of them. */
function write(file: string, text: string, isDurable: boolean): void {
  const folder = path.dirname(file)
  const draft = `${file}.${randomUUID()}`
  const { handle, isNew } = openDraft(draft, folder)
  try {
    try {
      writeFileSync(handle, text)
      if (isDurable) fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  if (isDurable) for (const place of isNew ? [folder, path.dirname(folder)] : [folder]) syncFile(place)
}

function openDraft(draft: string, folder: string): { readonly handle: number; readonly isNew: boolean } {
  const create = (): number => openSync(draft, 'wx', 0o600)
  try {
    return { handle: create(), isNew: false }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return { handle: create(), isNew: true }
  }
}

async function readOrNull(directory: string, file: string): Promise<string | null> {
  try {
    if (throughLinks(directory, file)) return null
    const handle = await open(file, 'r')
    try {
      const about = await handle.stat()
      return about.isFile() && about.size <= mostBytes ? await readFile(handle, 'utf8') : null
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    // What cannot be read is no transcript, whatever lies there.
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO'].includes(code)) return null
    throw error
  }
}
