import { constants, open } from 'node:fs/promises'
import { UsageError } from './usage-error.ts'

/** Of a patch that is judged or edited as it is given: git takes more, but nobody reads more. */
export const longestPatch = 64 * 1024 * 1024
/** Of a file that people write by hand: a configuration, a constitution, a price list. */
export const longestWritten = 16 * 1024 * 1024

/** What a file holds, with its mode when it was read; or why it was not read, `said` so that it goes on after the file's name. */
export type PlainBytes = { readonly bytes: Buffer; readonly mode: number } | { readonly refused: 'no-plain-file' | 'too-long'; readonly said: string }

/**
 * The bytes of a file that a user or a working tree names. What is no plain file (a pipe that nobody writes to, a device without an end, a folder) is never waited for: a command that waits holds the journal of its target.
 * Never more than `longest` bytes are read, whatever size the file says it has: it may grow, and those of /proc say none.
 *
 * @throws the system's error where the file is not there or cannot be read
 */
export async function readPlainBytes(file: string, longest: number): Promise<PlainBytes> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  const about = await handle.stat()
  if (!about.isFile()) return { refused: 'no-plain-file', said: 'is no plain file' }
  const tooLong = { refused: 'too-long', said: `is longer than ${longest} bytes` } as const
  if (about.size > longest) return tooLong
  const chunks: Buffer[] = []
  for await (const chunk of handle.createReadStream({ end: longest, autoClose: false }) as AsyncIterable<Buffer>) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return bytes.length > longest ? tooLong : { bytes, mode: about.mode }
}

/**
 * The text of a file that the command line names. What is no plain file, too long or no UTF-8 is refused.
 *
 * @throws UsageError
 */
export async function readPlainFile(option: string, file: string, longest: number): Promise<string> {
  try {
    const read = await readPlainBytes(file, longest)
    if ('refused' in read) throw new UsageError('bad-argument', `${option}: ${file} ${read.said}`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read.bytes)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError('bad-argument', error instanceof TypeError ? `${option}: ${file} is no text in UTF-8` : `${option}: ${file} cannot be read`, { cause: error })
  }
}
