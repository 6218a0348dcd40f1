import type { LanguageModelV4 } from '@ai-sdk/provider'
import { ModelError } from '../../model/model-error.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { ModelEndpoint } from '../../target/models-config.ts'
import { askLanguageModel } from './ask-language-model.ts'
import { createGuardedFetch } from './guarded-fetch.ts'

export interface OpenModelOptions {
  readonly endpoint: ModelEndpoint
  /** Null: the endpoint wants none. */
  readonly key: string | null
  readonly localOnly: boolean
}

/** A model behind the AI SDK's providers, which are loaded when the first one is asked. The key stays in here. */
export function openModel(options: OpenModelOptions): ModelProvider {
  let opened: Promise<LanguageModelV4> | null = null
  const { stall, timeout, stream } = options.endpoint
  return {
    ask: async (request, { signal, observe }) => {
      if (options.key === null && options.endpoint.key !== undefined) throw new ModelError('key-missing', `the environment variable ${options.endpoint.key} is not set`, { remedy: `Set ${options.endpoint.key} to the key of ${options.endpoint.provider}.` })
      opened ??= createLanguageModel(options)
      return askLanguageModel(await opened, request, { signal, stallMs: stall, timeoutMs: timeout, stream, ...(observe === undefined ? {} : { observe }) })
    },
  }
}

async function createLanguageModel({ endpoint, key, localOnly }: OpenModelOptions): Promise<LanguageModelV4> {
  const { provider, model, url } = endpoint
  const fetch = createGuardedFetch({ localOnly }) as typeof globalThis.fetch
  switch (provider) {
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic({ apiKey: key ?? '', baseURL: url, fetch })(model)
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle({ apiKey: key ?? '', baseURL: url, fetch })(model)
    }
    default: {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      // What OpenAI's newer models take only under its new name, and others only under the old one.
      const renamed = provider === 'openai' ? { transformRequestBody: ({ max_tokens: most, ...body }: Record<string, unknown>) => ({ ...body, ...(most === undefined ? {} : { max_completion_tokens: most }) }) } : {}
      return createOpenAICompatible({ name: provider, baseURL: url, includeUsage: true, fetch, ...renamed, ...(key === null ? {} : { apiKey: key }) })(model)
    }
  }
}
