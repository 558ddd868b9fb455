/** What an order does, in words. Names in it are text from outside. Pure. */
import { say, word, wordOr } from "../../../strings/strings.ts";

type Stored = Readonly<Record<string, unknown>> & { readonly kind: string };

const names = ["was", "name", "macAddress", "host", "address", "identity"] as const;

/** `Switch the interface ether2 off`. */
export function actionWords(action: Stored): string {
  const found = names.map((name) => action[name]).find((value) => typeof value === "string");
  const name = typeof found === "string" ? found : "";
  switch (action.kind) {
    case "set-interface":
      if (action.disabled === true) return say("act_interface_off", { name });
      return action.disabled === false ? say("act_interface_on", { name }) : say("act_set_interface", { name });
    case "switch-service":
      return say(action.enabled === true ? "act_service_on" : "act_service_off", {
        name: word("service", String(action.service)),
      });
    case "set-lease":
      if (action.blocked === true) return say("act_lease_blocked", { name });
      return action.blocked === false ? say("act_lease_unblocked", { name }) : say("act_set_lease", { name });
    case "import-settings":
      return importWords(action.settings);
    default:
      return word("act", action.kind, { name });
  }
}

/** With each of its settings, where they are known. */
function importWords(settings: unknown): string {
  const each = Array.isArray(settings) ? settings.map((setting: Stored) => actionWords(setting)) : [];
  return [say("act_import_settings"), ...(each.length === 0 ? [] : [each.join("; ")])].join(": ");
}

/** What else happens, and whether it can be taken back. Empty: it can, by the opposite. */
export function actionNote(action: Stored): string {
  if (action.kind === "switch-service" && action.enabled === false) return say("actNote_service_off");
  if (action.kind === "set-interface" && action.disabled === false) return "";
  return wordOr("actNote", action.kind, action.kind.startsWith("remove-") ? say("cannotBeUndone") : "");
}
