/**
 * People's own ends of the hub's tunnel: they reach the router's WinBox port, and the hub forwards only what they opened
 * (`cloud/src/fleet/tunnel/forwarding.ts`).
 */
export const operatorNetwork = "10.90.0.0/16";

/** @see MikroTik manual, WinBox: TCP port */
export const winboxPort = 8291;
