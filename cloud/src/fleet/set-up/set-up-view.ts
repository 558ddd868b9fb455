/** What a console sees of a site's set-up: where it is, its steps in their order, and what the person may choose. Pure. */

import { setUpChoicesSchema } from "@karibu/protocol/router/set-up-choices";
import { type SetUpStep, setUpProblems, setUpSteps } from "@karibu/protocol/router/set-up-progress";
import { keySchema } from "@karibu/protocol/schema";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";
import { z } from "zod";
import { hasEnded } from "../../ground/db/hub-clock.ts";
import { type Offer, placesOf, portsOf, ruledOut, suggestChoices } from "./choices-policy.ts";
import { resumeKeyLifeMs, tokenLifeMs } from "./claim-policy.ts";
import type { ScriptRow, SetUpRow } from "./set-up-rows.ts";

/**
 * `none`: no line was made. `waiting`: for a router that shows the line's token. `expired`: none did. `failed`: the router's facts rule it out;
 * it may come again. `choose`: a person must choose. `running`: the router works. `done`: the site can sell. `stale`: a day has passed
 * without an end.
 */
const setUpStates = [
  "none",
  "waiting",
  "expired",
  "failed",
  "choose",
  "running",
  "done",
  "cancelled",
  "stale",
] as const;

const choices = z.object(setUpChoicesSchema.shape);

export const setUpView = z.object({
  siteId: keySchema,
  state: z.enum(setUpStates),
  /** Of the line's token. */
  expiresAtMs: z.number().int().nullable(),
  claimedAtMs: z.number().int().nullable(),
  /** Another router showed the token: it was refused. */
  otherRouterAtMs: z.number().int().nullable(),
  steps: z.array(
    z.object({
      step: z.enum(setUpSteps),
      state: z.enum(["todo", "running", "waiting", "done", "failed"]),
      problem: z.enum(setUpProblems).nullable(),
      /** The router's own words: hostile text. */
      detail: z.string().nullable(),
      atMs: z.number().int().nullable(),
    }),
  ),
  image: z.object({ sentBytes: z.number().int(), bytes: z.number().int() }).nullable(),
  /** What the router told of itself: hostile text. */
  router: z
    .object({
      identity: z.string(),
      board: z.string(),
      version: z.string(),
      architecture: z.string(),
      serial: z.string(),
      totalMemoryBytes: z.number().int(),
      disks: z.array(z.object({ slot: z.string(), sizeBytes: z.number().int(), fileSystem: z.string() })),
      ports: z.array(
        z.object({
          name: z.string(),
          running: z.boolean(),
          bridge: z.string(),
          isWireless: z.boolean(),
          isInstallers: z.boolean(),
          isUplink: z.boolean(),
        }),
      ),
      hotspots: z.array(
        z.object({
          name: z.string(),
          interface: z.string(),
          network: z.string(),
          /** Other hotspots with the same profile: they ask the agent too when this one is adopted. */
          withIt: z.array(z.string()),
        }),
      ),
    })
    .nullable(),
  /** Where the agent can run, the best place first. */
  places: z.array(choices.shape.place),
  /** On the router the agent would lie on its own flash, because it has no disk. */
  isOnFlash: z.boolean(),
  /** Why this board can't run it, in English, with the router's own words; null: it can. */
  whyHosted: z.string().nullable(),
  /** What stands in the way of running it on the router, or of everything. */
  problems: z.array(z.object({ problem: z.enum(setUpProblems), detail: z.string() })),
  /** What was chosen; else what the form begins with. */
  choices: choices.nullable(),
});
export type SetUpView = z.output<typeof setUpView>;

export interface ViewInput {
  readonly row: SetUpRow | null;
  readonly script: ScriptRow | null;
  readonly offer: Offer;
  /** When the site's agent connected last; null: never. */
  readonly connectedAtMs: number | null;
  readonly nowMs: number;
}

const notAtHostedSites: readonly SetUpStep[] = ["package", "disk", "image", "container"];

