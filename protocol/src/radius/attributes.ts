/**
 * The table of attributes: all that RouterOS sends or accepts, those of the RFCs that a NAS may add, and those of other vendors that a dialect writes.
 *
 * To add one   a row here and its bytes in `codec.test.ts`; of a new vendor its number in `vendors` too. To use one:
 *              `writer.put(attributes.name, value)` in a reply (`limits-reply.ts`, or a vendor's dialect), or a field that `log-in-request.ts` or `accounting-request.ts` reads.
 * Kinds        `text` UTF-8 · `bytes` opaque · `u32` · `address` IPv4 · `address6` IPv6 · `prefix6` RFC 3162 §2.3 ·
 *              `interface6` 8 bytes · `time` seconds since 1970 · `hidden` User-Password's cipher (RFC 2865 §5.2) ·
 *              `salted` RFC 2548 §2.4.2. `octets` fixes the length of a `bytes` value.
 */
export type AttributeKind =
  | "text"
  | "bytes"
  | "u32"
  | "address"
  | "address6"
  | "prefix6"
  | "interface6"
  | "time"
  | "hidden"
  | "salted";

export interface AttributeRow {
  readonly type: number;
  /** Private enterprise number (RFC 2865 §5.26); absent for the standard's own. */
  readonly vendor?: number;
  readonly kind: AttributeKind;
  readonly unit?: "s" | "B" | "2^32 B" | "packets" | "bps" | "kbps";
  /** Exact length of the value, where `kind` does not say. */
  readonly octets?: number;
  /** A value over 253 octets travels as several attributes in a row, which the reader joins. */
  readonly joined?: true;
  /** A long value is written as several attributes. What arrives is not joined: each may be another server's (RFC 2865 §5.25). */
  readonly split?: true;
  readonly source: string;
}

/** The plain value of an attribute, by its kind. A text in a `bytes` attribute is UTF-8. */
export type ValueOf<Row extends AttributeRow> = Row["kind"] extends "u32" | "time"
  ? number
  : Row["kind"] extends "text" | "address" | "address6" | "prefix6"
    ? string
    : Row["kind"] extends "bytes"
      ? Uint8Array | string
      : Uint8Array;

export const vendors = {
  microsoft: 311,
  ascend: 529,
  redback: 2352,
  wispr: 14122,
  chilliSpot: 14559,
  mikrotik: 14988,
} as const;

const mikrotik = { vendor: vendors.mikrotik, source: "MikroTik manual, RADIUS" } as const;
/** Of the Wi-Fi Alliance. */
const wispr = { vendor: vendors.wispr, source: "WISPr 1.0" } as const;
/** Of CoovaChilli. */
const chilliSpot = { vendor: vendors.chilliSpot, source: "radius_chillispot.h" } as const;
const microsoft = vendors.microsoft;
const ascend = { vendor: vendors.ascend, source: "Ascend dictionary" } as const;

