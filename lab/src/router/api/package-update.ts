/**
 * RouterOS' own updater on the API: channel, what there is, download, install with a reboot. Which rights it wants no source says: here it is
 * `write`, and `reboot` to install. @see RouterOS manual, Upgrading and installation
 */
import type { Router } from "../device/router.ts";
import { done, notAllowed, type Outcome } from "./api-outcome.ts";

const menu = "/system/package/update/";
const words = { there: "New version is available", fetched: "Downloaded, please reboot router to upgrade it" };

interface Updater {
  channel: string;
  latest: string;
  status: string;
}
const updaters = new WeakMap<Router, Updater>();

function updaterOf(router: Router): Updater {
  const known = updaters.get(router) ?? { channel: "stable", latest: "", status: "" };
  updaters.set(router, known);
  return known;
}

/** Null: none of its commands. */
export function packageUpdate(router: Router, command: string, values: ReadonlyMap<string, string>): Outcome | null {
  if (!command.startsWith(menu)) return null;
  const { options, knobs } = router;
  const updater = updaterOf(router);
  const may = (policy: string) => options.apiPolicies.includes(policy);
  const row = () => ({
    channel: updater.channel,
    "installed-version": options.version.split(" ")[0] ?? "",
    ...(updater.latest === "" ? {} : { "latest-version": updater.latest }),
    status: updater.status,
  });
  switch (command.slice(menu.length)) {
    case "print":
      return { rows: [row()] };
    case "set":
      if (!may("write")) return notAllowed;
      updater.channel = values.get("channel") ?? updater.channel;
      return done;
    case "check-for-updates":
      if (!may("write")) return notAllowed;
      updater.latest = knobs.wan === "up" ? (knobs.updates[updater.channel] ?? "") : "";
      updater.status = updater.latest === "" ? "ERROR: could not resolve dns name" : words.there;
      return { rows: [row()] };
    case "download":
      if (!may("write")) return notAllowed;
      updater.status = knobs.updateFits ? words.fetched : "ERROR: not enough disk space";
      return { rows: [row()] };
    case "install":
      if (!may("reboot")) return notAllowed;
      if (updater.status === words.fetched)
        (options as { version: string }).version = `${updater.latest} (${updater.channel})`;
      void router.reboot();
      return done;
    default:
      return null;
  }
}
