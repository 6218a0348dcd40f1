import { lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { refused, type ToolResult } from './tool.ts'

/** More is read by nobody; a search or a command finds what matters in such a file. */
const mostBytes = 2 * 1024 * 1024

/** A path in the working directory, links followed; a refusal where it leads out. The sandbox is what holds; this keeps a confused model from a needless failure. */
export async function placeOf(root: string, name: unknown): Promise<{ readonly ok: true; readonly file: string; readonly name: string } | (ToolResult & { readonly ok: false })> {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) return out('the path is empty')
  const wanted = path.resolve(root, name)
  const file = await realPlace(wanted)
  if (!isWithin(root, wanted) || !isWithin(root, file)) return out(`${name} is not in the working directory`)
  return { ok: true, file, name: path.relative(root, wanted) || '.' }
}

const out = (text: string): ToolResult & { readonly ok: false } => ({ ok: false, text })

function isWithin(root: string, file: string): boolean {
  return file === root || file.startsWith(`${root}${path.sep}`)
}

/** As far as the path exists, where it really is. A link to nothing counts as where it points. */
async function realPlace(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    const isLink = await lstat(file).then((found) => found.isSymbolicLink(), () => false)
    if (isLink || path.dirname(file) === file) return path.parse(file).root
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return path.join(await realPlace(path.dirname(file)), path.basename(file))
  }
}

/** A file as text, every byte of it: what is no UTF-8 would come back as something else when it is written. */
export async function readText(file: string, name: string): Promise<ToolResult> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : Promise.reject(error)))
  if (found === null) return refused(`there is no file ${name}`)
  if (found.isDirectory()) return refused(`${name} is a directory`)
  if (!found.isFile()) return refused(`${name} is no regular file`)
  if (found.size > mostBytes) return refused(`${name} has ${found.size} bytes, which is too much to read: search in it`)
  const bytes = await readFile(file)
  if (bytes.includes(0)) return refused(`${name} is a binary file of ${bytes.length} bytes`)
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch (error) {
    if (error instanceof TypeError) return refused(`${name} is no UTF-8 text`)
    throw error
  }
}

/** Puts a text in the place of whatever file is there; null leaves nothing there. The only way in which tools change the working directory by themselves. */
export async function putText(file: string, text: string | null): Promise<void> {
  if (text === null) return rm(file)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
}
