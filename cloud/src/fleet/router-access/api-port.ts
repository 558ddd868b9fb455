/** RouterOS' own port of its API. */
export const apiPort = 8728;

/** Ports below 1024 are other services: nobody's API is there, and a test of one would be a port scan. */
export const isApiPort = (port: number): boolean => Number.isInteger(port) && port >= 1024 && port <= 65_535;
