import { accessSync, constants } from 'node:fs'
import path from 'node:path'

/** The first executable of this name on PATH; null where there is none. A directory that is not absolute would be one of wherever this runs. */
export function onPath(name: string, environment: Readonly<Record<string, string | undefined>>): string | null {
  for (const directory of (environment['PATH'] ?? '').split(':')) {
    if (path.isAbsolute(directory) && isExecutable(path.join(directory, name))) return path.join(directory, name)
  }
  return null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
