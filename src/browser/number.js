/*
 * number - what is asked of numbers everywhere.
 */
export const { max, min } = Math;
