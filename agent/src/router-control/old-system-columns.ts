/**
 * What a takeover reads of the system that was here before: users, profiles, limits, dates. Passwords and scripts are read here at the site and told in other
 * words: whether a password is the name, none or one of its own, the NT hash of a line's, and the marks that Mikhmon writes at the head of its script.
 */
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import type { OldSystemView } from "@karibu/protocol/router/router-views";
import { menuOf, type ViewMenu } from "./view-menu.ts";

type Row = Readonly<Record<string, string>>;

/** RouterOS leaves a password out where the agent's user may not see it. */
const passwordIs = {
  columns: ["password"],
  tell: ({ name, password }: Row): Row => ({
    "password-is": password === undefined ? "hidden" : password === "" ? "none" : password === name ? "name" : "own",
  }),
};

/**
 * Of a line of PPPoE, where the agent's user may see it: the NT hash, by which the line logs in at Karibu with the password that its house has. The password itself
 * stays here.
 */
const passwordHash = {
  columns: ["password"],
  tell: ({ password }: Row): Row =>
    password === undefined || password === ""
      ? {}
      : {
          "password-nt": ntHashHex(password),
          ...([...password].length < shortPassword ? { "password-short": "true" } : {}),
        },
};
/** Shorter than one that Karibu sets. */
const shortPassword = 6;

/** `:put (",rem,2000,1d,2500,,Disable,");` and the old cuts of dates. @see laksa19/mikhmonv3 `hotspot/adduserprofile.php` */
const mikhmonMark = {
  columns: ["on-login"],
  tell: ({ "on-login": script = "" }: Row): Row => {
    const [, mark] = /^:put \("(,[^"]{0,200})"\)/.exec(script) ?? [];
    if (mark === undefined) return script === "" ? {} : { "on-login-is": "other" };
    const cutsOldDates = /pick \$\w*date 7 11|pick \$\w*date 0 3/i.test(script);
    return { "on-login-is": "mikhmon", "mikhmon-mark": mark, ...(cutsOldDates ? { "cuts-old-dates": "true" } : {}) };
  },
};

export const oldSystemMenus: Readonly<Record<OldSystemView, readonly ViewMenu[]>> = {
  "old-hotspot-users": [
    menuOf(
      "/ip/hotspot/user",
      ".id name profile server mac-address email limit-uptime limit-bytes-total limit-bytes-in limit-bytes-out uptime bytes-in bytes-out default dynamic disabled comment",
      true,
      passwordIs,
    ),
  ],
  "old-hotspot-profiles": [
    menuOf(
      "/ip/hotspot/user/profile",
      ".id name rate-limit shared-users session-timeout idle-timeout keepalive-timeout default",
      true,
      mikhmonMark,
    ),
  ],
  "old-ppp-secrets": [
    menuOf(
      "/ppp/secret",
      ".id name service profile caller-id remote-address routes disabled comment",
      true,
      passwordIs,
    ),
  ],
  "old-ppp-profiles": [
    menuOf("/ppp/profile", ".id name rate-limit session-timeout idle-timeout only-one remote-address default"),
  ],
  "old-ppp-passwords": [menuOf("/ppp/secret", ".id name", true, passwordHash)],
  "old-user-manager-users": [
    menuOf("/user-manager/user", ".id name group shared-users caller-id disabled comment", true, passwordIs),
  ],
  "old-user-manager-profiles": [
    menuOf("/user-manager/profile", ".id name name-for-users price validity starts-when override-shared-users"),
  ],
  "old-user-manager-limitations": [
    menuOf(
      "/user-manager/limitation",
      ".id name download-limit upload-limit transfer-limit uptime-limit rate-limit-rx rate-limit-tx",
    ),
  ],
  "old-user-manager-profile-limitations": [menuOf("/user-manager/profile-limitation", ".id profile limitation")],
  "old-user-manager-user-profiles": [menuOf("/user-manager/user-profile", ".id user profile state end-time")],
  // Whoever is read by them is told that they are not there: then nobody knows what was used.
  "old-user-manager-sessions": [
    { ...menuOf("/user-manager/session", "user started uptime download upload"), rowsMax: 20_000 },
  ],
};
