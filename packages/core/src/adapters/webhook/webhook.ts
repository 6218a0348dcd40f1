import { createHmac } from 'node:crypto'
import type { Notice, NoticeKind } from '../../notification/notice.ts'
import type { Attempt, NotificationChannel } from '../../notification/notification-channel.ts'

export interface WebhookOptions {
  readonly url: string
  readonly form: 'json' | 'slack'
  /** Null: not signed. */
  readonly secret: string | null
  readonly on: readonly NoticeKind[]
  /** Name of the repository, for whoever watches several. */
  readonly target: string
  readonly clock: () => Date
}

const signs = { info: '', warning: '\u26a0 ', critical: '\u{1F6D1} ' } as const

/**
 * POSTs notices. `json`: one document with the header `X-Ratchet-Signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.BODY`, and `X-Ratchet-Delivery`, the same for every attempt. `slack`: a text, as incoming
 * webhooks of Slack take it (https://docs.slack.dev/messaging/formatting-message-text), signed in the same way where there is a secret. No redirect is followed, to this host or another: what is sent goes where it was
 * configured to, or nowhere. The answer is not read.
 */
export function createWebhook({ url, form, secret, on, target, clock }: WebhookOptions): NotificationChannel {
  const wanted: ReadonlySet<string> = new Set(on)
  return {
    host: new URL(url).host,
    wants: ({ kind }) => wanted.has(kind),
    attempt: async (notice, id, signal) => {
      const body = JSON.stringify(form === 'slack' ? { text: slackText(notice, target) } : { version: 1, id, target, ...notice })
      const seconds = Math.floor(clock().getTime() / 1000)
      const signature = secret === null ? {} : { 'x-ratchet-signature': `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}` }
      try {
        const response = await fetch(url, { method: 'POST', redirect: 'manual', body, signal, headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'ratchet', 'x-ratchet-delivery': id, ...signature } })
        await response.body?.cancel()
        return attemptOf(response)
      } catch (error) {
        // Refused, reset, no such host, out of time: fetch says all of it with a TypeError or the signal's reason.
        if (!(error instanceof Error)) throw error
        return { kind: 'failed', status: null, again: true }
      }
    },
  }
}

function attemptOf({ status, headers }: Response): Attempt {
  if (status >= 200 && status < 300) return { kind: 'delivered', status }
  const again = status === 408 || status === 425 || status === 429 || status >= 500
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return { kind: 'failed', status, again, ...(Number.isFinite(seconds) && seconds >= 0 ? { after: seconds * 1000 } : {}) }
}

/** `&`, `<` and `>` are Slack's control characters: nothing that is quoted may become a link or a mention. */
function slackText({ severity, text, kind }: Notice, target: string): string {
  return `${signs[severity]}${target}: ${kind}: ${text}`.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
