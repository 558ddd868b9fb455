/**
 * Advisory locks that all hub processes share. The numbers are arbitrary, but each belongs to one thing: otherwise two things
 * would wait for each other. Locks for a tenant's rows are hashes of names, and stand where they are taken.
 */
export const lockKeys = {
  migrations: 4_771_001,
  tunnel: 4_771_002,
  hosts: 4_771_003,
  firstAdmin: 4_771_004,
  releases: 4_771_008,
  parties: 4_771_009,
  backUps: 4_771_010,
  revocations: 4_771_011,
  restore: 4_771_012,
} as const;
