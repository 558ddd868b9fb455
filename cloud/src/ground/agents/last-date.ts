/** The last day that JavaScript and our tables write alike. What a site dates later is dated by a clock that is broken, or by somebody who wants to break lists and files. */
export const lastDateMs = Date.UTC(9999, 11, 31);
/** Who sells without an end may write ten thousand years for it. It is a date all the same: JavaScript's go a little further. */
export const lastEndMs = 8_600_000_000_000_000;
