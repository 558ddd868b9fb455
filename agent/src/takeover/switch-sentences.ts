/** What the switch says to a router, for `switch.ts` and for the check against the command trees. Pure. */

/** Settings of a hotspot's server profile that the switch changes, and what they become. */
export const wantedSettings: Readonly<Record<string, string>> = {
  "use-radius": "yes",
  "radius-accounting": "yes",
  "radius-interim-update": "received",
};
const settings = Object.keys(wantedSettings);

export const radiusSentence = ["/radius/print", "=.proplist=service,disabled"] as const;
export const serversSentence = ["/ip/hotspot/print", "=.proplist=name,profile,disabled"] as const;
export const serverProfilesSentence = [
  "/ip/hotspot/profile/print",
  `=.proplist=.id,name,${settings.join(",")}`,
] as const;
export const sessionsInsideSentence = ["/ip/hotspot/active/print", "=.proplist=.id,radius"] as const;
/** Users of RADIUS have this profile. */
export const defaultProfileSentence = [
  "/ip/hotspot/user/profile/print",
  "=.proplist=.id,name,on-login",
  "?name=default",
] as const;

export const setServerProfile = (id: string, values: Readonly<Record<string, string>>): string[] => [
  "/ip/hotspot/profile/set",
  `=.id=${id}`,
  ...Object.entries(values).map(([name, value]) => `=${name}=${value}`),
];

export const setScript = (id: string, script: string): string[] => [
  "/ip/hotspot/user/profile/set",
  `=.id=${id}`,
  `=on-login=${script}`,
];

/** All of them. */
export const switchSentences = (id: string, script: string): readonly (readonly string[])[] => [
  radiusSentence,
  serversSentence,
  serverProfilesSentence,
  sessionsInsideSentence,
  defaultProfileSentence,
  setServerProfile(id, wantedSettings),
  setScript(id, script),
  setScript(id, ""),
];
