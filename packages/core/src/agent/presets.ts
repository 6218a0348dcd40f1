import type { AgentPresetName } from '../target/agents-config.ts'
import { bridgeOrigin, noKey } from './bridge.ts'

/** How a coding agent that others made is run without anybody at the keyboard. */
export interface AgentPreset {
  /** Null: whatever the command starts. */
  readonly program: string | null
  /** Null where the configuration has to name one. */
  readonly command: string | null
  readonly environment: (model: string) => Readonly<Record<string, string>>
  /** Whether it reaches its model over TCP. */
  readonly bridge: boolean
}

/** The statement as one argument; it is far shorter than an argument may be. */
const statement = '"$(cat "$RATCHET_STATEMENT")"'

/**
 * The sandbox is Ratchet's: inside it an agent may do what it likes without asking, and its own sandbox, which would need rights that it has not, is off. Everything that calls home is off as well: it would only wait for a
 * network that is not there. Nobody's name or settings are inside, only those of the repository.
 */
export function presetOf(name: AgentPresetName): AgentPreset {
  switch (name) {
    case 'generic':
      return { program: null, command: null, environment: () => ({}), bridge: false }
    case 'claude':
      return { program: 'claude', bridge: true, command: `claude --print --output-format text --dangerously-skip-permissions --model "$RATCHET_MODEL" ${statement}`, environment: claude }
    case 'codex':
      return { program: 'codex', bridge: true, command: codex, environment: () => ({ TMPDIR: codexScratch }) }
    case 'aider':
      return { program: 'aider', bridge: true, command: aider, environment: () => ({}) }
    case 'gemini':
      return { program: 'gemini', bridge: true, command: gemini, environment: () => ({ GEMINI_TELEMETRY_ENABLED: 'false', GEMINI_SANDBOX: 'false', GEMINI_CLI_TRUST_WORKSPACE: 'true' }) }
    case 'opencode':
      return { program: 'opencode', bridge: true, command: 'opencode run --title ratchet --model "ratchet/$RATCHET_MODEL" < "$RATCHET_STATEMENT"', environment: opencode }
    case 'goose':
      return { program: 'goose', bridge: true, command: 'goose run --no-session --with-builtin developer --instructions "$RATCHET_STATEMENT"', environment: goose }
  }
}

/** Its small jobs go to the same model: there is no other. */
function claude(model: string): Readonly<Record<string, string>> {
  return {
    ANTHROPIC_MODEL: model, ANTHROPIC_SMALL_FAST_MODEL: model, ANTHROPIC_DEFAULT_OPUS_MODEL: model, ANTHROPIC_DEFAULT_SONNET_MODEL: model, ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    // A line before its system prompt that is meant for nobody here.
    CLAUDE_CODE_ATTRIBUTION_HEADER: '0',
    // Tools that are looked for before they can be called: only its maker's own endpoint knows how.
    ENABLE_TOOL_SEARCH: 'false',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1',
  }
}

const codexScratch = '/tmp/codex'
/** A provider of its own, so that no login is looked for. What is worth another try the gateway tries: after a kill Codex itself would ask, and pay, again for a reply that was lost. It makes `apply_patch` for its shell only where its home, which is below /tmp here, is not below what it holds to be the place for temporary files. No model that it knows has that name: to those it offers tools that only they can call. */
const codex = `mkdir -p ${codexScratch} && codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox --model "ratchet-$RATCHET_MODEL" \\
  -c 'model_provider="ratchet"' -c 'model_providers.ratchet={name="ratchet", base_url="${bridgeOrigin}/v1", env_key="OPENAI_API_KEY", wire_api="responses", request_max_retries=0, stream_max_retries=0}' ${statement}`

/** With an address of its model in the environment and nothing said of the key, it takes neither: so it is said in its settings. */
const gemini = `mkdir -p "$HOME/.gemini" && echo '${JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } }, general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false } })}' > "$HOME/.gemini/settings.json" && \\
gemini --approval-mode yolo --output-format text --model "$RATCHET_MODEL" --prompt ${statement}`

/** It sees of a repository what git tracks; this one is thrown away with everything else that is no file of the tree. */
const aider = `git init --quiet . && git add --all && git -c user.name=ratchet -c user.email=ratchet@localhost commit --quiet --message start && \\
aider --model "openai/$RATCHET_MODEL" --message-file "$RATCHET_STATEMENT" --yes-always --no-auto-commits --no-dirty-commits --no-gitignore --no-check-update --no-show-model-warnings --no-show-release-notes --no-analytics --no-pretty --no-stream --no-detect-urls --no-suggest-shell-commands \\
  --input-history-file /tmp/aider.input --chat-history-file /tmp/aider.chat`

function opencode(model: string): Readonly<Record<string, string>> {
  const provider = { npm: '@ai-sdk/openai-compatible', name: 'Ratchet', options: { baseURL: `${bridgeOrigin}/v1`, apiKey: noKey }, models: { [model]: { name: model } } }
  const config = { $schema: 'https://opencode.ai/config.json', provider: { ratchet: provider }, model: `ratchet/${model}`, small_model: `ratchet/${model}`, permission: { edit: 'allow', bash: 'allow', external_directory: 'allow', webfetch: 'deny', websearch: 'deny' }, autoupdate: false, share: 'disabled' }
  return { OPENCODE_CONFIG_CONTENT: JSON.stringify(config), OPENCODE_DISABLE_AUTOUPDATE: 'true', OPENCODE_DISABLE_MODELS_FETCH: 'true', OPENCODE_DISABLE_LSP_DOWNLOAD: 'true' }
}

function goose(model: string): Readonly<Record<string, string>> {
  return { GOOSE_PROVIDER: 'openai', GOOSE_MODEL: model, OPENAI_HOST: bridgeOrigin, OPENAI_BASE_PATH: 'v1/chat/completions', GOOSE_MODE: 'auto', GOOSE_DISABLE_KEYRING: '1', GOOSE_DISABLE_SESSION_NAMING: 'true', GOOSE_TELEMETRY_ENABLED: 'false' }
}
