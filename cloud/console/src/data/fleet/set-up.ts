import type { setUpView } from "@karibu/cloud/fleet/set-up/set-up-view";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { z } from "zod";
import { getText, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export type SetUp = z.output<typeof setUpView>;
export type SetUpStepView = SetUp["steps"][number];

export interface PastedLine {
  readonly line: string;
  readonly expiresAtMs: number;
}

export const setUpPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/set-up", { siteId });
export const setUpHref = (siteId: string) => `#/set-up/${encodeURIComponent(siteId)}`;

/** The lines that were made in this tab: the hub shows a line once, and its page may be left and opened again. */
const lines = new Map<string, PastedLine>();

/** Whose choices the form of a set-up begins with. */
export interface LineLike {
  readonly templateSiteId?: string;
  readonly templateId?: string;
}

/** Makes a line; a former one of this site is dead then. */
export async function makeLine(siteId: string, like: LineLike = {}): Promise<PastedLine> {
  const made = await post(setUpPath(siteId), like);
  lines.set(siteId, made);
  return made;
}

/** Null: it was made in another tab, or its time is over. */
export function lineOf(siteId: string, nowMs: number): PastedLine | null {
  const line = lines.get(siteId);
  return line !== undefined && nowMs < line.expiresAtMs ? line : null;
}

export const chooseSetUp = (siteId: string, choices: SetUpChoices & { readonly serial?: string }): Promise<SetUp> =>
  post(hubPath("/api/v1/sites/{siteId}/set-up/choices", { siteId }), choices);

export function cancelSetUp(siteId: string): Promise<SetUp> {
  lines.delete(siteId);
  return post(hubPath("/api/v1/sites/{siteId}/set-up/cancel", { siteId }));
}

/** In the order in which people need them. */
export const scriptParts = ["set-up", "repair", "verify", "remove"] as const;
export type ScriptPart = (typeof scriptParts)[number];
export const routersScript = (siteId: string, part: ScriptPart): Promise<string> =>
  getText(withQuery(hubPath("/api/v1/sites/{siteId}/script", { siteId }), { part }));
