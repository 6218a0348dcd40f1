import type { SgNode } from '@ast-grep/napi'
import { isNode, upwards } from '../../genetic-proposer/analysis/nodes.ts'
import type { Names } from '../names.ts'
import { mayChange, storedPlaces } from './stored-places.ts'

const levels = new Set(['object', 'pair', 'array'])
/** Of a package that is installed, not of Node, whose functions change what they are handed, nor of the target. */
const packaged = /^["'](?!node:)(?:@[\w.-]+\/)?[\w-][\w.-]*(?:\/[\w./-]+)?["']$/
/** Changes what it is handed, deep or not. */
const changing = /^(?:lodash|underscore|ramda|merge|deep|defaults|extend|assign|set|sinon|chai|vitest|jest|@jest|mock|test|proxyquire|rewire|util|process|vm|module|assert|timers|perf_hooks)/

/**
 * `new Schema({ at: { type: Date } })`: the clock as the name of a type, for a class of a package. Only in files that store to nothing deep, so that nothing comes back out of it.
 */
export function isTypeForPackage(found: SgNode, names: Names): boolean {
  if (found.text() !== 'Date' || found.parent()?.kind() !== 'pair' || mayChange(names.root) || storedPlaces(names.root).some((text) => /[.[][^.[]*[.[]/.test(text) || text.includes('('))) return false
  const holder = [...upwards(found)].find((around) => !levels.has(String(around.kind())))
  const made = holder?.kind() === 'arguments' ? holder.parent() : null
  const owner = made?.kind() === 'new_expression' ? made.field('constructor') : null
  const base = owner?.kind() === 'member_expression' ? owner.field('object') : owner
  if (base?.kind() !== 'identifier') return false
  const binding = names.resolve(base)
  if (binding?.kind !== 'import' || binding.writes.length > 0) return false
  const source = [...upwards(binding.declaration)].find((around) => around.kind() === 'import_statement')?.field('source')?.text() ?? ''
  return packaged.test(source) && !changing.test(source.slice(1)) && !isNode(base, binding.declaration)
}
