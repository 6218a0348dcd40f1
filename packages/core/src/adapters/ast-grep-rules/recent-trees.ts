import type { SgRoot } from '@ast-grep/napi'
import type { Language } from './code-rule.ts'
import { parseAs } from './languages.ts'

/** What a proposer has just made is screened next, and looked into once more when it becomes a parent: a few trees are enough. */
const kept = 16

/** Parses a text once for everybody who looks at it in turn. Keyed by the whole text: the memory can only save time, never change an answer. */
export class RecentTrees {
  readonly #trees = new Map<string, SgRoot>()

  parse(language: Language, text: string): SgRoot {
    const key = `${language}\0${text}`
    const tree = this.#trees.get(key) ?? parseAs(language, text)
    // Last used, last to go.
    this.#trees.delete(key)
    if (this.#trees.size >= kept) this.#trees.delete(this.#trees.keys().next().value as string)
    this.#trees.set(key, tree)
    return tree
  }
}
