/** The most that the clocks of two processes of one hub are taken to differ: what another one dated so far ahead may be of now. */
export const processClockSlackMs = 60_000;
