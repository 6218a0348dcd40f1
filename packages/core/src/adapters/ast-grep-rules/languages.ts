import cpp from '@ast-grep/lang-cpp'
import python from '@ast-grep/lang-python'
import { Lang, parse, registerDynamicLanguage, type SgRoot } from '@ast-grep/napi'
import type { Language } from './code-rule.ts'

const endings: readonly (readonly [RegExp, Language])[] = [
  [/\.[cm]?jsx?$/i, 'javascript'],
  [/\.[cm]?ts$/i, 'typescript'],
  [/\.tsx$/i, 'tsx'],
  [/\.(?:pyw?|pyi|pyx|pxd)$/i, 'python'],
  [/\.(?:c|h|cc|cpp|cxx|c\+\+|hh|hpp|hxx|h\+\+|ipp|inl|tpp|tcc|cu|ino|m|mm)$/i, 'cpp'],
]

const interpreters: readonly (readonly [RegExp, Language])[] = [
  [/^#!.*\b(?:node|bun|deno)\b/, 'javascript'],
  [/^#!.*\bpython/, 'python'],
]

/** By the name; a file whose name says nothing may say in its first line what runs it. */
export function languageOf(path: string, text: string): Language | null {
  const byName = endings.find(([ending]) => ending.test(path))
  if (byName !== undefined) return byName[1]
  return interpreters.find(([line]) => line.test(text.slice(0, 200)))?.[1] ?? null
}

/** Gives the tree of a text; the same text has the same tree. */
export type Parse = (language: Language, text: string) => SgRoot

/** Parses; never fails on what a file holds. */
export function parseAs(language: Language, text: string): SgRoot {
  switch (language) {
    case 'javascript':
      return parse(Lang.JavaScript, text)
    case 'typescript':
      return parse(Lang.TypeScript, text)
    case 'tsx':
      return parse(Lang.Tsx, text)
    case 'python':
    case 'cpp':
      registerOnce()
      return parse(language, text)
  }
}

/** What every grammar calls a place that it can make no sense of: by its number there is no rule to be read for each tree. */
const errorKind = 0xffff
/** By tree: who makes a text and who judges it ask the same. */
const unread = new WeakMap<SgRoot, boolean>()

/** Whether there is a place that the grammar can make no sense of. */
export function hasErrors(tree: SgRoot): boolean {
  const known = unread.get(tree) ?? tree.root().find(errorKind) !== null
  unread.set(tree, known)
  return known
}

/** The registry belongs to the process, not to a module: so it is asked, and a second copy of this file finds it filled. */
function registerOnce(): void {
  try {
    parse('python', '')
    parse('cpp', '')
  } catch {
    registerDynamicLanguage({ python, cpp })
  }
}
