/** Every limit of the agent, in one place. */
export interface Settings {
  /** Replies of the model that are used. */
  readonly steps: number
  /** Tokens of all replies and requests together, as the model counts them. */
  readonly tokens: number
  readonly timeMs: number
  /** Tokens that one reply may have. */
  readonly replyTokens: number
  /** Characters of all messages together: beyond it, results of tools are forgotten, oldest first. */
  readonly conversationCharacters: number
  /** Tool calls of one reply that are carried out. */
  readonly callsPerReply: number
}

export const settings: Settings = {
  steps: 20,
  tokens: 2_000_000,
  timeMs: 15 * 60_000,
  replyTokens: 2048,
  conversationCharacters: 400_000,
  callsPerReply: 16,
}
