import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'

/** The first executable file of this name on PATH; null when there is none. */
export async function findProgram(environment: Readonly<Record<string, string | undefined>>, name: string): Promise<string | null> {
  for (const directory of (environment['PATH'] ?? '').split(':')) {
    const file = path.join(directory, name)
    // A directory that is not absolute would be one of wherever this runs.
    if (path.isAbsolute(directory) && (await isExecutable(file))) return file
  }
  return null
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
