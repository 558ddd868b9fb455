/**
 * Staff log in to the router with a password that the hub makes for some minutes (TEN-13): the router asks the agent about names that it does not
 * know itself. Off at every site until somebody with the right to manage sites switches it on and imports the script: from then on who holds the
 * hub can make a password for this router.
 *
 * Attackers: a guest's code (the agent refuses it, by the realm of this row; and RADIUS without a group of ours gives `karibu-staff-none`, which may
 * do nothing, not even log in); who finds out the emergency account's password (only from the addresses that were chosen, which no script
 * guesses); who may set the router up and is no owner (a script for them has no password of that account: it leaves the one that is there, and adds
 * none); a person with `write` who changes a script of ours that has more rights (unproved whether RouterOS refuses; the drift watch sees it). The groups that RouterOS ships are not used: `read` may see secrets and reboot, and their owner may have changed them.
 */

import { noRightsGroup, routerLogInGroups, routerLogInRealm } from "@karibu/protocol/router/router-log-in";
import type { StaffLogInService } from "@karibu/protocol/router/router-services";
import { type Section, tagged } from "../steps/step.ts";
import type { AskedServer } from "./radius-client.ts";

const read = ["ssh", "winbox", "web", "api", "read", "test"];
const write = [...read, "write", "reboot", "sniff"];
const full = [...write, "ftp", "policy", "sensitive"];
const userAaa = "/user/aaa";

export interface StaffLogIn extends StaffLogInService {
  readonly asks: AskedServer;
  /** Null where no emergency account is wished, and in a script for who may not know it. */
  readonly emergencyPassword: string | null;
}

export function staffLogIn({ asks, emergencyAddresses, emergencyPassword }: StaffLogIn): Section {
  const group = (tag: string, name: string, policy: string[]) => tagged("/user/group", tag, { name, policy });
  return {
    title: "Staff log in to this router with passwords of some minutes",
    steps: [
      tagged(
        "/user/group",
        "staff-none",
        { name: noRightsGroup, policy: "" },
        // RouterOS keeps a group that is somebody's default. What was set before comes back afterwards.
        {
          beforeRemoval: [
            `:if ([${userAaa}/get default-group] = "${noRightsGroup}") do={ ${userAaa}/set use-radius=no default-group=read }`,
          ],
        },
      ),
      group("staff-read", routerLogInGroups.read, read),
      group("staff-write", routerLogInGroups.write, write),
      group("staff-full", routerLogInGroups.full, full),
      tagged(
        "/radius",
        "staff-radius",
        {
          service: "login",
          realm: routerLogInRealm,
          "authentication-port": 1812,
          "accounting-port": 1813,
          timeout: "3s",
          "require-message-auth": "yes-for-request-resp",
          disabled: false,
          address: asks.address,
          "src-address": asks.from,
          secret: asks.secret,
        },
        { beforeOtherRows: true },
      ),
      ...(emergencyAddresses.length === 0
        ? []
        : [
            // With the hub away nobody can make a password. This one is the router's own, so RADIUS is not asked about it.
            tagged(
              "/user",
              "staff-emergency",
              {
                name: emergencyAccount,
                group: routerLogInGroups.full,
                ...(emergencyPassword === null ? {} : { password: emergencyPassword }),
                address: emergencyAddresses,
                disabled: false,
              },
              emergencyPassword === null ? { onlyIfThere: true } : {},
            ),
          ]),
      {
        kind: "setting",
        menu: userAaa,
        savedAs: "user-aaa",
        properties: { "use-radius": true, accounting: true, "default-group": noRightsGroup },
        savedProperties: { "use-radius": "flag", accounting: "flag", "default-group": "text" },
      },
    ],
  };
}

export const emergencyAccount = "karibu-emergency";
