/**
 * `POST /api/v1/routers/{siteId}/script/compare`: what a router lacks of a script (`.rsc`), or has otherwise. Applying is ordering.
 *
 * Who attacks: whoever wrote the script that an operator was given, and an operator who may not order. The script is read by a process that ends
 * (`ground/foreign-files`), it never runs and is not kept; this changes nothing, and orders are asked for, judged and audited as all are.
 */
import { askedActionSchema } from "@karibu/protocol/router/asked-router-actions";
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { RouterReader } from "../routers/read-router.ts";
import { readSite } from "../sites/sites.ts";
import { readScriptFile } from "./read-script-file.ts";
import { type TemplateRows, templateViews } from "./router-template.ts";
import { leftWhys, ordersOf, proposeScript } from "./script-proposal.ts";

/** Characters of a file: the whole export of a router with some thousand rows. */
const scriptMax = 1_000_000;
const changesMax = 200;
const leftMax = 200;

const text = z.string();
export const scriptComparison = z.object({
  /** Of RouterOS, that wrote the script; null: its head does not say. */
  version: text.nullable(),
  /** RouterOS says in the script that it did not finish. */
  isPartial: z.boolean(),
  /** The first ones. `was` is empty where nothing was; `leftOut`: words that do not come along. Text from outside, without secrets. */
  changes: z.array(
    z.object({
      kind: z.enum(["added", "changed"]),
      menu: text,
      name: text,
      words: z.array(z.object({ name: text, was: text, is: text })),
      leftOut: z.array(text),
    }),
  ),
  /** Import these first, and compare again. */
  changesNotShown: z.int(),
  /** Rows that the router has already. */
  same: z.int(),
  /** What of the menus that can be imported changes nothing, by the script's lines. */
  left: z.array(z.object({ menu: text, line: z.int(), name: text, why: z.enum(leftWhys), words: z.array(text) })),
  leftNotShown: z.int(),
  /** Menus that are not imported. Empty: of no name that can be shown. */
  otherMenus: z.array(z.object({ menu: text, statements: z.int() })),
  /** Of the changes above; to be ordered by `POST /api/v1/routers/{siteId}/orders/many`, by who may. */
  actions: z.array(askedActionSchema),
});

export function scriptRoutes(reader: Pick<RouterReader, "read">, readFile: ReadFile) {
  return [
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/script/compare",
      summary:
        "What a site's router lacks of a script that a router exported (.rsc), or has otherwise: read and never run. Changes nothing and keeps nothing",
      permission: "routers.back-ups",
      unaudited: true,
      bodyBytesMax: 2 * scriptMax,
      params: z.object({ siteId: keySchema }),
      body: z.strictObject({ script: z.string().min(1).max(scriptMax) }),
      response: scriptComparison,
      handle: async ({ params: { siteId }, body, providerId, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        const script = await readScriptFile(readFile, providerId, body.script);
        const readings = await Promise.all(
          templateViews.map((view) => reader.read({ providerId, siteId }, view, true)),
        );
        // A comparison with what it had last would propose what it has by now.
        if (readings.some(({ state }) => state !== "live")) throw refusal("router-not-read");
        const today = Object.fromEntries(
          templateViews.map((view, at) => [view, readings[at]?.rows ?? []]),
        ) as unknown as TemplateRows;
        const { changes, settings, left, same } = proposeScript(script, today);
        const [shown, shownLeft] = [changes.slice(0, changesMax), left.slice(0, leftMax)];
        return {
          version: script.version,
          isPartial: script.isPartial,
          changes: shown.map((change) => ({ ...change, words: [...change.words], leftOut: [...change.leftOut] })),
          changesNotShown: changes.length - shown.length,
          same,
          left: shownLeft.map((row) => ({ ...row, words: [...row.words] })),
          leftNotShown: left.length - shownLeft.length,
          otherMenus: [...script.others],
          actions: ordersOf(settings.slice(0, changesMax)),
        };
      },
    }),
  ];
}
