/** What a takeover goes on with after a restart. Where none of these is, there is none. */
export const shadowFile = "shadow-run.json";
export const switchFile = "takeover.json";
