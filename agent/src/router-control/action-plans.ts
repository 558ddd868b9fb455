/**
 * The allow-list: what each action says to the router, which row it is about, and what reading back must show. There is no other way from
 * an action to a sentence. Pure.
 */
import type { ImportedSetting, RouterAction } from "@karibu/protocol/router/router-actions";
import type { RouterView } from "@karibu/protocol/router/router-views";
import { count, type Field, fieldsOf, flag, seconds, text, wordsOf } from "./row-fields.ts";
import { menuOfView } from "./view-sentences.ts";

/** Of one row of a menu. */
export interface RowPlan {
  readonly kind: "change" | "remove" | "add";
  readonly view: RouterView;
  /** Without the row's id, which comes behind the command. */
  readonly command: string;
  /** How the command names the row. */
  readonly by: ".id" | "numbers";
  readonly id: string | null;
  /** What a person saw of the row. */
  readonly was: string | null;
  readonly words: readonly string[];
  /** What reading back must show. */
  readonly fields: readonly Field[];
  /** Of a new row: by what it is found again, and what is there already. */
  readonly finds: readonly string[];
  /** It could cut the router's way to the hub. */
  readonly isSafe: boolean;
}

type SwitchPlan = { readonly kind: "switch"; readonly view: RouterView; readonly enabled: boolean };

export type ActionPlan =
  | RowPlan
  | SwitchPlan
  /** All of them, or none. */
  | { readonly kind: "together"; readonly rows: readonly RowPlan[] }
  | { readonly kind: "reboot" }
  | { readonly kind: "identity"; readonly identity: string }
  | { readonly kind: "repair"; readonly finding: string }
  | { readonly kind: "upgrade"; readonly channel: string; readonly version: string };

/** Menus without comments. */
const namedViews: readonly RouterView[] = ["hotspot-servers", "hotspot-user-profiles"];

/** Karibu's own script tags what it makes in its comment, or in its name where a menu has no comments. */
export function isOurs(view: RouterView, { comment, name }: Readonly<Record<string, string>>): boolean {
  if (comment?.startsWith("karibu:") === true) return true;
  return namedViews.includes(view) && name?.startsWith("karibu-") === true;
}

type Of<Kind extends RouterAction["kind"]> = Extract<RouterAction, { kind: Kind }>;
interface Row {
  readonly id: string;
  readonly was: string;
}

function change(view: RouterView, { id, was }: Row, fields: readonly Field[], more: Partial<RowPlan> = {}): RowPlan {
  const command = `${menuOfView(view).menu}/set`;
  const words = wordsOf(fields);
  return { kind: "change", view, command, by: ".id", id, was, words, fields, finds: [], isSafe: false, ...more };
}

function remove(view: RouterView, { id, was }: Row): RowPlan {
  const command = `${menuOfView(view).menu}/remove`;
  return { kind: "remove", view, command, by: ".id", id, was, words: [], fields: [], finds: [], isSafe: false };
}

function add(view: RouterView, fields: readonly Field[], finds: readonly string[], secret: string[] = []): RowPlan {
  const command = `${menuOfView(view).menu}/add`;
  const words = [...wordsOf(fields), ...secret];
  return { kind: "add", view, command, by: ".id", id: null, was: null, words, fields, finds, isSafe: false };
}

const hotspotUser = (given: Of<"add-hotspot-user"> | Of<"set-hotspot-user">): readonly Field[] =>
  fieldsOf(
    text("profile", given.profile),
    text("server", given.server),
    text("mac-address", given.macAddress),
    seconds("limit-uptime", given.limitUptimeSeconds),
    count("limit-bytes-total", given.limitBytesTotal),
    text("comment", given.comment),
    flag("disabled", given.disabled),
  );

const userProfile = (given: Of<"add-user-profile"> | Of<"set-user-profile">): readonly Field[] =>
  fieldsOf(
    text("rate-limit", given.rateLimit),
    count("shared-users", given.sharedUsers),
    seconds("session-timeout", given.sessionTimeoutSeconds),
    seconds("idle-timeout", given.idleTimeoutSeconds, "none"),
    seconds("keepalive-timeout", given.keepaliveTimeoutSeconds, "none"),
  );

const zeroed = ["uptime", "bytes-in", "bytes-out"].map(
  (column): Field => ({ column, value: "0", as: "at-most-before" }),
);

