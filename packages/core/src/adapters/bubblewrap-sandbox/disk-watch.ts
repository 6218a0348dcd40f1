import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'

const periodMs = 200

export interface DiskWatch {
  stop(): void
}

/** Looks again and again how much a directory has grown since the start. Writing faster than it looks is bounded by RLIMIT_FSIZE per file. */
export function watchDiskUse(directory: string, limit: number, onOverflow: () => void): DiskWatch {
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  let initial: number | null = null
  const look = async (): Promise<void> => {
    const size = await sizeOf(directory, () => stopped)
    initial ??= size
    if (stopped) return
    if (size - initial > limit) onOverflow()
    else timer = setTimeout(start, periodMs)
  }
  const start = (): void => void look().catch((error: unknown) => {
    // A tree that cannot be measured is one that is not bounded.
    if (!stopped) onOverflow()
    void error
  })
  start()
  return {
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

async function sizeOf(directory: string, isStopped: () => boolean): Promise<number> {
  let total = 0
  const queue = [directory]
  for (const current of queue) {
    if (isStopped()) return total
    for (const entry of await readdir(current, { withFileTypes: true }).catch(vanished)) {
      const full = path.join(current, entry.name)
      if (entry.isDirectory()) queue.push(full)
      else total += ((await lstat(full).catch(vanishedFile))?.blocks ?? 0) * 512
    }
  }
  return total
}

function vanished(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}

function vanishedFile(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
