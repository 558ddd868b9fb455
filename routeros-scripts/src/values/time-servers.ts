/** Time servers of a site that chose none. */
export const defaultTimeServers: readonly string[] = ["0.pool.ntp.org", "1.pool.ntp.org"];