export function viewOf(siteId: string, { row, script, offer, connectedAtMs, nowMs }: ViewInput): SetUpView {
  const facts = row?.facts ?? null;
  const judgement = facts === null ? null : judgeFacts(facts);
  const chosen = row?.chosenAtMs != null && script !== null ? script.choices : null;
  const steps = stepsOf(row, {
    place: chosen?.place ?? null,
    connectedAtMs,
    isOpen: judgement !== null && ruledOut(judgement, offer) === null,
  });
  return {
    siteId,
    state: stateOf(row, { steps, isRuledOut: judgement !== null && ruledOut(judgement, offer) !== null, nowMs }),
    expiresAtMs: row?.tokenExpiresAtMs ?? null,
    claimedAtMs: row?.claimedAtMs ?? null,
    otherRouterAtMs: row?.otherRouterAtMs ?? null,
    steps,
    image: row?.imageBytes == null ? null : { sentBytes: row.imageSentBytes, bytes: row.imageBytes },
    router:
      facts === null
        ? null
        : {
            identity: facts.identity,
            board: facts.board,
            version: facts.version,
            architecture: facts.architecture,
            serial: facts.serial,
            totalMemoryBytes: facts.totalMemoryBytes,
            disks: facts.disks.map(({ slot, sizeBytes, fileSystem }) => ({ slot, sizeBytes, fileSystem })),
            ports: portsOf(facts).map(({ name, running, bridge, isInstallers, isUplink, isWireless }) => ({
              name,
              running,
              bridge,
              isInstallers,
              isUplink,
              isWireless,
            })),
            hotspots: facts.hotspots.map(({ name, interface: port, network, profile }) => ({
              name,
              interface: port,
              network,
              withIt: facts.hotspots
                .filter((one) => one.name !== name && one.profile === profile)
                .map((one) => one.name),
            })),
          },
    places: judgement === null ? [] : placesOf(judgement, offer),
    isOnFlash: judgement?.place === "container" && judgement.imagePlace.kind === "flash",
    whyHosted: judgement?.whyHosted ?? null,
    problems: judgement === null ? [] : judgement.problems.map(({ problem, detail }) => ({ problem, detail })),
    choices:
      facts === null || judgement === null
        ? null
        : (chosen ?? suggestChoices(facts, judgement, { offer, template: row?.template ?? null })),
  };
}

type StepView = SetUpView["steps"][number];

function stepsOf(
  row: SetUpRow | null,
  known: { readonly place: string | null; readonly connectedAtMs: number | null; readonly isOpen: boolean },
): StepView[] {
  const shown = setUpSteps.filter((step) => known.place !== "hosted" || !notAtHostedSites.includes(step));
  const verified = row?.steps.verified;
  return shown.map((step) => {
    const said = row?.steps[step];
    const own = row === null ? null : hubsOwnStep(step, row, known);
    if (own !== null) return { step, problem: null, detail: null, ...own };
    // Reports are lost while the hub is away: what the router proved in the end was done on the way there.
    if (verified?.state === "done" && step !== "link" && said?.state !== "done")
      return { step, state: "done", problem: null, detail: null, atMs: verified.atMs };
    if (said === undefined) return { step, state: "todo", problem: null, detail: null, atMs: null };
    return { step, state: said.state, problem: said.problem, detail: said.detail, atMs: said.atMs };
  });
}

/** The steps that the hub sees by itself. */
function hubsOwnStep(
  step: SetUpStep,
  row: SetUpRow,
  { connectedAtMs, isOpen }: { readonly connectedAtMs: number | null; readonly isOpen: boolean },
): Pick<StepView, "state" | "atMs"> | null {
  const { factsAtMs, chosenAtMs } = row;
  if (step === "facts" && factsAtMs !== null) return { state: "done", atMs: factsAtMs };
  if (step === "choices" && factsAtMs !== null) {
    if (chosenAtMs !== null) return { state: "done", atMs: chosenAtMs };
    return isOpen ? { state: "waiting", atMs: factsAtMs } : null;
  }
  if (step === "link" && chosenAtMs !== null && connectedAtMs !== null && connectedAtMs >= chosenAtMs)
    return { state: "done", atMs: connectedAtMs };
  return null;
}

function stateOf(
  row: SetUpRow | null,
  {
    steps,
    isRuledOut,
    nowMs,
  }: { readonly steps: readonly StepView[]; readonly isRuledOut: boolean; readonly nowMs: number },
): SetUpView["state"] {
  if (row === null) return "none";
  if (row.cancelledAtMs !== null) return "cancelled";
  const isDone = (step: SetUpStep) => steps.some((one) => one.step === step && one.state === "done");
  if (isDone("link") && isDone("verified")) return "done";
  if (row.claimedAtMs === null) return hasEnded(row.tokenExpiresAtMs, tokenLifeMs, nowMs) ? "expired" : "waiting";
  if (hasEnded(row.claimedAtMs + resumeKeyLifeMs, resumeKeyLifeMs, nowMs)) return "stale";
  if (row.chosenAtMs !== null) return "running";
  return isRuledOut ? "failed" : "choose";
}
