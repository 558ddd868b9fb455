/**
 * Controls sessions through the RouterOS API: list, end, remove cookies, log in. All commands use the enforcement lane, because a customer
 * waits or a session must end. Arguments and traps: RouterOS manual, HotSpot; the same names from 7.18 to 7.24.
 */
import type { ActiveSession, RouterControl } from "../ground/router-control.ts";
import { durationMs } from "./duration.ts";
import { type CommandOptions, type RouterApi, RouterTrap, type Row } from "./router-api.ts";
import { readSynchronisedTime, setLostClock } from "./router-clock.ts";
import { addSuspended, readSuspended, removeSuspended } from "./suspended-list.ts";
import { readWitnessComment, writeWitnessComment } from "./witness.ts";

/** 200 sessions that end in the same minute take about 20 seconds. */
const queuedMsMax = 30_000;
const inTurn: CommandOptions = { lane: "enforcement", timeoutMs: queuedMsMax, repeatable: true };
/** The router asks RADIUS during a log-in, three times for three seconds. */
const logInTimeoutMs = 12_000;

const pingTimeoutMs = 8000;

/** A removal whose answer was lost is sent again while the session is there: who was to be logged in anew would stay off. */
const removalsMax = 3;

/** The prefix of ids of PPP rows, which are in another menu. */
const pppMark = "ppp:";

export function createHotspotControl(api: RouterApi): RouterControl {
  async function activeSessions(): Promise<readonly ActiveSession[]> {
    const [hotspot, ppp] = await Promise.all([
      api.command(["/ip/hotspot/active/print", "=.proplist=.id,user,address,mac-address"], inTurn),
      api.command(["/ppp/active/print", "=.proplist=.id,name,address,caller-id,session-id"], inTurn).catch(pppMayLack),
    ]);
    return [...hotspot.flatMap(hotspotSession), ...ppp.flatMap(pppSession)];
  }

  return {
    live: api,
    activeSessions,

    async removeSession({ id, user, mac }) {
      const words = id.startsWith(pppMark)
        ? ["/ppp/active/remove", `=.id=${id.slice(pppMark.length)}`]
        : ["/ip/hotspot/active/remove", `=.id=${id}`];
      for (let tries = 1; ; tries++) {
        try {
          return await removeOnce(api, words, false);
        } catch (error) {
          if (error instanceof RouterTrap || tries === removalsMax) throw error;
        }
        // It may have been carried out, and the id may be another customer's by now: the hotspot makes it of the address.
        const rows = await activeSessions();
        if (!rows.some((row) => row.id === id && row.user === user && row.mac === mac)) return;
      }
    },

    async hosts() {
      const rows = await api.command(["/ip/hotspot/host/print", "=.proplist=mac-address,address,to-address"], inTurn);
      return rows.flatMap((row) => {
        const mac = row["mac-address"]?.toUpperCase();
        const addresses = [row.address ?? "", row["to-address"] ?? ""].filter((address) => address !== "");
        return mac === undefined ? [] : [{ mac, addresses }];
      });
    },

    async upForMs() {
      const [row] = await api.command(["/system/resource/print", "=.proplist=uptime"], inTurn);
      return durationMs(row?.uptime ?? "");
    },

    async ping(address) {
      const words = ["/tool/ping", `=address=${address}`, "=count=3", "=interval=500ms"];
      const rows = await api.command(words, { timeoutMs: pingTimeoutMs });
      return rows.some((row) => Number(row.received ?? 0) > 0);
    },

    suspended: {
      read: () => readSuspended(api),
      add: (address) => addSuspended(api, address),
      remove: (id) => removeSuspended(api, id),
    },

    // The doctor's questions: loaded when it first looks.
    inspect: async () => (await import("./inspect-router.ts")).inspectRouter(api),
    upkeep: async (guestInterface) => (await import("./inspect-upkeep.ts")).inspectUpkeep(api, guestInterface),
    synchronisedMs: () => readSynchronisedTime(api),
    setLostClock: (toMs, earliestMs) => setLostClock(api, toMs, earliestMs),

    witness: () => readWitnessComment(api),

    noteWitness: (text) => writeWitnessComment(api, text),

    // Few sites read their SIM.
    inbox: async (sender) => (await import("./read-inbox.ts")).readInbox(api, sender),

    async removeCookies({ mac, user }) {
      // The whole list, so that all current callers share one read.
      const cookies = await api.command(["/ip/hotspot/cookie/print", "=.proplist=.id,user,mac-address"], inTurn);
      const theirs = cookies.filter((cookie) =>
        // A device has one cookie, by its MAC. Other devices may have the same user name and keep their cookies.
        mac === null ? cookie.user === user : cookie["mac-address"]?.toUpperCase() === mac.toUpperCase(),
      );
      await Promise.all(
        theirs.map((cookie) => removeOnce(api, ["/ip/hotspot/cookie/remove", `=.id=${cookie[".id"] ?? ""}`], true)),
      );
    },

    async logIn({ user, password, address, mac }) {
      const words = ["/ip/hotspot/active/login", `=user=${user}`, `=password=${password}`, `=ip=${address}`];
      if (mac !== null) words.push(`=mac-address=${mac}`);
      await api.command(words, { lane: "enforcement", timeoutMs: logInTimeoutMs });
    },
  };
}

/** Where PPP is not installed or not allowed, no session of ours is there: the hotspot's sessions must end all the same. */
function pppMayLack(error: unknown): readonly Row[] {
  if (error instanceof RouterTrap) return [];
  throw error;
}

/** The row is already gone, which is the wanted result. */
async function removeOnce(api: RouterApi, words: readonly string[], repeatable: boolean): Promise<void> {
  try {
    await api.command(words, { ...inTurn, repeatable });
  } catch (error) {
    if (!(error instanceof RouterTrap && isGone(error))) throw error;
  }
}

const isGone = (trap: RouterTrap) => trap.category === 0 || /no such item/.test(trap.message);

function hotspotSession(row: Row): ActiveSession[] {
  const id = row[".id"];
  if (id === undefined) return [];
  const mac = row["mac-address"]?.toUpperCase() ?? null;
  return [{ id, user: row.user ?? "", mac, address: row.address ?? null, sessionId: null }];
}

/** `caller-id` is the MAC of a PPPoE client, an address with the other tunnels. */
function pppSession(row: Row): ActiveSession[] {
  const id = row[".id"];
  if (id === undefined) return [];
  const caller = row["caller-id"]?.toUpperCase() ?? "";
  const mac = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(caller) ? caller : null;
  const sessionId = row["session-id"]?.replace(/^0x/, "") ?? null;
  return [{ id: `${pppMark}${id}`, user: row.name ?? "", mac, address: row.address ?? null, sessionId }];
}
