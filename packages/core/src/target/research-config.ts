import { z } from 'zod'

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,59}$/, 'the name of a source starts with a letter and holds letters, digits and . _ -')
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'key is the name of an environment variable, never the key itself')
const address = z
  .string()
  .max(2000)
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).username === '' && new URL(value).password === '', { error: 'an address has http or https, and no password in it', params: { fix: 'write for instance http://127.0.0.1:8888' } })
const folder = z
  .string()
  .min(1)
  .max(500)
  .refine((value) => !value.startsWith('/') && !value.split('/').includes('..') && !value.includes('\0'), { error: 'a folder is relative to the repository and must not contain ..', params: { fix: 'write it from the root of the repository, for instance docs/notes' } })

const sourceSchema = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('tavily'),
    url: address.default('https://api.tavily.com').describe('Address of the interface.'),
    key: variable.default('TAVILY_API_KEY').describe('Name of the environment variable that holds the key.'),
  }),
  z.strictObject({
    provider: z.literal('searxng'),
    url: address.describe('Address of the instance; it must allow the format json.').meta({ examples: ['http://127.0.0.1:8888'] }),
    key: variable.optional().describe('Name of the environment variable with a token for it, where it wants one (sent as a bearer token).'),
  }),
  z.strictObject({
    provider: z.literal('documents'),
    folder: folder.describe('Folder of the repository with texts (md, mdx, txt, rst, adoc, org), read as they are in the baseline. Nothing leaves the machine.').meta({ examples: ['docs/notes'] }),
  }),
])

export const researchSchema = z.strictObject({
  use: z.record(name, sourceSchema).refine((used) => Object.keys(used).length > 0, 'name at least one source').describe('Where is searched, under names of your own.').meta({ examples: [{ notes: { provider: 'documents', folder: 'docs/notes' } }] }),
  topics: z.array(z.string().trim().min(2).max(200)).max(10).default([]).describe('Questions in your own words, asked once in every run.'),
  names: z.boolean().default(true).describe('Whether functions that take the time, and numbers of complaints, are asked about: words of their names then go to the sources.'),
  searches: z.int().min(1).max(1_000).default(20).describe('How many searches a run makes at most.'),
  findings: z.int().min(1).max(10).default(3).describe('How many findings a prompt holds at most.'),
  localOnly: z.boolean().optional().describe('Refuse every host that is not this machine or a private network; default: as `models.localOnly`.'),
})

export type ResearchConfig = z.output<typeof researchSchema>
export type ResearchSourceConfig = ResearchConfig['use'][string]
