import { fileURLToPath } from 'node:url'
import type { Launch } from '../sandbox/sandbox.ts'

const place = '/opt/ratchet/agent'
const port = 8011
export const bridgeOrigin = `http://127.0.0.1:${port}`
/** What an agent shows as its key; the door's own token stands in for it on the way. */
export const noKey = 'held-by-ratchet'

/**
 * What lets an agent that only knows TCP ask its model: a small server on the loopback of the sandbox, in which there is nobody else, that hands every request on to the door. The variables are the ones that the clients of
 * OpenAI, Anthropic and Google, and what is built on them, look at; the keys in them are none. Needs `node` on PATH inside.
 */
export function throughBridge(command: string): Pick<Launch, 'command' | 'mounts' | 'environment'> & { readonly loopback: boolean } {
  return {
    command: `exec node ${place}/bridge.cjs ${port} '${command.replaceAll("'", `'\\''`)}'`,
    mounts: [{ source: fileURLToPath(new URL('inside', import.meta.url)), target: place }],
    loopback: true,
    environment: {
      RATCHET_MODEL_URL: bridgeOrigin,
      OPENAI_BASE_URL: `${bridgeOrigin}/v1`, OPENAI_API_BASE: `${bridgeOrigin}/v1`, OPENAI_API_KEY: noKey,
      ANTHROPIC_BASE_URL: bridgeOrigin, ANTHROPIC_API_KEY: noKey,
      GOOGLE_GEMINI_BASE_URL: bridgeOrigin, GEMINI_API_KEY: noKey, GOOGLE_API_KEY: noKey,
      // Nothing else is reached, and what goes to the loopback must not be sent to a proxy.
      NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost',
    },
  }
}
