/**
 * Reads the messages that a router's SIM has received (`/tool/sms/inbox`; the same fields from 7.18 to 7.24). The menu is there on every router; a
 * message only where a modem is chosen and receiving is switched on, which is the owner's choice. Long messages may stand there in parts,
 * each as a row. How `timestamp` is written is not documented: forms that were seen are read, and others are no time.
 */
import type { InboxMessage, RouterInbox } from "../ground/router-control.ts";
import { type RouterApi, RouterTrap, type Row } from "./router-api.ts";

/** Rejects only when the router can't be asked at all. */
export async function readInbox(api: Pick<RouterApi, "command">, sender: string): Promise<RouterInbox> {
  try {
    const [settings] = await api.command(["/tool/sms/print"]);
    const state = settings === undefined ? "no-menu" : stateOf(settings);
    if (state !== "reading") return { state, messages: [] };
    // Asked for by its sender: what else the SIM received is not read.
    const words = ["/tool/sms/inbox/print", "=.proplist=phone,timestamp,message", `?phone=${sender}`];
    return { state, messages: (await api.command(words)).map(messageOf) };
  } catch (error) {
    if (error instanceof RouterTrap) return { state: "no-menu", messages: [] };
    throw error;
  }
}

function stateOf(settings: Row): RouterInbox["state"] {
  const port = settings.port ?? "none";
  if (port === "none" || port === "") return "no-modem";
  return settings["receive-enabled"] === "true" || settings["receive-enabled"] === "yes" ? "reading" : "not-receiving";
}

function messageOf(row: Row): InboxMessage {
  const time = row.timestamp ?? "";
  return { sender: row.phone ?? "", time, atMs: readTimestamp(time), text: row.message ?? "" };
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `Nov/21/2026 14:14:05 GMT +3`, `2026-11-21 14:14:05 GMT +3`; without a zone it counts as UTC. */
function readTimestamp(text: string): number | null {
  const read = /^(?:([a-z]{3})\/(\d\d)\/(\d{4})|(\d{4})-(\d\d)-(\d\d)) (\d\d:\d\d:\d\d)(?: GMT ?([+-]\d+))?/i.exec(
    text,
  );
  if (read === null) return null;
  const [, name = "", day, year, isoYear, isoMonth, isoDay, clock, zone = "0"] = read;
  const month = String(months.indexOf(name.toLowerCase()) + 1).padStart(2, "0");
  const date = isoYear === undefined ? `${year}-${month}-${day}` : `${isoYear}-${isoMonth}-${isoDay}`;
  const atMs = Date.parse(`${date}T${clock}Z`) - Number(zone) * 3_600_000;
  return Number.isNaN(atMs) ? null : atMs;
}
