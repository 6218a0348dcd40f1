/** The sides of a kite. */
export const sides = 4
