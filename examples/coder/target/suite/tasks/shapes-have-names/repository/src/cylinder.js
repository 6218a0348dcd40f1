/** The sides of a cylinder. */
export const sides = 8
