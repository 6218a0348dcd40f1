import type { Strategy } from '../strategy.ts'

/** Independent proposals on the baseline; the best of them wins. */
export const bestOfNStrategy: Strategy = {
  name: 'best-of-n',
  selectParent: (archive) => archive.at(0),
}
