/** The sides of a circle. */
export const sides = 6
