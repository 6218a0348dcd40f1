/** The sides of a triangle. */
export const sides = 8
