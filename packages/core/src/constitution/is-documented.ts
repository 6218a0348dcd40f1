import { addedText, type ChangedFile } from '../screening/changed-file.ts'

const documents = /\.(?:md|mdx|rst|adoc)$|(?:^|\/)docs?\//i

const exported: readonly (readonly [RegExp, RegExp])[] = [
  [/\.[cm]?[jt]sx?$/i, /^export\s+(?:default\s+)?(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|class|const|let|var|interface|type|enum)\s+([A-Za-z_$][\w$]*)/],
  [/\.pyi?$/i, /^(?:async\s+)?(?:def|class)\s+([A-Za-z]\w*)/],
  [/\.(?:h|hh|hpp|hxx)$/i, /^(?:template\s*<[^>]*>\s*)?(?:inline\s+|static\s+|constexpr\s+)*(?:class|struct|[\w:<>&*]+)\s+([A-Za-z]\w*)\s*[({:;]/],
]

/** Names that a file's text exports by a declaration at the start of a line. */
export function exportedNames(path: string, text: string | null): readonly string[] {
  const declaration = exported.find(([ending]) => ending.test(path))?.[1]
  if (declaration === undefined || text === null) return []
  return text.split('\n').flatMap((line) => declaration.exec(line)?.[1] ?? [])
}

/** Whether every name that a change newly exports has a comment of its own, or the change brings documentation. Nothing new to document counts as documented. */
export function isDocumented(files: readonly ChangedFile[]): boolean {
  if (files.some(({ path, addedLines }) => documents.test(path) && addedLines.size > 0)) return true
  return files.every((file) => {
    const declaration = exported.find(([ending]) => ending.test(file.path))?.[1]
    if (declaration === undefined || file.after === null || file.isProtected) return true
    const lines = file.after.split('\n')
    const known = new Set(file.before?.match(/[A-Za-z_$][\w$]*/g) ?? [])
    return addedText(file).every(({ number, text }) => {
      const name = declaration.exec(text)?.[1]
      if (name === undefined || known.has(name)) return true
      return /^\s*(?:\*\/|\/\/|\/\*|#|.*\*\/\s*$)/.test(lines[number - 2] ?? '') || /^\s*[rRuUbB]?(?:"""|''')/.test(lines[number] ?? '')
    })
  })
}
