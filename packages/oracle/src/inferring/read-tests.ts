import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { LanguageName } from '../spec.ts'

export interface TestText {
  readonly path: string
  readonly text: string
}

const skipped = new Set(['node_modules', '.git', 'dist', 'build', 'coverage', '__pycache__', '.venv', 'venv', '.ratchet'])
const maxFiles = 300
const maxBytes = 300_000
const maxDepth = 8

const testFiles: Readonly<Record<'script' | 'python' | 'cpp', RegExp>> = {
  script: /(?:^|\/)(?:tests?|__tests__|specs?|bench(?:marks?)?|examples?)\/.*\.[cm]?[jt]sx?$|(?:^|[./_-])(?:test|spec|bench)s?[./_-]?[^/]*\.[cm]?[jt]sx?$/i,
  python: /(?:^|\/)(?:tests?|examples?)\/.*\.py$|(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/i,
  cpp: /(?:^|\/)(?:tests?|unittests?|examples?)\/.*\.(?:c|cc|cpp|cxx|hpp|h)$|(?:^|[/_-])(?:test|unittest)[^/]*\.(?:c|cc|cpp|cxx)$/i,
}

/** Test files and examples of a tree, and the code blocks of its README, that mention the function or its module. */
export async function readTests(directory: string, language: LanguageName, mentions: readonly string[]): Promise<readonly TestText[]> {
  const pattern = testFiles[language === 'python' || language === 'cpp' ? language : 'script']
  const files = (await filesBelow(directory, '', maxDepth)).filter((file) => pattern.test(file)).slice(0, maxFiles)
  const texts: TestText[] = []
  for (const file of files) {
    const full = path.join(directory, file)
    if ((await stat(full)).size > maxBytes) continue
    const text = await readFile(full, 'utf8')
    if (mentions.some((word) => text.includes(word))) texts.push({ path: file, text })
  }
  return [...texts, ...(await readmeBlocks(directory, language))]
}

async function filesBelow(directory: string, below: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return []
  const entries = await readdir(path.join(directory, below), { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (skipped.has(entry.name)) continue
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    // A link could lead out of the tree, or around in it.
    if (entry.isDirectory()) found.push(...(await filesBelow(directory, name, depth - 1)))
    else if (entry.isFile()) found.push(name)
  }
  return found
}

const fences: Readonly<Record<'script' | 'python' | 'cpp', { readonly words: RegExp; readonly file: string }>> = {
  script: { words: /^(?:js|javascript|ts|typescript|mjs)$/i, file: 'readme.ts' },
  python: { words: /^(?:py|python|pycon)$/i, file: 'readme.py' },
  cpp: { words: /^(?:c|cpp|c\+\+|cc)$/i, file: 'readme.cpp' },
}

async function readmeBlocks(directory: string, language: LanguageName): Promise<readonly TestText[]> {
  const { words, file } = fences[language === 'python' || language === 'cpp' ? language : 'script']
  const name = (await readdir(directory)).find((entry) => /^readme\.(?:md|markdown)$/i.test(entry))
  if (name === undefined) return []
  const text = await readFile(path.join(directory, name), 'utf8')
  return [...text.matchAll(/^```(\w+)[^\n]*\n([^]*?)^```/gm)].flatMap((match) => (words.test(match[1] ?? '') ? [{ path: file, text: match[2] ?? '' }] : []))
}
