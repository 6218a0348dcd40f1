// For tests only.
import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** The installation below which a Python with pytest lies; null where there is none. An installation in /usr is seen by every sandbox anyway. */
export function findPytest(): string | null {
  try {
    const prefix = execFileSync('python3', ['-c', 'import sys, pytest; print(sys.prefix)'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return path.isAbsolute(prefix) ? prefix : null
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
