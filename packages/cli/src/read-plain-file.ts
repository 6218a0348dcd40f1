import { constants, open } from 'node:fs/promises'
import { UsageError } from './usage-error.ts'

/**
 * The text of a file that the command line names. What is no plain file (a pipe that nobody writes to, a device without an end, a folder), too long or no UTF-8 is refused, and never waited for.
 *
 * @throws UsageError
 */
export async function readPlainFile(option: string, file: string, longest: number): Promise<string> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const about = await handle.stat()
    if (!about.isFile()) throw new UsageError('bad-argument', `${option}: ${file} is no plain file`)
    if (about.size > longest) throw new UsageError('bad-argument', `${option}: ${file} is longer than ${longest} bytes`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await handle.readFile())
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError('bad-argument', error instanceof TypeError ? `${option}: ${file} is no text in UTF-8` : `${option}: ${file} cannot be read`, { cause: error })
  }
}
