/**
 * What is other where the data folder lies on the board's own flash (a board without a USB port): it is small, and nobody can replace it. So
 * records that the hub has are kept for two days and not a week: longer than from one nightly back-up of the hub to the next, the state is written more often so that less journal is kept beside it, and what
 * only counts use waits longer in memory. What was promised or paid is synced before anybody hears of it, as always.
 */
export const internalFlash = {
  /** Interims wait so long in memory: this much counted use is lost with the power. */
  interimFlushSeconds: 300,
  /** 10,000 erasures of each block of 128 MB, each byte written 40 times: cautious, because no board's maker says more. */
  enduranceBytes: 32_000_000_000,
  /** Stays free for RouterOS: its configuration, and what a person needs to mend it. */
  reserveBytes: 4_000_000,
  journal: {
    /** How long the hub may be restored from an older back-up and still find all records here. */
    retainMs: 48 * 3600 * 1000,
    /** A snapshot of the state is due after so much journal. */
    replayBytesMax: 3 * 1024 * 1024,
  },
} as const;
