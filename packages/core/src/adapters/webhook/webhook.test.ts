import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createNotifier, type Delivered, type NotifierOptions } from '../../notification/notifier.ts'
import type { Notice } from '../../notification/notice.ts'
import { createWebhook, type WebhookOptions } from './webhook.ts'

interface Received {
  readonly path: string
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

type Answer = (request: Received, response: ServerResponse, count: number) => void

async function server(answer: Answer): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = []
  const listening = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { path: request.url ?? '', body: Buffer.concat(chunks).toString(), headers: request.headers }
      received.push(one)
      answer(one, response, received.length)
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => {
    listening.closeAllConnections()
    listening.close(() => resolve())
  }))
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/hook`, received }
}

const notice = (changes: Partial<Notice> = {}): Notice => ({ kind: 'alert', sequence: 7, at: '2026-01-01T00:00:00.000Z', severity: 'critical', text: 'something', run: null, proposal: 'abc', ...changes })
const quick: Omit<NotifierOptions, 'channels'> = { firstWait: 5, longestWait: 20, timeout: 100, patience: 2000 }

async function tell(url: string, { notices = [notice()], webhook = {}, limits = {} }: { readonly notices?: readonly Notice[]; readonly webhook?: Partial<WebhookOptions>; readonly limits?: Partial<NotifierOptions> } = {}): Promise<readonly Delivered[]> {
  const channel = createWebhook({ url, form: 'json', secret: null, on: ['alert', 'order'], target: 'mine', clock: () => new Date(1_000_000), ...webhook })
  const notifier = createNotifier({ channels: [channel], ...quick, ...limits })
  for (const one of notices) notifier.tell(one)
  return notifier.close()
}

const ok: Answer = (_request, response) => void response.writeHead(204).end()

describe('a webhook', () => {
  it('gets one signed document, which whoever holds the secret can check', async () => {
    const { url, received } = await server(ok)
    expect(await tell(url, { webhook: { secret: 'known to both' } })).toMatchObject([{ outcome: 'delivered', attempts: 1, status: 204, about: 'alert', sequence: 7, host: new URL(url).host }])
    const { body, headers } = received[0] as Received
    expect(JSON.parse(body)).toEqual({ version: 1, id: headers['x-ratchet-delivery'], target: 'mine', ...notice() })
    expect(headers['x-ratchet-signature']).toBe(`t=1000,v1=${createHmac('sha256', 'known to both').update(`1000.${body}`).digest('hex')}`)
  })

  it('of the form of Slack gets a text in which nothing can become a link or a mention', async () => {
    const { url, received } = await server(ok)
    await tell(url, { webhook: { form: 'slack' }, notices: [notice({ kind: 'order', text: 'stop by <!channel> & <https://evil.example|you>' })] })
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ text: '\u{1F6D1} mine: order: stop by &lt;!channel&gt; &amp; &lt;https://evil.example|you&gt;' })
  })

  it('is not told what it did not ask for', async () => {
    const { url, received } = await server(ok)
    expect(await tell(url, { webhook: { on: ['order'] } })).toEqual([])
    expect(received).toEqual([])
  })

  it('that fails at first is tried again, with the same id, and no more than three times', async () => {
    const { url, received } = await server((_request, response, count) => void response.writeHead(count < 3 ? 500 : 200).end())
    expect(await tell(url)).toMatchObject([{ outcome: 'delivered', attempts: 3, status: 200 }])
    expect(new Set(received.map(({ headers }) => headers['x-ratchet-delivery'])).size).toBe(1)
    const broken = await server((_request, response) => void response.writeHead(503).end())
    expect(await tell(broken.url)).toMatchObject([{ outcome: 'failed', attempts: 3, status: 503 }])
    expect(broken.received).toHaveLength(3)
  })

  it('that refuses for good is not tried again', async () => {
    const { url, received } = await server((_request, response) => void response.writeHead(400).end())
    expect(await tell(url)).toMatchObject([{ outcome: 'failed', attempts: 1, status: 400 }])
    expect(received).toHaveLength(1)
  })

  it('that asks for patience gets a little, never an hour', async () => {
    const { url } = await server((_request, response, count) => void response.writeHead(count === 1 ? 429 : 200, { 'retry-after': '3600' }).end())
    const before = performance.now()
    expect(await tell(url)).toMatchObject([{ outcome: 'delivered', attempts: 2 }])
    expect(performance.now() - before).toBeLessThan(1500)
  })

  it('that sends elsewhere is not followed, on this host or another', async () => {
    const other = await server(ok)
    for (const location of [other.url, '/elsewhere']) {
      const { url, received } = await server((_request, response) => void response.writeHead(307, { location }).end())
      expect(await tell(url)).toMatchObject([{ outcome: 'failed', attempts: 1, status: 307 }])
      expect(received.map(({ path }) => path)).toEqual(['/hook'])
    }
    expect(other.received).toEqual([])
  })

  it('that never answers, or does not listen, delays nothing for longer than was agreed', async () => {
    const { url } = await server(() => undefined)
    const before = performance.now()
    expect(await tell(url, { limits: { timeout: 60_000, patience: 150 } })).toMatchObject([{ outcome: 'failed', status: null }])
    expect(await tell(url, { notices: [notice(), notice({ sequence: 8 })] })).toMatchObject([{ outcome: 'failed', attempts: 3 }, { outcome: 'failed', attempts: 3 }])
    expect(await tell('http://127.0.0.1:9/hook')).toMatchObject([{ outcome: 'failed', attempts: 3, status: null }])
    expect(performance.now() - before).toBeLessThan(3000)
  })

  it('is not flooded', async () => {
    const { url, received } = await server(ok)
    expect(await tell(url, { notices: Array.from({ length: 200 }, (_, sequence) => notice({ sequence })), limits: { most: 5 } })).toHaveLength(5)
    expect(received).toHaveLength(5)
  })
})
