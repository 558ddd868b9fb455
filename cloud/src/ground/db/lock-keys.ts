/**
 * Advisory locks that all hub processes share. Any numbers, each for one thing: two things under one number would wait for each
 * other. Locks of a tenant's things are hashes of their names, and stand where they are taken.
 */
export const lockKeys = {
  migrations: 4_771_001,
  tunnel: 4_771_002,
  hosts: 4_771_003,
  firstAdmin: 4_771_004,
  releases: 4_771_008,
} as const;
