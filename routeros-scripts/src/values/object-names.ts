/** Names of RouterOS objects that several sections use. */
export const interfaceNames = {
  agentVeth: "karibu-veth",
  agentBridge: "karibu-agent",
  guestBridge: "karibu-guest",
  tunnel: "karibu-hub",
} as const;

/** Address list with the private networks (RFC 1918), which guests can't reach. */
export const privateAddressList = "karibu-private";
/** Of IPv6: private networks by RFC 4193. */
export const privateAddressList6 = "karibu-private6";
/** Folder with the pages of the hotspot. */
export const hotspotFolder = "karibu-hotspot";
export const captiveApiOption = "karibu-captive-api";
/** The list in `/container/envs` and the list in `/container/mounts`. */
export const containerList = "karibu-agent";

/** Interfaces of customers who dialled in (PPPoE). */
export const subscriberList = "karibu-subscribers";
/** Addresses of customers who may reach nothing but the payment pages: the agent fills it. */
export const suspendedList = "karibu-suspended";
/** What a suspended customer reaches. */
export const paymentList = "karibu-payment";
/** Guests who may share their connection. */
export const mayShareList = "karibu-may-share";
/** RouterOS takes letters and digits alone in the name of a logging action. */
export const logActionName = "karibuRemote";
