/** What makes a package wait: its holder pauses it on the page of its own packages, or staff do, who give its calendar time back. */
import { begin, openOwnForm, phoneOf, seen } from "../sites/asks.ts";
import { play } from "../sites/play-site-story.ts";
import { orNothing } from "./console.ts";
import type { HubCommandKind } from "./hub-commands.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { pause } from "./order.ts";

const tryAgainMs = 30_000;
/** Its session is off by then. */
const triedAfterMs = 15_000;

export type HoldKind = Extract<HubCommandKind, "pause-own" | "go-on-own" | "hold">;

export const holdPlayers: { readonly [Kind in HoldKind]: Player<Kind> } = {
  "pause-own": (day, { phone, isTriedAt }) => {
    const trying = async () => {
      const rightId = await ownPage(day, phoneOf(day, phone), true);
      const code = day.town.codes.findIndex((each) => each.rightId === rightId);
      if (code < 0 || isTriedAt === "nowhere") return;
      await pause(day, triedAfterMs);
      play(day, { do: isTriedAt === "page" ? "type-code" : "code-at-hotspot", phone, code, gapSeconds: 0 });
    };
    begin(day, trying());
  },
  "go-on-own": (day, { phone }) =>
    begin(
      day,
      ownPage(day, phoneOf(day, phone), false).then(() => {}),
    ),
  hold: (day, { right, seconds }) => begin(day, hold(day, right, seconds * 1000)),
};

/** The first package of the page that can be paused, or goes on. @returns its right; null: there is none */
async function ownPage(day: HubDay, phone: number, isHeld: boolean): Promise<string | null> {
  const { town } = day;
  if (!(await seen(town, phone))) return null;
  const form = await openOwnForm(town, phone, isHeld ? "pause" : "go-on");
  if (form?.grant === undefined) return null;
  const act = day.acts++;
  town.note({ kind: "held", act, rightId: form.grant, by: "holder", isHeld });
  const status = (await town.submit(phone, "/mine", form))?.status ?? null;
  if (status !== null) town.note({ kind: "staff-heard", act, isDone: status < 300 });
  return form.grant;
}

/** For a while. Who lets it go on again tries until it is done. */
async function hold(day: HubDay, number: number, forMs: number): Promise<void> {
  const { side, town } = day;
  const listed = await orNothing(side.call("GET", "/api/v1/grants?limit=100"));
  const running = (listed?.body.items ?? []) as { grantId: string }[];
  const rightId = running[number % Math.max(1, running.length)]?.grantId;
  if (rightId === undefined) return;
  const path = `/api/v1/sites/${side.siteId}/grants/${rightId}`;
  /** @returns what it answered; null: nothing */
  const order = async (isHeld: boolean): Promise<number | null> => {
    const act = day.acts++;
    town.note({ kind: "held", act, rightId, by: "staff", isHeld });
    const word = isHeld ? "pause" : "resume";
    const answer = await orNothing(side.call("POST", `${path}/${word}`, { reason: "A quarrel" }));
    if (answer === null) return null;
    const { status } = answer;
    // Nothing holds it: an order that nobody lived to answer was done. A provider that is suspended changes nothing, and tries again.
    const isOver = !isHeld && (status === 404 || status === 409);
    town.note({ kind: "staff-heard", act, isDone: status < 300 || isOver });
    return isOver ? 200 : status;
  };
  const held = await order(true);
  if (held !== null && held >= 300) return;
  await pause(day, forMs);
  while ((await order(false)) !== 200) await pause(day, tryAgainMs);
}
