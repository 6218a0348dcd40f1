/** The sides of a rectangle. */
export const sides = 9
