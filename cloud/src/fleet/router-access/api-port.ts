/** RouterOS' own port of its API. */
export const apiPort = 8728;

/** Ports below are other services: nobody's API is there, and a test of one would be a port scan. */
export const apiPortMin = 1024;
export const apiPortMax = 65_535;

export const isApiPort = (port: number): boolean => Number.isInteger(port) && port >= apiPortMin && port <= apiPortMax;
