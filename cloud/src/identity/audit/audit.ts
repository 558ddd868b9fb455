/** The audit log: who changed what, when. Append-only (the roles have no right to update or delete). */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { maskPhonesIn } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { AuditEntry } from "../../ground/http/audited.ts";

/** So long one entry stands for all readings of a page by one person: a page that reads itself again must not bury the other entries. */
const readingsTogetherMs = 5 * 60_000;

/** In the transaction of its cause: both are kept or neither. Blanks secrets and phone numbers in `detail`. */
export async function writeAudit(world: World, tx: Tx, entry: AuditEntry): Promise<void> {
  const auditId = newId(world);
  if (entry.isReading === true && !(await isFirstReading(world, tx, { auditId, entry }))) return;
  await tx
    .insertInto("audit")
    .values({
      providerId: entry.providerId,
      auditId,
      atMs: world.clock.wall().atMs,
      userId: entry.userId,
      action: entry.action,
      target: entry.target,
      requestId: entry.requestId,
      via: entry.via ?? null,
      detail: redact(entry.detail) as Record<string, unknown>,
    })
    .execute();
}

/** The entry of a restore that a person ordered, as a statement: a restore writes in one raw transaction. */
export function restoreAudited(
  world: World,
  entry: { readonly userId: string; readonly target: string; readonly detail: Readonly<Record<string, string>> },
): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  return `insert into audit (provider_id, audit_id, at_ms, user_id, action, target, request_id, via, detail)
    values (${text(platformProviderId)}, ${text(newId(world))}, ${world.clock.wall().atMs}, ${text(entry.userId)}, 'hub-restored', ${text(entry.target)},
      null, null, ${text(JSON.stringify(entry.detail))}::jsonb)`;
}

/** Counts the reading. False: this page's entry of these minutes stands already. */
async function isFirstReading(
  world: World,
  tx: Tx,
  { auditId, entry }: { readonly auditId: string; readonly entry: AuditEntry },
): Promise<boolean> {
  const { providerId, userId, via = null, action, target, detail } = entry;
  const nowMs = world.clock.wall().atMs;
  const { readings } = await tx
    .insertInto("audit_readings")
    .values({
      providerId,
      readerKey: sha256Hex(JSON.stringify([userId, via, action, target, detail.params ?? null])),
      slotMs: nowMs - (nowMs % readingsTogetherMs),
      auditId,
      readings: 1,
      lastAtMs: nowMs,
    })
    .onConflict((conflict) =>
      conflict.columns(["providerId", "readerKey", "slotMs"]).doUpdateSet((set) => ({
        readings: set("audit_readings.readings", "+", 1),
        lastAtMs: nowMs,
      })),
    )
    .returning("readings")
    .executeTakeFirstOrThrow();
  return readings === 1;
}

/** Fields of which the log keeps only that there was one. */
export const secretName = /password|secret|token|passkey|credential|^pin$|keys?$|^auth$|phone|msisdn|^code$/i;
/** Addresses that open something by themselves: a webhook's, and a browser's at its push service. */
const addressName = /^(url|endpoint)$/;
/** What people wrote to or about customers, and files: their own place has them. */
const wordsName =
  /^(text|message|messages|sms|note|reply|content|file|csv|template|templates)$|(Text|Message|Note|Template)$/;
const textLengthMax = 200;
const itemsMax = 20;
const depthMax = 5;

/** The same shape with secrets blanked and long values cut: people read audit entries. */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return shortened(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === depthMax) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, itemsMax).map((item) => redact(item, depth + 1));
    return value.length > itemsMax ? [...shown, `… ${value.length - itemsMax} more`] : shown;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretName.test(name) && inner !== null
        ? "[hidden]"
        : name === "codes" && Array.isArray(inner)
          ? `[${inner.length} hidden]`
          : wordsName.test(name)
            ? lengthOf(inner)
            : addressName.test(name)
              ? hostOf(inner)
              : redact(inner, depth + 1),
    ]),
  );
}

/** Of an address, only where it is: the rest of it may be a key of the service behind it. */
const hostOf = (value: unknown): unknown =>
  typeof value === "string" && URL.canParse(value) ? `${new URL(value).host}/…` : "[hidden]";

/** Of words, only how many characters; what is no text is shown. */
function lengthOf(value: unknown): unknown {
  return typeof value === "string" ? `[${[...value].length} characters]` : redact(value);
}

/** A text that is cut, a statement's file for example, may name many customers: numbers are masked first, so that none is cut and left. */
function shortened(text: string): string {
  const shown = maskPhonesIn(cutText(text, 2 * textLengthMax));
  return text.length > textLengthMax ? `${cutText(shown, textLengthMax)}…` : shown;
}
