/**
 * Numbers that are counted up, and at which customers pay. A restored database would give those of after its back-up out again, and money that is paid
 * at one would be a stranger's. So each counter goes on behind all that can have been given out meanwhile.
 */
export const lostNumbersMax = 10_000;
