import { SandboxError, type Sandbox, type Tier } from '../../sandbox/sandbox.ts'
import { createBubblewrapSandbox } from '../bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { proveTier, testedSandbox } from './prove-tier.ts'

export interface TierOptions {
  /** Where programs are looked for, and the account of a cloud tier (`E2B_API_KEY`). Nothing of it gets inside. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executables shown first on PATH inside, by name. */
  readonly executables: Readonly<Record<string, string>>
  readonly toolchains: readonly string[]
  /** For what a tier prepares once: a guest's kernel and first file system. */
  readonly cacheDirectory: string
}

export interface ProvenTierOptions extends TierOptions {
  /** Where passed self-tests are written down, for all targets of a user. */
  readonly selfTestDirectory: string
  readonly clock: () => Date
}

/** Tiers of this machine, strongest first. A cloud is never chosen by itself: it costs money, and sends the target away. */
export const localTiers = ['microvm', 'gvisor', 'namespace', 'container', 'landlock'] as const satisfies readonly Tier[]

/** Opens just this tier. @throws SandboxError `sandbox-unavailable` where it is absent; nothing else is ever taken instead */
export async function openSandboxTier(tier: Tier, options: TierOptions, signal: AbortSignal): Promise<Sandbox> {
  // Tiers that are rarely asked for are loaded when they are.
  switch (tier) {
    case 'namespace':
      return createBubblewrapSandbox(options)
    case 'gvisor':
      return (await import('../gvisor-sandbox/gvisor-sandbox.ts')).createGvisorSandbox(options)
    case 'container':
      return (await import('../container-sandbox/container-sandbox.ts')).createContainerSandbox(options)
    case 'landlock':
      return (await import('../landlock-sandbox/landlock-sandbox.ts')).createLandlockSandbox(options)
    case 'microvm': {
      const kernel = options.environment['RATCHET_GUEST_KERNEL']
      const { createMicrovmSandbox } = await import('../microvm-sandbox/microvm-sandbox.ts')
      return createMicrovmSandbox({ ...options, ...(kernel === undefined ? {} : { kernel }) }, signal)
    }
    case 'e2b':
      return openCloud(options)
  }
}

/**
 * Opens just this tier, and only if it has passed its self-test here: tiers are started by programs of many versions, which may start and still not do what an evaluation needs.
 *
 * @throws SandboxError `sandbox-unavailable`, naming the check that failed
 */
export async function openProvenTier(tier: Tier, options: ProvenTierOptions, signal: AbortSignal): Promise<Sandbox> {
  await using opened = new AsyncDisposableStack()
  const how = { directory: options.selfTestDirectory, environment: options.environment, clock: options.clock }
  const sandbox = opened.use(await openSandboxTier(tier, options, signal))
  if (options.toolchains.length === 0) {
    const proven = await proveTier(sandbox, how, signal)
    opened.move()
    return proven
  }
  // What the user shows on purpose, perhaps in a home directory, is no leak: the tier is tried without it.
  await using plain = await openSandboxTier(tier, { ...options, toolchains: [] }, signal)
  const { selfTest } = await proveTier(plain, how, signal)
  opened.move()
  return selfTest === undefined ? sandbox : testedSandbox(sandbox, selfTest)
}

async function openCloud({ environment }: TierOptions): Promise<Sandbox> {
  const { E2B_API_KEY: key, E2B_TEMPLATE: template, E2B_DOMAIN: domain } = environment
  if (key === undefined || key === '') throw new SandboxError('sandbox-unavailable', 'tier e2b needs an account: E2B_API_KEY is not set', { remedy: 'Set E2B_API_KEY, or choose another tier.' })
  const { createE2bSandbox } = await import('../e2b-sandbox/e2b-sandbox.ts')
  return createE2bSandbox({
    baseUrl: environment['E2B_API_URL'] ?? `https://api.${domain ?? 'e2b.app'}`,
    apiKey: async () => key,
    ...(domain === undefined ? {} : { domain }),
    ...(template === undefined ? {} : { template }),
  })
}

/** Opens the strongest tier of this machine that passes its own self-test. Which one it was is the sandbox's `tier`, and goes into every evaluation. */
export async function openStrongestTier(options: ProvenTierOptions, signal: AbortSignal): Promise<Sandbox> {
  const refusals: string[] = []
  for (const tier of localTiers) {
    const tried = await tryTier(tier, options, signal)
    if ('sandbox' in tried) return tried.sandbox
    refusals.push(`${tier}: ${tried.refusal}`)
    signal.throwIfAborted()
  }
  throw new SandboxError('sandbox-unavailable', `no tier of isolation works on this machine: ${refusals.join('; ')}`, { remedy: 'Run `ratchet doctor --fix`.' })
}

async function tryTier(tier: Tier, options: ProvenTierOptions, signal: AbortSignal): Promise<{ readonly sandbox: Sandbox } | { readonly refusal: string }> {
  try {
    return { sandbox: await openProvenTier(tier, options, signal) }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { refusal: error.message }
  }
}
