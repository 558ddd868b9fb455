/**
 * Where a launcher on the same machine asks an agent whether it lives. The name is in Linux's abstract namespace (unix(7)): no file, of
 * this container alone, and out of reach for guests, who can fill the portal's port.
 */
export const probeSocket = (httpPort: number): string => `\0karibu-agent-${httpPort}`;
