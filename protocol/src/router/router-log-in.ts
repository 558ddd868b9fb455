/**
 * Staff at a site's router (Winbox, SSH, WebFig, API): what hub, agent and the router's scripts agree on. A person makes a router password at
 * the hub; it lives for minutes, at one site, under a name that is made for it alone.
 */

/** What the person may do at the router, least first. */
export const routerLogInLevels = ["read", "write", "full"] as const;
export type RouterLogInLevel = (typeof routerLogInLevels)[number];

/** The router's own user groups (`/user/group`), made by its script. `full` is made by it too: the one that RouterOS ships may have been changed. */
export const routerLogInGroups: Readonly<Record<RouterLogInLevel, string>> = {
  read: "karibu-staff-read",
  write: "karibu-staff-write",
  full: "karibu-staff-full",
};
/** What RouterOS takes where RADIUS names no group: it may do nothing at all, not even log in. */
export const noRightsGroup = "karibu-staff-none";

/** Our row of `/radius` for log-ins carries it as its realm: RouterOS repeats it in each request of that row (Mikrotik-Realm). A guest may type one where `split-user-domain` is on: a request that speaks of a guest opens nothing by it. */
export const routerLogInRealm = "karibu-staff";

export const routerLogInLifeMs = 15 * 60_000;
/** After so many wrong passwords under its name a router password opens nothing any more. */
export const wrongPasswordsMax = 5;

const namePrefix = "staff-";
/** No look-alikes and no vowels: it is read out and typed, and spells nothing. */
const letters = "bcdfghjkmnpqrstvwxz23456789";
const nameLetters = 8;
const passwordLetters = 20;

/** No voucher's code has a hyphen at that place together with these letters, and the agent refuses a name that an account has. */
export const routerLogInNamePattern = new RegExp(`^${namePrefix}[${letters}]{${nameLetters}}$`);
/** Asked of each accounting packet: most names are told by their beginning. */
export const isRouterLogInName = (name: string): boolean =>
  name.startsWith(namePrefix) && routerLogInNamePattern.test(name);

/** A name and a password of some 95 bits of chance. `bytes` gives so many random octets. */
export function drawRouterLogIn(bytes: (count: number) => Uint8Array): {
  readonly name: string;
  readonly password: string;
} {
  return { name: `${namePrefix}${draw(bytes, nameLetters)}`, password: draw(bytes, passwordLetters) };
}

/** Each letter is as likely as any other: octets beyond the last whole round of letters are drawn again. */
function draw(bytes: (count: number) => Uint8Array, count: number): string {
  const fair = 256 - (256 % letters.length);
  let drawn = "";
  while (drawn.length < count)
    for (const octet of bytes(count))
      if (octet < fair && drawn.length < count) drawn += letters[octet % letters.length];
  return drawn;
}
