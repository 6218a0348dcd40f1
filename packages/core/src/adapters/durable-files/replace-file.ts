import { randomUUID } from 'node:crypto'
import { lstatSync, realpathSync, statSync } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../failure/failure.ts'
import { syncFile } from './sync-file.ts'

export type ReplaceErrorCode = 'not-replaceable' | 'not-written'

export class ReplaceError extends Failure<ReplaceErrorCode> {}

export interface ReplaceRequest {
  readonly file: string
  /** Nothing may be written into these, by whatever name or link they are reached. */
  readonly forbidden: readonly string[]
}

const bytesAtOnce = 256 * 1024

/**
 * Writes a file from what comes in pieces: into another one beside it, synced, then renamed, so that there is the old file or the whole new one, whatever happens. Only a plain file is replaced.
 *
 * @returns what the pieces' generator returns
 * @throws ReplaceError `not-replaceable` before anything is written, `not-written` with the cause; what the generator throws comes through
 */
export async function replaceFile<T>({ file, forbidden }: ReplaceRequest, pieces: AsyncGenerator<string, T>): Promise<T> {
  const folder = refuseOdd(file, forbidden)
  const draft = path.join(folder, `.${path.basename(file)}-${randomUUID()}`)
  const handle = await guarded(file, () => open(draft, 'wx'))
  try {
    const result = await writeAll({ file, handle }, pieces)
    await guarded(file, async () => {
      await handle.sync()
      await handle.close()
      // Once more: a folder or a link may have come there meanwhile. A rename replaces a link and never follows it.
      refuseOdd(file, forbidden)
      await rename(draft, path.join(folder, path.basename(file)))
      syncFile(folder)
    })
    return result
  } finally {
    await handle.close()
    await rm(draft, { force: true })
  }
}

async function writeAll<T>({ file, handle }: { readonly file: string; readonly handle: FileHandle }, pieces: AsyncGenerator<string, T>): Promise<T> {
  let waiting: string[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    const text = waiting.join('')
    waiting = []
    size = 0
    await guarded(file, () => handle.writeFile(text))
  }
  for (;;) {
    const step = await pieces.next()
    if (step.done === true) {
      await flush()
      return step.value
    }
    waiting.push(step.value)
    size += step.value.length
    if (size >= bytesAtOnce) await flush()
  }
}

/** The real folder of a file that may be written. */
function refuseOdd(file: string, forbidden: readonly string[]): string {
  const refused = (why: string): ReplaceError => new ReplaceError('not-replaceable', `${JSON.stringify(file)} ${why}`, { remedy: 'Name a new or a plain file elsewhere.' })
  const name = path.basename(file)
  const about = lstatSync(file, { throwIfNoEntry: false })
  if (file === '' || file.endsWith(path.sep) || name === '.' || name === '..' || about?.isDirectory() === true) throw refused('is a folder')
  if (about !== undefined && !about.isFile()) throw refused(about.isSymbolicLink() ? 'is a link, which is not followed' : 'is no plain file')
  const folder = realFolder(path.dirname(path.resolve(file)), refused)
  // By what they are, not by their names: another spelling or a bind mount is the same folder. The file itself counts too: `.git` of a linked working tree is a plain file.
  const identities = new Set(forbidden.map(identityOf).filter((one) => one !== null))
  for (const place of [path.join(folder, name), ...ancestors(folder)]) {
    const identity = identityOf(place)
    if ((identity !== null && identities.has(identity)) || forbidden.includes(place)) throw refused('lies in what Ratchet or git keep of the record')
  }
  return folder
}

function realFolder(folder: string, refused: (why: string) => ReplaceError): string {
  try {
    return realpathSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw refused(`cannot be written: there is no folder ${folder}`)
  }
}

function ancestors(folder: string): readonly string[] {
  const above = path.dirname(folder)
  return above === folder ? [folder] : [folder, ...ancestors(above)]
}

function identityOf(place: string): string | null {
  const found = statSync(place, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}

async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error
    throw new ReplaceError('not-written', `${JSON.stringify(file)} could not be written (${(error as NodeJS.ErrnoException).code ?? ''}); what was there before still is`, { cause: error, remedy: 'Check the permissions and the free space of its folder.' })
  }
}
