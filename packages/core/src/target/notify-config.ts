import { z } from 'zod'
import { noticeKinds } from '../notification/notice.ts'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable holds letters, digits and _')

const local = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a webhook may lie there: encrypted, or on this machine, and with no password in the address. */
export function isWebhookAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return (protocol === 'https:' || (protocol === 'http:' && local.has(hostname))) && username === '' && password === ''
}

const channel = z
  .strictObject({
    url: z.string().max(2000).refine(isWebhookAddress, 'a webhook is an https address without a password in it (http only on this machine)').optional().describe('Where to send to. Where the address is a secret itself, as with Slack, use urlFrom.').meta({ examples: ['https://example.com/ratchet'] }),
    urlFrom: variable.optional().describe('Name of the environment variable that holds the address.').meta({ examples: ['RATCHET_SLACK_URL'] }),
    form: z.enum(['json', 'slack']).default('json').describe('json: one signed document. slack: a text for an incoming webhook of Slack or whatever understands the same.'),
    secretFrom: variable.optional().describe('Name of the environment variable that holds the secret for the signature (HMAC-SHA256). Without the variable nothing is sent.').meta({ examples: ['RATCHET_WEBHOOK_SECRET'] }),
    on: z.array(z.enum(noticeKinds)).min(1, 'name at least one kind, or leave `on` out').default([...noticeKinds]).describe('What to send.'),
  })
  .refine(({ url, urlFrom }) => (url === undefined) !== (urlFrom === undefined), { error: 'a webhook has either `url` or `urlFrom`', path: ['url'], params: { fix: 'remove one of them' } })

export const notifySchema = z.array(channel).max(10, 'more than ten webhooks are more than anybody reads')

export type NotifyConfig = z.output<typeof notifySchema>
