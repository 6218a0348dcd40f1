import type { SgNode } from '@ast-grep/napi'
import { isFunction, upwards } from './nodes.ts'

/** A function that by its name compares secrets: how long it takes must not tell where they differ. */
export function isSteadyInTime(name: string): boolean {
  return /compare|equal|constant_?time|timing|token|secret|password|digest|signature|hmac/i.test(name)
}

/** Within such a function. */
export function mustTakeAsLong(node: SgNode): boolean {
  const around = [...upwards(node)].filter(isFunction)
  return around.some((made) => isSteadyInTime((made.field('name') ?? made.parent()?.field('name') ?? made.parent()?.field('left') ?? made.parent()?.field('key'))?.text() ?? ''))
}
