/** What an audit entry says was done, in words: `POST /api/v1/plans/{planId}/copy` -> "Plans: copied". */
import type { AuditEvent } from "@karibu/cloud/ground/http/audit-events";
import { en, type Strings } from "../../strings/en.ts";
import { say, wordOr } from "../../strings/strings.ts";

const plainVerbs: Record<string, keyof Strings> = {
  // Only a reading that shows codes, keys or personal data is in the log.
  GET: "did_read",
  POST: "did_made",
  PUT: "did_set",
  PATCH: "did_changed",
  DELETE: "did_removed",
};

/** What a POST does where "added" would not say it: by the last word of its address. */
const postVerbs: Readonly<Record<string, keyof Strings>> = {
  backups: "did_ordered",
  "back-ups": "did_ordered",
  billing: "did_changed",
  bulk: "did_changed",
  choices: "did_created",
  code: "did_created",
  consents: "did_changed",
  corrections: "did_asked",
  "customer-takeovers": "did_taken_over",
  "enrolment-token": "did_created",
  "fiscal-reply": "did_entered",
  "group-messages": "did_send",
  invitations: "did_send",
  links: "did_created",
  mail: "did_send",
  "message-address": "did_created",
  "message-templates": "did_changed",
  messages: "did_send",
  orders: "did_ordered",
  password: "did_changed",
  passwords: "did_created",
  pin: "did_changed",
  plan: "did_chosen",
  prompts: "did_send",
  proofs: "did_test",
  "queue-checks": "did_done",
  refund: "did_asked",
  refunds: "did_asked",
  restores: "did_ordered",
  "router-back-ups": "did_ordered",
  "router-bulks": "did_ordered",
  "router-test": "did_done",
  "router-upgrades": "did_ordered",
  "set-up": "did_begin",
  "sign-up-invitations": "did_send",
  sms: "did_send",
  state: "did_changed",
  statements: "did_uploaded",
  takeovers: "did_taken_over",
  "test-sales": "did_done",
};

/** Requests whose words no list of nouns and verbs gives, each with its address without `/api/v1` and ids. */
const wholePaths: Readonly<Record<string, { readonly nouns?: readonly string[]; readonly verb?: keyof Strings }>> = {
  "domains/check": { nouns: ["domains"], verb: "did_checked" },
  "installations/check": { nouns: ["installations"], verb: "did_ticked" },
  "platform/backups/restore": { nouns: ["platform", "backups", "restore"], verb: "did_ordered" },
  "routers/users": { nouns: ["routers", "hotspot-users"] },
};

/** What is in the log beside requests. */
const events: Readonly<Record<AuditEvent, keyof Strings>> = {
  "backup-downloaded": "did_backup_downloaded",
  "backup-taken": "did_backup_taken",
  "code-guesses-ended": "did_code_guesses_ended",
  "command-line-set-password": "did_command_line_set_password",
  "command-line-unlock": "did_command_line_unlock",
  "first-admin-made": "did_first_admin_made",
  "hub-restored": "did_hub_restored",
  "impersonation-started": "did_impersonation_started",
  "invitation-accepted": "did_invitation_accepted",
  "log-in": "did_log_in",
  "log-in-ended": "did_log_in_ended",
  "log-in-guessed": "did_log_in_guessed",
  "log-out": "did_log_out",
  "password-reset": "did_password_reset",
  "personal-data-exported": "did_personal_data_exported",
  "provider-exported": "did_provider_exported",
  "role-by-radius": "did_role_by_radius",
  "router-password-ended": "did_router_password_ended",
  "session-ended": "did_session_ended",
  "signed-up": "did_signed_up",
};

/** An action that is no request (`signed-up`) has its word. One that a newer hub alone knows is written in plain words. */
export function actionWords(action: string): string {
  const match = /^(GET|POST|PUT|PATCH|DELETE) \/api\/v1\/(?:my\/\{provider\}\/)?(.+)$/.exec(action);
  if (match === null) {
    const event = events[action as AuditEvent] as keyof Strings | undefined;
    return event === undefined ? wordOr("did", action, action.replaceAll("-", " ")) : say(event);
  }
  const [, method = "", path = ""] = match;
  const { nouns, verb } = partsOf(
    method,
    path.split("/").filter((part) => !part.startsWith("{")),
  );
  const said = nouns.map((noun, nth) => inList(wordOr("on", noun, noun.replaceAll("-", " ")), nth));
  return `${said.join(", ")}: ${say(verb)}`;
}

/** @param parts the words of the address, without ids */
function partsOf(method: string, parts: readonly string[]): { nouns: readonly string[]; verb: keyof Strings } {
  const whole = wholePaths[parts.join("/")] ?? {};
  const last = parts.at(-1) ?? "";
  // A try of a setting: `settings/checks/mail`.
  if (parts[1] === "checks") return { nouns: parts.filter((part) => part !== "checks"), verb: "did_test" };
  const own = `did_${last.replaceAll("-", "_")}`;
  const isVerb = method === "POST" && parts.length > 1 && Object.hasOwn(en, own);
  const plain = (method === "POST" ? postVerbs[last] : undefined) ?? (plainVerbs[method] as keyof Strings);
  return {
    nouns: whole.nouns ?? (isVerb ? parts.slice(0, -1) : parts),
    verb: whole.verb ?? (isVerb ? (own as keyof Strings) : plain),
  };
}

/** The first begins with a capital, the others do not; what is written in capitals stays so: "API tokens", "PIN". */
const inList = (word: string, nth: number): string =>
  nth === 0
    ? `${word.charAt(0).toUpperCase()}${word.slice(1)}`
    : /^.\p{Ll}/u.test(word)
      ? `${word.charAt(0).toLowerCase()}${word.slice(1)}`
      : word;
