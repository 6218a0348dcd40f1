/** Findings of the constitution's own rules carry this before the rule's id. */
export const rulePrefix = 'constitution:'
