/** The site's vouchers, by number. */
export const codeOf = (number: number): string => String(7_000_000_000 + number * 7919);
