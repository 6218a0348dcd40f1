/** Proposers of a run, as the journal names them: `genetic+llm`. */
export const proposerSeparator = '+'

/** How runs name an agent that improves itself. */
export const selfName = 'self'