export const attributes = {
  userName: { type: 1, kind: "text", source: "RFC 2865 §5.1" },
  userPassword: { type: 2, kind: "hidden", source: "RFC 2865 §5.2" },
  chapPassword: { type: 3, kind: "bytes", octets: 17, source: "RFC 2865 §5.3" },
  nasIpAddress: { type: 4, kind: "address", source: "RFC 2865 §5.4" },
  nasPort: { type: 5, kind: "u32", source: "RFC 2865 §5.5" },
  serviceType: { type: 6, kind: "u32", source: "RFC 2865 §5.6" },
  framedProtocol: { type: 7, kind: "u32", source: "RFC 2865 §5.7" },
  framedIpAddress: { type: 8, kind: "address", source: "RFC 2865 §5.8" },
  framedIpNetmask: { type: 9, kind: "address", source: "RFC 2865 §5.9" },
  framedRouting: { type: 10, kind: "u32", source: "RFC 2865 §5.10" },
  filterId: { type: 11, kind: "text", source: "RFC 2865 §5.11" },
  framedMtu: { type: 12, kind: "u32", unit: "B", source: "RFC 2865 §5.12" },
  framedCompression: { type: 13, kind: "u32", source: "RFC 2865 §5.13" },
  loginIpHost: { type: 14, kind: "address", source: "RFC 2865 §5.14" },
  loginService: { type: 15, kind: "u32", source: "RFC 2865 §5.15" },
  loginTcpPort: { type: 16, kind: "u32", source: "RFC 2865 §5.16" },
  replyMessage: { type: 18, kind: "text", joined: true, source: "RFC 2865 §5.18" },
  callbackNumber: { type: 19, kind: "text", source: "RFC 2865 §5.19" },
  callbackId: { type: 20, kind: "text", source: "RFC 2865 §5.20" },
  framedRoute: { type: 22, kind: "text", source: "RFC 2865 §5.22" },
  framedIpxNetwork: { type: 23, kind: "address", source: "RFC 2865 §5.23" },
  state: { type: 24, kind: "bytes", source: "RFC 2865 §5.24" },
  class: { type: 25, kind: "bytes", split: true, source: "RFC 2865 §5.25" },
  sessionTimeout: { type: 27, kind: "u32", unit: "s", source: "RFC 2865 §5.27" },
  idleTimeout: { type: 28, kind: "u32", unit: "s", source: "RFC 2865 §5.28" },
  terminationAction: { type: 29, kind: "u32", source: "RFC 2865 §5.29" },
  calledStationId: { type: 30, kind: "text", source: "RFC 2865 §5.30" },
  callingStationId: { type: 31, kind: "text", source: "RFC 2865 §5.31" },
  nasIdentifier: { type: 32, kind: "text", source: "RFC 2865 §5.32" },
  proxyState: { type: 33, kind: "bytes", source: "RFC 2865 §5.33" },
  loginLatService: { type: 34, kind: "text", source: "RFC 2865 §5.34" },
  loginLatNode: { type: 35, kind: "text", source: "RFC 2865 §5.35" },
  loginLatGroup: { type: 36, kind: "bytes", octets: 32, source: "RFC 2865 §5.36" },
  framedAppletalkLink: { type: 37, kind: "u32", source: "RFC 2865 §5.37" },
  framedAppletalkNetwork: { type: 38, kind: "u32", source: "RFC 2865 §5.38" },
  framedAppletalkZone: { type: 39, kind: "text", source: "RFC 2865 §5.39" },
  acctStatusType: { type: 40, kind: "u32", source: "RFC 2866 §5.1" },
  acctDelayTime: { type: 41, kind: "u32", unit: "s", source: "RFC 2866 §5.2" },
  acctInputOctets: { type: 42, kind: "u32", unit: "B", source: "RFC 2866 §5.3" },
  acctOutputOctets: { type: 43, kind: "u32", unit: "B", source: "RFC 2866 §5.4" },
  acctSessionId: { type: 44, kind: "text", source: "RFC 2866 §5.5" },
  acctAuthentic: { type: 45, kind: "u32", source: "RFC 2866 §5.6" },
  acctSessionTime: { type: 46, kind: "u32", unit: "s", source: "RFC 2866 §5.7" },
  acctInputPackets: { type: 47, kind: "u32", unit: "packets", source: "RFC 2866 §5.8" },
  acctOutputPackets: { type: 48, kind: "u32", unit: "packets", source: "RFC 2866 §5.9" },
  acctTerminateCause: { type: 49, kind: "u32", source: "RFC 2866 §5.10" },
  acctMultiSessionId: { type: 50, kind: "text", source: "RFC 2866 §5.11" },
  acctLinkCount: { type: 51, kind: "u32", source: "RFC 2866 §5.12" },
  acctInputGigawords: { type: 52, kind: "u32", unit: "2^32 B", source: "RFC 2869 §5.1" },
  acctOutputGigawords: { type: 53, kind: "u32", unit: "2^32 B", source: "RFC 2869 §5.2" },
  eventTimestamp: { type: 55, kind: "time", unit: "s", source: "RFC 2869 §5.3" },
  chapChallenge: { type: 60, kind: "bytes", source: "RFC 2865 §5.40" },
  nasPortType: { type: 61, kind: "u32", source: "RFC 2865 §5.41" },
  portLimit: { type: 62, kind: "u32", source: "RFC 2865 §5.42" },
  loginLatPort: { type: 63, kind: "text", source: "RFC 2865 §5.43" },
  arapPassword: { type: 70, kind: "bytes", octets: 16, source: "RFC 2869 §5.4" },
  arapFeatures: { type: 71, kind: "bytes", octets: 14, source: "RFC 2869 §5.5" },
  arapZoneAccess: { type: 72, kind: "u32", source: "RFC 2869 §5.6" },
  arapSecurity: { type: 73, kind: "u32", source: "RFC 2869 §5.7" },
  arapSecurityData: { type: 74, kind: "bytes", source: "RFC 2869 §5.8" },
  passwordRetry: { type: 75, kind: "u32", source: "RFC 2869 §5.9" },
  prompt: { type: 76, kind: "u32", source: "RFC 2869 §5.10" },
  connectInfo: { type: 77, kind: "text", source: "RFC 2869 §5.11" },
  configurationToken: { type: 78, kind: "bytes", source: "RFC 2869 §5.12" },
  eapMessage: { type: 79, kind: "bytes", joined: true, source: "RFC 2869 §5.13" },
  messageAuthenticator: { type: 80, kind: "bytes", octets: 16, source: "RFC 2869 §5.14" },
  arapChallengeResponse: { type: 84, kind: "bytes", octets: 8, source: "RFC 2869 §5.15" },
  acctInterimInterval: { type: 85, kind: "u32", unit: "s", source: "RFC 2869 §5.16" },
  nasPortId: { type: 87, kind: "text", source: "RFC 2869 §5.17" },
  framedPool: { type: 88, kind: "text", source: "RFC 2869 §5.18" },
  nasIpv6Address: { type: 95, kind: "address6", source: "RFC 3162 §2.1" },
  framedInterfaceId: { type: 96, kind: "interface6", source: "RFC 3162 §2.2" },
  framedIpv6Prefix: { type: 97, kind: "prefix6", source: "RFC 3162 §2.3" },
  framedIpv6Route: { type: 99, kind: "text", source: "RFC 3162 §2.5" },
  framedIpv6Pool: { type: 100, kind: "text", source: "RFC 3162 §2.6" },
  errorCause: { type: 101, kind: "u32", source: "RFC 5176 §3.5" },
  delegatedIpv6Prefix: { type: 123, kind: "prefix6", source: "RFC 4818 §3" },
  delegatedIpv6PrefixPool: { type: 171, kind: "text", source: "RFC 6911 §3.4" },

  mikrotikRecvLimit: { ...mikrotik, type: 1, kind: "u32", unit: "B" },
  mikrotikXmitLimit: { ...mikrotik, type: 2, kind: "u32", unit: "B" },
  mikrotikGroup: { ...mikrotik, type: 3, kind: "text" },
  mikrotikWirelessForward: { ...mikrotik, type: 4, kind: "u32" },
  mikrotikWirelessSkipDot1x: { ...mikrotik, type: 5, kind: "u32" },
  mikrotikWirelessEncAlgo: { ...mikrotik, type: 6, kind: "u32" },
  mikrotikWirelessEncKey: { ...mikrotik, type: 7, kind: "text" },
  /** `rx[/tx] …` from the router's side: upload first. */
  mikrotikRateLimit: { ...mikrotik, type: 8, kind: "text" },
  mikrotikRealm: { ...mikrotik, type: 9, kind: "text" },
  mikrotikHostIp: { ...mikrotik, type: 10, kind: "address" },
  mikrotikMarkId: { ...mikrotik, type: 11, kind: "text" },
  mikrotikAdvertiseUrl: { ...mikrotik, type: 12, kind: "text" },
  mikrotikAdvertiseInterval: { ...mikrotik, type: 13, kind: "u32", unit: "s" },
  mikrotikRecvLimitGigawords: { ...mikrotik, type: 14, kind: "u32", unit: "2^32 B" },
  mikrotikXmitLimitGigawords: { ...mikrotik, type: 15, kind: "u32", unit: "2^32 B" },
  mikrotikWirelessPsk: { ...mikrotik, type: 16, kind: "text" },
  mikrotikTotalLimit: { ...mikrotik, type: 17, kind: "u32", unit: "B" },
  mikrotikTotalLimitGigawords: { ...mikrotik, type: 18, kind: "u32", unit: "2^32 B" },
  mikrotikAddressList: { ...mikrotik, type: 19, kind: "text" },
  mikrotikWirelessMpkey: { ...mikrotik, type: 20, kind: "text" },
  mikrotikWirelessComment: { ...mikrotik, type: 21, kind: "text" },
  mikrotikDelegatedIpv6Pool: { ...mikrotik, type: 22, kind: "text" },
  mikrotikDhcpOptionSet: { ...mikrotik, type: 23, kind: "text" },
  mikrotikDhcpOptionParamStr1: { ...mikrotik, type: 24, kind: "text" },
  mikrotikDhcpOptionParamStr2: { ...mikrotik, type: 25, kind: "text" },
  mikrotikWirelessVlanid: { ...mikrotik, type: 26, kind: "u32" },
  mikrotikWirelessVlanidType: { ...mikrotik, type: 27, kind: "u32" },
  mikrotikWirelessMinsignal: { ...mikrotik, type: 28, kind: "text" },
  mikrotikWirelessMaxsignal: { ...mikrotik, type: 29, kind: "text" },
  mikrotikSwitchingFilter: { ...mikrotik, type: 30, kind: "text" },

  wisprLocationId: { ...wispr, type: 1, kind: "text" },
  wisprLocationName: { ...wispr, type: 2, kind: "text" },
  wisprLogoffUrl: { ...wispr, type: 3, kind: "text" },
  wisprRedirectionUrl: { ...wispr, type: 4, kind: "text" },
  wisprBandwidthMinUp: { ...wispr, type: 5, kind: "u32", unit: "bps" },
  wisprBandwidthMinDown: { ...wispr, type: 6, kind: "u32", unit: "bps" },
  wisprBandwidthMaxUp: { ...wispr, type: 7, kind: "u32", unit: "bps" },
  wisprBandwidthMaxDown: { ...wispr, type: 8, kind: "u32", unit: "bps" },
  wisprSessionTerminateTime: { ...wispr, type: 9, kind: "text" },
  wisprSessionTerminateEndOfDay: { ...wispr, type: 10, kind: "u32" },
  wisprBillingClassOfService: { ...wispr, type: 11, kind: "text" },

  chilliSpotMaxInputOctets: { ...chilliSpot, type: 1, kind: "u32", unit: "B" },
  chilliSpotMaxOutputOctets: { ...chilliSpot, type: 2, kind: "u32", unit: "B" },
  chilliSpotMaxTotalOctets: { ...chilliSpot, type: 3, kind: "u32", unit: "B" },
  chilliSpotBandwidthMaxUp: { ...chilliSpot, type: 4, kind: "u32", unit: "kbps" },
  chilliSpotBandwidthMaxDown: { ...chilliSpot, type: 5, kind: "u32", unit: "kbps" },
  chilliSpotMaxInputGigawords: { ...chilliSpot, type: 21, kind: "u32", unit: "2^32 B" },
  chilliSpotMaxOutputGigawords: { ...chilliSpot, type: 22, kind: "u32", unit: "2^32 B" },
  chilliSpotMaxTotalGigawords: { ...chilliSpot, type: 23, kind: "u32", unit: "2^32 B" },

  msChapResponse: { vendor: microsoft, type: 1, kind: "bytes", octets: 50, source: "RFC 2548 §2.1.3" },
  msChapError: { vendor: microsoft, type: 2, kind: "bytes", source: "RFC 2548 §2.1.5" },
  msMppeEncryptionPolicy: { vendor: microsoft, type: 7, kind: "u32", source: "RFC 2548 §2.4.4" },
  msMppeEncryptionTypes: { vendor: microsoft, type: 8, kind: "u32", source: "RFC 2548 §2.4.5" },
  msChapDomain: { vendor: microsoft, type: 10, kind: "bytes", source: "RFC 2548 §2.1.6" },
  msChapChallenge: { vendor: microsoft, type: 11, kind: "bytes", source: "RFC 2548 §2.1.2" },
  msChapMppeKeys: { vendor: microsoft, type: 12, kind: "bytes", octets: 32, source: "RFC 2548 §2.4.1" },
  msMppeSendKey: { vendor: microsoft, type: 16, kind: "salted", source: "RFC 2548 §2.4.2" },
  msMppeRecvKey: { vendor: microsoft, type: 17, kind: "salted", source: "RFC 2548 §2.4.3" },
  msChap2Response: { vendor: microsoft, type: 25, kind: "bytes", octets: 50, source: "RFC 2548 §2.3.2" },
  msChap2Success: { vendor: microsoft, type: 26, kind: "bytes", octets: 43, source: "RFC 2548 §2.3.3" },
  msPrimaryDnsServer: { vendor: microsoft, type: 28, kind: "address", source: "RFC 2548 §2.7.1" },
  msSecondaryDnsServer: { vendor: microsoft, type: 29, kind: "address", source: "RFC 2548 §2.7.2" },

  ascendClientGateway: { ...ascend, type: 132, kind: "address" },
  ascendDataRate: { ...ascend, type: 197, kind: "u32", unit: "bps" },
  ascendXmitRate: { ...ascend, type: 255, kind: "u32", unit: "bps" },

  redbackAgentRemoteId: { vendor: vendors.redback, type: 96, kind: "text", source: "Redback dictionary" },
  redbackAgentCircuitId: { vendor: vendors.redback, type: 97, kind: "text", source: "Redback dictionary" },
} as const satisfies Record<string, AttributeRow>;

export type AttributeName = keyof typeof attributes;

/** Seconds (68 years). Some RouterOS versions read a time-out as a signed number. */
export const timeoutSecondsMax = 0x7fffffff;
