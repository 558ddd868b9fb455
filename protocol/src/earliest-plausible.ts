/** No correct clock shows a date before this software existed. */
export const earliestPlausibleMs = Date.UTC(2025, 0, 1);
