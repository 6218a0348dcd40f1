import { z } from 'zod'
import { priceSchema } from '../model/model-price.ts'
import { isPrivateAddress } from './private-address.ts'
import { duration } from './quantity.ts'

/** Providers by the form of their interface; the named ones have an address and the name of a key by default. */
export const modelProviders = ['openai', 'anthropic', 'google', 'openrouter', 'openai-compatible', 'ollama', 'vllm', 'llama.cpp', 'tabbyapi', 'lm-studio'] as const
export type ModelProviderName = (typeof modelProviders)[number]

interface Defaults {
  readonly url?: string
  readonly key?: string
  /** Usually runs on the user's own machine: costs nothing there unless a price is written. */
  readonly isOwn: boolean
}

const defaults: Readonly<Record<ModelProviderName, Defaults>> = {
  openai: { url: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY', isOwn: false },
  anthropic: { url: 'https://api.anthropic.com/v1', key: 'ANTHROPIC_API_KEY', isOwn: false },
  google: { url: 'https://generativelanguage.googleapis.com/v1beta', key: 'GEMINI_API_KEY', isOwn: false },
  openrouter: { url: 'https://openrouter.ai/api/v1', key: 'OPENROUTER_API_KEY', isOwn: false },
  'openai-compatible': { isOwn: false },
  ollama: { url: 'http://127.0.0.1:11434/v1', isOwn: true },
  vllm: { url: 'http://127.0.0.1:8000/v1', isOwn: true },
  'llama.cpp': { url: 'http://127.0.0.1:8080/v1', isOwn: true },
  tabbyapi: { url: 'http://127.0.0.1:5000/v1', key: 'TABBY_API_KEY', isOwn: true },
  'lm-studio': { url: 'http://127.0.0.1:1234/v1', isOwn: true },
}

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,59}$/, 'the name of a model starts with a letter and holds letters, digits and . _ -')

const url = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), { error: 'an endpoint is an address with http or https', params: { fix: 'write for instance http://127.0.0.1:11434/v1' } })
  .refine((value) => !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === ''), { error: 'an address must not hold a password', params: { fix: 'name the environment variable with the key under `key`' } })
  .meta({ examples: ['http://127.0.0.1:11434/v1'] })

const endpointSchema = z
  .strictObject({
    provider: z.enum(modelProviders).describe('Whose interface the endpoint has.').meta({ examples: ['ollama'] }),
    model: z.string().trim().min(1, 'name the model').max(200).describe('The model as the provider calls it.').meta({ examples: ['qwen3-coder'] }),
    url: url.optional().describe('Address of the endpoint; default: that of the provider.'),
    key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'key is the name of an environment variable, never the key itself').optional().describe('Name of the environment variable that holds the key, never the key itself.').meta({ examples: ['OPENAI_API_KEY'] }),
    price: priceSchema.optional().describe('Dollars for a million tokens; default: as the price list says, and nothing for ollama, vllm, llama.cpp, tabbyapi and lm-studio at localhost or a private address without `key`.'),
    maxOutputTokens: z.int().min(16).max(1_000_000).default(8192).describe('Longest reply. What a call may cost at most follows from it.'),
    contextTokens: z.int().min(1_000).max(10_000_000).default(32_000).describe('How much the prompt of a proposal may hold, about.'),
    temperature: z.tuple([z.number().min(0).max(2), z.number().min(0).max(2)]).optional().describe('Lowest and highest temperature that is drawn; without it the provider decides.').meta({ examples: [[0.2, 1]] }),
    formats: z.array(z.enum(['search-replace', 'unified-diff', 'whole-file', 'tools'])).min(1, 'name at least one form').default(['search-replace']).describe('Forms in which edits are asked for; of several, one is drawn for each proposal.'),
    timeout: duration.prefault('10m').describe('Longest time for one reply, for instance 10m.'),
    stall: duration.prefault('2m').describe('Longest silence before or within a reply, for instance 2m.'),
    stream: z.boolean().default(true).describe('Whether replies are streamed; without it silence cannot be told from work.'),
  })
  .refine(({ provider, url: own }) => own !== undefined || defaults[provider].url !== undefined, { error: '`provider: openai-compatible` needs `url`', path: ['url'], params: { fix: 'write the address, for instance http://127.0.0.1:8000/v1' } })
  .transform((endpoint) => {
    const { url: usual = '', key: usualKey, isOwn: isUsuallyOwn } = defaults[endpoint.provider]
    // The same server is also let by the hour and by the token: behind another's address, or a key of its own, it has a price.
    const isOwn = isUsuallyOwn && (endpoint.url === undefined || isOwnHost(endpoint.url)) && endpoint.key === undefined
    const key = endpoint.key ?? (endpoint.url === undefined ? usualKey : undefined)
    return { ...endpoint, url: endpoint.url ?? usual, isOwn, ...(key === undefined ? {} : { key }) }
  })

function isOwnHost(address: string): boolean {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host.endsWith('.localhost') || isPrivateAddress(host)
}

const limits = {
  usd: z.number().positive().max(1_000_000).optional().describe('Dollars.'),
  tokens: z.int().min(1).optional().describe('Tokens, sent and received together.'),
  calls: z.int().min(1).optional().describe('Calls.'),
}

export const modelsSchema = z
  .strictObject({
    use: z.record(name, endpointSchema).refine((used) => Object.keys(used).length > 0, 'name at least one model').describe('The models that may be asked, under names of your own.').meta({ examples: [{ local: { provider: 'ollama', model: 'qwen3-coder' } }] }),
    localOnly: z.boolean().default(false).describe('Refuse every host that is not this machine or a private network, by the address that it resolves to.'),
    budget: z.strictObject({ ...limits, perProposal: z.strictObject(limits).prefault({}).describe('The same for one proposal.') }).prefault({}).describe('What a run may spend at most. Room for the worst case is kept before each call.'),
    attempts: z.int().min(1).max(10).default(4).describe('Tries of one call where the provider is busy or fails.'),
    propose: z.array(name).optional().describe('Models that make proposals; default: all.'),
    judge: name.optional().describe('The model that answers rules of the constitution with `judge`; default: the first.'),
    prompts: z.string().min(1).max(500).refine((value) => !value.startsWith('/') && !value.split('/').includes('..'), 'a path is relative to the repository and must not contain ..').optional().describe('Folder in the repository with prompt templates that replace those of Ratchet.').meta({ examples: ['prompts'] }),
  })
  .superRefine(({ use, propose, judge }, context) => {
    for (const named of [...(propose ?? []), ...(judge === undefined ? [] : [judge])]) {
      if (!Object.hasOwn(use, named)) context.addIssue({ code: 'custom', message: `no model is called ${JSON.stringify(named)}`, path: ['use'], params: { fix: `name it under models.use, where there are ${Object.keys(use).join(', ')}` } })
    }
  })

export type ModelsConfig = z.output<typeof modelsSchema>
export type ModelEndpoint = ModelsConfig['use'][string]
