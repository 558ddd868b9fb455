/** Apart from the call that has them: a page that needs the number alone loads no schemas. */

/** Of a watched log, at most so many topics are chosen. */
export const logTopicsMax = 20;
