import type { CallRefusal, Gateway } from '../model/gateway.ts'

/**
 * Why a model did not answer an agent, through no fault of the agent's. `stop`: nothing that is asked in this run will be answered, because its budget is spent or its settings do not let anybody ask. `proposal`: what one proposal may spend is
 * spent. `passing`: the provider failed, or was too slow.
 */
export interface ModelTrouble {
  readonly kind: 'stop' | 'proposal' | 'passing'
  readonly reason: CallRefusal['reason']
  readonly detail: string
  /** All of it is read from a recording: nobody was asked now. */
  readonly isRecorded: boolean
}

/** Longer than this no caller waits that means to get an answer. In ms. */
const patientMs = 30_000

/**
 * A gateway for one launch that remembers what it did not answer. What an agent brings upon itself is none of it: a model that does not exist, a request that no provider takes, its own budget for the task, or hanging up at once; nor is what is known to have come to nothing before, since that is asked anew at once (`isRenewing`).
 */
export function watchedGateway(gateway: Gateway, now: () => number = () => performance.now()): { readonly gateway: Gateway; readonly trouble: () => ModelTrouble | null; readonly isGrantSpent: () => boolean } {
  const troubles: ModelTrouble[] = []
  let isGrantSpent = false
  return {
    gateway: {
      get models() {
        return gateway.models
      },
      get spent() {
        return gateway.spent
      },
      ask: async (call, options) => {
        const started = now()
        try {
          const answer = await gateway.ask(call, options)
          if (answer.kind === 'refused') {
            const kind = kindOf(answer)
            if (kind !== null && answer.isRecorded !== true) troubles.push({ kind, reason: answer.reason, detail: answer.detail, isRecorded: gateway.isReplay === true && answer.reason !== 'recording-missing' })
            isGrantSpent ||= answer.scope === 'grant'
          }
          return answer
        } catch (error) {
          if (now() - started >= patientMs) troubles.push({ kind: 'passing', reason: 'stalled', detail: 'a call was under way for so long that nobody waited for it any more', isRecorded: false })
          throw error
        }
      },
    },
    trouble: () => worst(troubles),
    isGrantSpent: () => isGrantSpent,
  }
}

function kindOf({ reason, scope }: CallRefusal): ModelTrouble['kind'] | null {
  switch (reason) {
    case 'unknown-model':
    case 'request-refused':
    case 'redacted':
      return null
    case 'budget':
      return scope === 'grant' ? null : scope === 'proposal' ? 'proposal' : 'stop'
    case 'overcharged':
    case 'key-missing':
    case 'host-refused':
    case 'price-unknown':
    case 'unauthorised':
    case 'template-invalid':
    case 'recording-missing':
      return 'stop'
    case 'lost':
    case 'unreachable':
    case 'rate-limited':
    case 'overloaded':
    case 'server-failed':
    case 'stalled':
    case 'timed-out':
    case 'cut-off':
    case 'bad-reply':
    case 'reply-too-large':
    case 'transcript-failed':
      return 'passing'
  }
}

function worst(troubles: readonly ModelTrouble[]): ModelTrouble | null {
  const order = ['stop', 'proposal', 'passing'] as const
  const found = order.map((kind) => troubles.find((trouble) => trouble.kind === kind)).find((trouble) => trouble !== undefined)
  return found === undefined ? null : { ...found, isRecorded: troubles.every(({ isRecorded }) => isRecorded) }
}
