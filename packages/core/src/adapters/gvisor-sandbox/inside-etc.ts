import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { etcFiles } from '../bubblewrap-sandbox/launch-arguments.ts'

/** A small /etc of our own: what programs need to start, and one account. */
export async function writeInsideEtc(directory: string, user: number): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const file of etcFiles) {
    if (existsSync(file)) await cp(file, path.join(directory, path.basename(file)), { recursive: true, verbatimSymlinks: true })
  }
  await writeFile(path.join(directory, 'passwd'), `box:x:${user}:${user}:box:/tmp/home:/bin/sh\n`)
  await writeFile(path.join(directory, 'group'), `box:x:${user}:\n`)
}