/** What comes alone or with others of a script. */
function planSetting(action: ImportedSetting): RowPlan {
  switch (action.kind) {
    case "add-user-profile": {
      const fields = [...fieldsOf(text("name", action.name)), ...userProfile(action)];
      return add("hotspot-user-profiles", fields, [`?name=${action.name}`]);
    }
    case "set-user-profile":
      return change("hotspot-user-profiles", action, userProfile(action));
    case "add-ip-binding": {
      const { macAddress, type, comment } = action;
      const fields = fieldsOf(text("mac-address", macAddress), text("type", type), text("comment", comment));
      return add("ip-bindings", fields, [`?mac-address=${macAddress}`]);
    }
    case "add-walled-garden-host": {
      const { host, action: does, comment } = action;
      const fields = fieldsOf(text("dst-host", host), text("action", does), text("comment", comment));
      return add("walled-garden", fields, [`?dst-host=${host}`]);
    }
    case "add-walled-garden-address": {
      const { address, comment } = action;
      const fields = fieldsOf(text("dst-address", address), text("action", "accept"), text("comment", comment));
      return add("walled-garden-ip", fields, [`?dst-address=${address}`]);
    }
  }
}

export function planAction(action: RouterAction): ActionPlan {
  switch (action.kind) {
    case "reboot":
      return { kind: "reboot" };
    case "set-identity":
      return { kind: "identity", identity: action.identity };
    case "repair-drift":
      return { kind: "repair", finding: action.finding };
    case "upgrade-router":
      return { kind: "upgrade", channel: action.channel, version: action.version };
    case "set-interface": {
      const { disabled, comment, mtu } = action;
      const fields = fieldsOf(flag("disabled", disabled), text("comment", comment), count("mtu", mtu));
      return change("interfaces", action, fields, { isSafe: disabled !== undefined || mtu !== undefined });
    }
    case "switch-service":
      return {
        kind: "switch",
        view: action.service === "hotspot" ? "hotspot-servers" : "pppoe-servers",
        enabled: action.enabled,
      };
    case "add-hotspot-user": {
      const fields = [...fieldsOf(text("name", action.name)), ...hotspotUser(action)];
      return add("hotspot-users", fields, [`?name=${action.name}`], [`=password=${action.password}`]);
    }
    case "set-hotspot-user": {
      const plan = change("hotspot-users", action, hotspotUser(action));
      return action.password === undefined ? plan : { ...plan, words: [...plan.words, `=password=${action.password}`] };
    }
    case "remove-hotspot-user":
      return remove("hotspot-users", action);
    case "reset-hotspot-user-counters": {
      const command = "/ip/hotspot/user/reset-counters";
      return change("hotspot-users", action, zeroed, { command, by: "numbers", words: [] });
    }
    case "add-user-profile":
    case "set-user-profile":
    case "add-ip-binding":
    case "add-walled-garden-host":
    case "add-walled-garden-address":
      return planSetting(action);
    case "import-settings":
      return { kind: "together", rows: action.settings.map(planSetting) };
    case "remove-user-profile":
      return remove("hotspot-user-profiles", action);
    case "remove-host":
      return remove("hotspot-hosts", action);
    case "remove-cookie":
      return remove("hotspot-cookies", action);
    case "remove-ip-binding":
      return remove("ip-bindings", action);
    case "remove-walled-garden-host":
      return remove("walled-garden", action);
    case "remove-walled-garden-address":
      return remove("walled-garden-ip", action);
    case "make-lease-static": {
      const command = "/ip/dhcp-server/lease/make-static";
      const fields = fieldsOf(flag("dynamic", false));
      // The fixed lease may be another row than the dynamic one was.
      const finds = [`?mac-address=${action.was}`];
      return change("dhcp-leases", action, fields, { command, by: "numbers", words: [], finds });
    }
    case "set-lease": {
      const fields = fieldsOf(text("comment", action.comment), flag("block-access", action.blocked));
      return change("dhcp-leases", action, fields);
    }
    case "remove-lease":
      return remove("dhcp-leases", action);
    case "remove-ppp-session":
      return remove("ppp-active", action);
    case "remove-wifi-client":
      return remove(action.driver === "wifi" ? "wifi-clients" : "wireless-clients", action);
  }
}

/** The sentence that changes the row. */
export function changeSentence({ command, by, id, words }: RowPlan): readonly string[] {
  return [command, ...(id === null ? [] : [`=${by}=${id}`]), ...words];
}
