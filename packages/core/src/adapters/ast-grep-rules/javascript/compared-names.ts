import type { SgNode } from '@ast-grep/napi'
import type { Names } from '../names.ts'

const asking = /^(?:===?|!==?|instanceof)$/

/** `const prototype = Object.getPrototypeOf(x)` whose name is only held against others: nothing is done to what it stands for. */
export function isOnlyCompared(found: SgNode, names: Names): boolean {
  const [name, value] = [found.field('name'), found.field('value')]
  if (found.kind() !== 'variable_declarator' || name?.kind() !== 'identifier' || value?.kind() !== 'call_expression') return false
  if (!/^(?:Object|Reflect)\.getPrototypeOf$/.test(value.field('function')?.text() ?? '')) return false
  const binding = names.isFrequent(name.text()) ? null : names.resolve(name)
  return binding !== null && ['const', 'let'].includes(binding.kind) && binding.writes.length === 0 && !isExported(found) && binding.uses.length > 0 && binding.uses.every((use) => use.parent()?.kind() === 'binary_expression' && asking.test(use.parent()?.field('operator')?.text() ?? ''))
}

function isExported(declarator: SgNode): boolean {
  return declarator.parent()?.parent()?.kind() === 'export_statement'
}
