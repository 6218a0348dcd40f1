import type { SgNode } from '@ast-grep/napi'

const texts = new WeakMap<SgNode, string>()

/** The whole text of a tree: handed over once, and not once for each rule that asks. */
export function rootText(root: SgNode): string {
  const text = texts.get(root) ?? root.text()
  texts.set(root, text)
  return text
}
