/** The sides of a square. */
export const sides = 6
