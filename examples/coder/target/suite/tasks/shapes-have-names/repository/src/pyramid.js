/** The sides of a pyramid. */
export const sides = 7
