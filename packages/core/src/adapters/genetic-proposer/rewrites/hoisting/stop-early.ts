import type { ScriptOperator } from '../../edit-operator.ts'
import { breakSites } from './break-after-flag.ts'
import { firstHitSites } from './first-hit.ts'
import { createInvariance } from './invariance.ts'

/**
 * Stops a search at its first hit: a loop that does nothing but set a name to a constant when a condition holds gets a `break`; `list.filter(f).length > 0` becomes
 * `list.some(f)`, and `list.filter(f)[0]` becomes `list.find(f)`. Precondition: what is left out changes nothing and cannot throw (`x.id === 1` could, for an element
 * without properties), nobody looks at the loop's variables afterwards, and for `find` the callback refuses undefined, because `filter` skips holes. A list that
 * may be something else is looked at when the program runs. A loop over what may be an iterator is left only where it turns out to be an array. Out of sight: getters, proxies, values that refuse conversion.
 */
export const stopEarly: ScriptOperator = {
  name: 'stop-early',
  kind: 'rewrite',
  sites: (source) => {
    const invariance = createInvariance(source)
    return [...breakSites(source, invariance), ...firstHitSites(source, invariance)]
  },
}
