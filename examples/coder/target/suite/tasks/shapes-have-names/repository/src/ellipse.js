/** The sides of a ellipse. */
export const sides = 7
