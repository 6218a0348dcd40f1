import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'

const sourceEndings = ['.cpp', '.cc', '.cxx', '.c++', '.c']
const headerEndings = ['.h', '.hh', '.hpp', '.hxx', '.h++', '.inl', '.ipp']
export const isSource = (file: string): boolean => sourceEndings.includes(path.extname(file))
export const isHeader = (file: string): boolean => headerEndings.includes(path.extname(file))

/** A file of the tree with its text. */
export interface OwnFile {
  /** Relative to the tree. */
  readonly path: string
  readonly text: string
}

export interface OwnFiles {
  /** The roots, what they include, and the sources that belong to included headers, with what those include. */
  readonly files: readonly OwnFile[]
  /** Of these the sources that have to be linked: all but those that are included, and those with a `main` of their own. */
  readonly linked: readonly OwnFile[]
}

export interface OwnRequest {
  readonly directory: string
  /** Module first; whatever is a source beside it is linked. */
  readonly roots: readonly string[]
  /** Folders that are searched for includes, relative to the tree. */
  readonly folders: readonly string[]
}

/** A tree that includes more than this is no place for a driver of one function. */
const mostFiles = 400
const largestFile = 2_000_000
const includePattern = /^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm

export const includesOf = (text: string): readonly string[] => [...text.matchAll(includePattern)].map((match) => match[1] ?? '')
export const hasMain = (text: string): boolean => /^[ \t]*(?:int|auto)\s+main\s*\(/m.test(text)

/** Whether a header is written for C++: one for C needs `extern "C"` around it, which templates do not bear. */
export const isForCpp = (text: string): boolean => /^[ \t]*(?:inline[ \t]+)?(?:namespace|template|using|class|constexpr)\b|\bstd::|^[ \t]*#[ \t]*include[ \t]*<[a-z_]+>/m.test(text)

/** Follows includes inside of the tree; files outside of it belong to the system. */
export async function ownFiles({ directory, roots, folders }: OwnRequest): Promise<OwnFiles> {
  const root = await realpath(directory)
  const found = new Map<string, string>()
  const included = new Set<string>()
  const pending = [...roots]
  for (let next = pending.shift(); next !== undefined && found.size < mostFiles; next = pending.shift()) {
    const file = path.posix.normalize(next)
    if (found.has(file)) continue
    const text = await ownText(root, file)
    if (text === null) continue
    found.set(file, text)
    for (const name of includesOf(text)) {
      const target = await firstOwn(root, [path.posix.join(path.posix.dirname(file), name), ...folders.map((folder) => path.posix.join(folder, name))])
      if (target === null) continue
      included.add(target)
      pending.push(target)
    }
    const partner = isHeader(file) ? await firstOwn(root, partnersOf(file)) : null
    if (partner !== null) pending.push(partner)
  }
  const files = [...found].map(([file, text]) => ({ path: file, text }))
  return { files, linked: files.filter((file) => isSource(file.path) && file.path !== path.posix.normalize(roots[0] ?? '') && !included.has(file.path) && !hasMain(file.text)) }
}

/** Where the source of a header may lie: beside it, or in the source folder that belongs to its include folder. */
function partnersOf(header: string): readonly string[] {
  const stem = header.slice(0, -path.extname(header).length)
  const name = path.posix.basename(stem)
  const [, before = '', below = name] = /^((?:.*\/)?)include\/(.*)$/.exec(stem) ?? []
  const homes = ['src', 'source', 'lib'].flatMap((folder) => [`${before}${folder}/${below}`, `${before}${folder}/${name}`])
  return [stem, ...homes, `${before}${name}`, `src/${name}`].flatMap((place) => sourceEndings.map((ending) => place + ending))
}

async function firstOwn(root: string, files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const plain = path.posix.normalize(file)
    if (!plain.startsWith('../') && (await ownText(root, plain)) !== null) return plain
  }
  return null
}

/** Text of a file that really lies in the tree; null for anything else. */
async function ownText(root: string, file: string): Promise<string | null> {
  if (path.posix.isAbsolute(file)) return null
  try {
    const real = await realpath(path.join(root, file))
    if (!real.startsWith(root + path.sep)) return null
    const text = await readFile(real, 'utf8')
    return text.length > largestFile ? null : text
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
