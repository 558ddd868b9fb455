/** The last day that JavaScript and our tables write alike. What a site dates later is dated by a clock that is broken, or by somebody who wants to break lists and files. */
export const lastDateMs = Date.UTC(9999, 11, 31);
