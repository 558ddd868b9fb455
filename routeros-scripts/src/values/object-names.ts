/** Names that several sections share. */
export const interfaces = {
  agentVeth: "karibu-veth",
  agentBridge: "karibu-agent",
  guestBridge: "karibu-guest",
  tunnel: "karibu-hub",
} as const;

/** RFC 1918: where guests must not go. */
export const privateList = "karibu-private";
export const hotspotFolder = "karibu-hotspot";
export const optionName = "karibu-captive-api";
/** One list each of a container's environment and mounts. */
export const containerList = "karibu-agent";
