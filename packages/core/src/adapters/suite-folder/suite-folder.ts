import { constants } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { BenchmarkError } from '../../benchmark/benchmark-error.ts'
import type { SuiteFile, SuiteFiles } from '../../benchmark/benchmark-task.ts'

const mostFiles = 200_000

/** A suite in a folder of this machine, or in one file: as the operator names it, so that links are refused and nothing else. */
export async function openSuiteFolder(place: string): Promise<SuiteFiles> {
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
    throw new BenchmarkError('suite-invalid', `there is no suite at ${place}`, { cause: error })
  })
  const root = found.isDirectory() ? place : path.dirname(place)
  const entries = found.isDirectory() ? await walk(root) : [await entryOf(root, path.basename(place))]
  return { entries, read: (paths) => Promise.all(paths.map((file) => readPlain(path.join(root, file)))) }
}

async function walk(root: string): Promise<readonly SuiteFile[]> {
  const entries: SuiteFile[] = []
  const folders = ['']
  for (const prefix of folders) {
    for (const entry of (await readdir(path.join(root, prefix), { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = `${prefix}${entry.name}`
      if (name === '.git') continue
      if (entry.isDirectory()) folders.push(`${name}/`)
      else if (entry.isFile()) entries.push(await entryOf(root, name))
      else throw new BenchmarkError('suite-invalid', `${path.join(root, name)} is a link or no file`, { remedy: 'Put the file itself there.' })
      if (entries.length > mostFiles) throw new BenchmarkError('suite-invalid', `${root} holds more than ${mostFiles} files`)
    }
  }
  return entries
}

async function entryOf(root: string, name: string): Promise<SuiteFile> {
  return { path: name, mode: ((await stat(path.join(root, name))).mode & 0o100) === 0 ? '100644' : '100755' }
}

async function readPlain(file: string): Promise<Uint8Array> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  return await handle.readFile()
}
