import type { JournalEvent } from '../journal/event.ts'
import type { IntendedCall } from '../model/model-call.ts'
import type { EndedCapability, GrantedCapability } from './capability-event.ts'

export interface WrongCapability {
  readonly ok: false
  readonly brokenAt: number
  readonly problem: 'capability'
  readonly detail: string
}

interface Standing {
  readonly granted: GrantedCapability
  readonly calls: Set<string>
}

/**
 * Holds every call that an agent made against what it was granted: the grant came before it and had not been taken back, was for models, for that run and for that agent, and for as many calls. From the first call of a run that names
 * its grant on, every call of an agent in it does: older journals name none. Whether a token had expired is looked at when it is shown, and not here: a clock that is set is no forgery.
 */
export class CapabilityCheck {
  readonly #standing = new Map<string, Standing>()
  readonly #ended = new Set<string>()
  readonly #namingRuns = new Set<string>()

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): WrongCapability | null {
    const detail = this.#problem(event)
    return detail === null ? null : { ok: false, brokenAt: event.sequence, problem: 'capability', detail }
  }

  #problem(event: JournalEvent): string | null {
    switch (event.kind) {
      case 'capability-granted':
        return this.#grant(event.body)
      case 'capability-ended':
        return this.#end(event.body)
      case 'model-call-intended':
        return this.#use(event.body)
      default:
        return null
    }
  }

  #grant(granted: GrantedCapability): string | null {
    const { capability } = granted
    if (this.#standing.has(capability) || this.#ended.has(capability)) return `capability ${capability} was granted twice`
    this.#standing.set(capability, { granted, calls: new Set() })
    return null
  }

  #end({ capability, run, outcome, used }: EndedCapability): string | null {
    const standing = this.#standing.get(capability)
    if (standing === undefined) return `capability ${capability} ended ${this.#ended.has(capability) ? 'twice' : 'and was never granted'}`
    this.#standing.delete(capability)
    this.#ended.add(capability)
    const { granted, calls } = standing
    if (granted.run !== run) return `capability ${capability} was granted in another run than it ended in`
    if ((outcome === 'lost') !== (used === null)) return `capability ${capability} is ${outcome}, and ${used === null ? 'does not say' : 'says'} what was used of it`
    if (used === null) return null
    const over = (['requests', 'bytesIn', 'bytesOut'] as const).find((what) => !(used[what] >= 0 && used[what] <= granted.budget[what]))
    if (over !== undefined) return `capability ${capability} was used for ${used[over]} ${over}, and granted for ${granted.budget[over]}`
    return calls.size > used.requests ? `capability ${capability} was used for ${used.requests} requests, and ${calls.size} calls name it` : null
  }

  #use({ call, run, purpose, capability, granted: allowance }: IntendedCall): string | null {
    if (capability === undefined) return purpose === 'agent' && this.#namingRuns.has(run ?? '') ? `call ${call} of an agent names no capability` : null
    this.#namingRuns.add(run ?? '')
    const standing = this.#standing.get(capability)
    if (standing === undefined) return `call ${call} was made under capability ${capability}, which ${this.#ended.has(capability) ? 'had ended' : 'was never granted'}`
    const { granted, calls } = standing
    if (!granted.scopes.includes('model')) return `call ${call} was made under capability ${capability}, which is not for models`
    if (granted.run !== null && granted.run !== run) return `call ${call} was made under capability ${capability}, which is another run's`
    if (granted.to !== null && !isOf(granted.to, allowance?.to)) return `call ${call} was made under capability ${capability}, which was granted to ${granted.to}`
    calls.add(call)
    return calls.size > granted.budget.requests ? `${calls.size} calls were made under capability ${capability}, which is for ${granted.budget.requests} requests` : null
  }
}

/** It asks under its label, or with more after a blank: `agent step 12` is not of `agent step 1`. */
function isOf(label: string, to: string | undefined): boolean {
  return to === label || to?.startsWith(`${label} `) === true
}
