import path from 'node:path'
import type { Config, Journal, JournalEvent, JournalIndex, NotificationChannel, Notifier } from '@ratchet/core'
import { AlertFold } from '@ratchet/core/alert/alert-fold'
import { alertsOf } from '@ratchet/core/alert/alerts-of'
import { autonomyKinds } from '@ratchet/core/autonomy/breaker-signals'
import { Failure } from '@ratchet/core/failure/failure'
import { alertNotice, noticesOf } from '@ratchet/core/notification/notices-of'
import { createNotifier } from '@ratchet/core/notification/notifier'
import { automationRules } from '@ratchet/core/target/autonomy-config'
import { isWebhookAddress } from '@ratchet/core/target/notify-config'
import { createWebhook } from '@ratchet/core/adapters/webhook/webhook'
import type { Invocation } from './invocation.ts'

/** A journal of which somebody else hears what is written into it. */
export interface HeardJournal {
  readonly journal: Journal & JournalIndex
  /** Waits a bounded time for what is under way, and records what became of it. Never fails. */
  close(): Promise<void>
}

interface Place {
  readonly journal: Journal & JournalIndex
  readonly root: string
  /** Of HEAD, read when there is something to tell; null where there is none. */
  readonly config: () => Promise<Pick<Config, 'notify' | 'autonomy'> | null>
}

/** Tells webhooks what this command writes into the journal. Whatever goes wrong with that goes wrong beside the command. */
export function hearJournal(invocation: Invocation, { journal, root, config }: Place): HeardJournal {
  let failedFirst: number | null = null
  const known = new Set<string>()
  let notifier: Promise<Notifier | null> | null = null
  const open = (): Promise<Notifier | null> => (notifier ??= openNotifier(invocation, { root, config }))
  const hear = (event: JournalEvent): void => {
    if (event.kind === 'notification-settled') return
    if (mayOpenBreaker(event)) failedFirst ??= event.sequence
    const alerts = alertsOf(event).filter(({ kind, proposal }) => !known.has(`${kind} ${proposal ?? ''}`))
    for (const { kind, proposal } of alerts) known.add(`${kind} ${proposal ?? ''}`)
    const notices = [...noticesOf(event), ...alerts.map(alertNotice)]
    if (notices.length > 0) void open().then((opened) => notices.forEach((notice) => opened?.tell(notice)))
  }
  return {
    journal: withHearing(journal, hear),
    close: async () => {
      try {
        if (failedFirst !== null) await tellFailures({ journal, config, first: failedFirst, open })
        const settled = notifier === null ? [] : ((await (await notifier)?.close()) ?? [])
        if (settled.length > 0) await journal.append(settled.map((body) => ({ kind: 'notification-settled', body })))
        for (const { host, about } of settled.filter(({ outcome }) => outcome === 'failed')) invocation.console.note(`note: ${host} was not told of ${about}`)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        invocation.console.note(`note: what became of notifications was not recorded: ${error.message}`)
      }
    },
  }
}

/** Whether too much went wrong is seen from the whole journal; looked at once, and only where this command adds to it. */
async function tellFailures({ journal, config, first, open }: Pick<Place, 'journal' | 'config'> & { readonly first: number; readonly open: () => Promise<Notifier | null> }): Promise<void> {
  if ((await open()) === null) return
  const fold = new AlertFold(automationRules((await config()) ?? {}).breaker)
  for await (const event of journal.ofKinds(autonomyKinds)) fold.apply(event)
  for (const alert of fold.alerts) if (alert.kind === 'repeated-failures' && alert.sequence >= first) (await open())?.tell(alertNotice(alert))
}

function mayOpenBreaker(event: JournalEvent): boolean {
  if (event.kind === 'decision-made') return event.body.purpose === 'confirm' || alertsOf(event).length > 0
  return event.kind === 'reversion-settled' || event.kind === 'application-settled' || (event.kind === 'proposal-screened' && alertsOf(event).length > 0)
}

/** Null: nobody is to be told. */
async function openNotifier(invocation: Invocation, { root, config }: Pick<Place, 'root' | 'config'>): Promise<Notifier | null> {
  try {
    const channels = ((await config())?.notify ?? []).flatMap((one) => channelOf(invocation, one, path.basename(root)))
    return channels.length === 0 ? null : createNotifier({ channels })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    invocation.console.note(`note: nobody is notified: ${error.message}`)
    return null
  }
}

/** Neither an address nor a secret from the environment is ever shown. */
function channelOf({ console, environment, clock }: Invocation, { url, urlFrom, secretFrom, form, on }: NonNullable<Config['notify']>[number], target: string): readonly NotificationChannel[] {
  const address = url ?? environment[urlFrom ?? '']
  const secret = secretFrom === undefined ? null : environment[secretFrom]
  if (address === undefined || address === '' || secret === undefined || secret === '') {
    console.note(`note: nobody is notified by a webhook whose variable ${(address === undefined || address === '' ? urlFrom : secretFrom) ?? ''} is not set`)
    return []
  }
  if (!isWebhookAddress(address)) {
    console.note(`note: nobody is notified by the address in ${urlFrom ?? ''}: it is no https address without a password`)
    return []
  }
  return [createWebhook({ url: address, form, secret, on, target, clock })]
}

function withHearing(journal: Journal & JournalIndex, hear: (event: JournalEvent) => void): Journal & JournalIndex {
  return {
    append: async (events) => {
      const appended = await journal.append(events)
      for (const event of appended) hear(event)
      return appended
    },
    read: (after) => journal.read(after),
    head: () => journal.head(),
    ofRun: (run, after) => journal.ofRun(run, after),
    ofProposal: (proposal) => journal.ofProposal(proposal),
    ofKinds: (kinds) => journal.ofKinds(kinds),
    spending: () => journal.spending(),
    offers: (after) => journal.offers(after),
    ids: (what, prefix, limit) => journal.ids(what, prefix, limit),
    stored: (after) => journal.stored(after),
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
}
