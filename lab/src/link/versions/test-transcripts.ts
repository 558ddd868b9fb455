/**
 * What is kept of released peers, in `../transcripts`, by protocol number:
 * `protocol-<n>.json`          one link, word by word, as its agent and its hub said it.
 * `protocol-<n>.calls.json`    examples of every call: what a caller says, and every kind of answer.
 * `protocol-<n>.schemas.json`  all that its ends could say and read, in full or as differences from another protocol.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Description } from "./test-describe.ts";
import type { Schema } from "./test-readable.ts";

export interface Line {
  readonly from: "agent" | "hub";
  readonly frame: Readonly<Record<string, unknown>> & { readonly type: string };
}

export interface Transcript {
  readonly about: string;
  readonly siteId: string;
  /** The agent's key. `agentSeed`: its private half, where it was kept. */
  readonly publicKey: string;
  readonly agentSeed?: string;
  /** Absent: it was not kept, and the hub's proof is signed again. */
  readonly hubPublicKey?: string;
  readonly lines: readonly Line[];
}

/** Examples of one method. A host is a process that runs the agents of many sites. */
export interface CallExamples {
  readonly caller: "agent" | "hub" | "host";
  readonly params: readonly unknown[];
  readonly results: readonly unknown[];
}

export interface Kept {
  /** Null: not recorded yet. */
  readonly transcript: Transcript | null;
  readonly calls: Readonly<Record<string, CallExamples>>;
  readonly schemas: Description;
  /** Messages that this protocol did not have, and why none of them reaches its peers: `methods.<name>`, `frames.<name>`. */
  readonly absent: Readonly<Record<string, string>>;
  /** What an old peer can't read and need not, with what happens then. */
  readonly accepted: Readonly<Record<string, string>>;
}

interface Differences {
  readonly differsFrom?: number;
  readonly without?: readonly string[];
  readonly needs?: readonly string[];
  readonly absent?: Readonly<Record<string, string>>;
  readonly accepted?: Readonly<Record<string, string>>;
}

const fileOf = (name: string) => join(import.meta.dirname, "../transcripts", name);
const read = (name: string) => JSON.parse(readFileSync(fileOf(name), "utf8"));

const transcriptFile = (protocol: number): string => `protocol-${protocol}.json`;
const schemasFile = (protocol: number): string => `protocol-${protocol}.schemas.json`;
const callsFile = (protocol: number): string => `protocol-${protocol}.calls.json`;

export function readKept(protocol: number): Kept {
  const file = transcriptFile(protocol);
  const { accepted = {}, ...schemas } = read(schemasFile(protocol)) as Differences;
  return {
    transcript: existsSync(fileOf(file)) ? read(file) : null,
    calls: read(callsFile(protocol)).methods,
    schemas: schemasOf(protocol),
    absent: schemas.absent ?? {},
    accepted,
  };
}

/** Never replaces: what a released peer said stays. */
export function keepTranscript(protocol: number, transcript: Transcript): void {
  writeFileSync(fileOf(transcriptFile(protocol)), `${JSON.stringify(transcript)}\n`, { flag: "wx" });
}

/** Adds messages that are new since. Those that are there stay. */
export function keepNewSchemas(protocol: number, today: Description): void {
  const kept = read(schemasFile(protocol));
  for (const group of groups) kept[group] = { ...kept[group], ...today[group], ...kept[group] }; // new ones at the end
  writeFileSync(fileOf(schemasFile(protocol)), `${JSON.stringify(kept)}\n`);
}

export const groups = ["methods", "frames", "records", "rows"] as const;

function schemasOf(protocol: number): Description {
  const kept = read(schemasFile(protocol)) as Description & Differences;
  if (kept.differsFrom === undefined) return kept;
  const schemas = structuredClone(schemasOf(kept.differsFrom));
  for (const path of Object.keys(kept.absent ?? {})) {
    const [group, name] = path.split(".") as [keyof Description, string];
    const isNewer = (read(schemasFile(kept.differsFrom)) as Differences).absent?.[path] !== undefined;
    if (schemas[group][name] === undefined && !isNewer)
      throw new Error(`${schemasFile(protocol)}: there is no ${path}`);
    delete (schemas[group] as Record<string, unknown>)[name];
  }
  for (const path of kept.without ?? []) {
    const { object, field } = objectAt(schemas, path, schemasFile(protocol));
    delete (object.properties as Record<string, Schema>)[field];
  }
  for (const path of kept.needs ?? []) {
    const { object, field } = objectAt(schemas, path, schemasFile(protocol));
    (object.required as string[]).push(field);
  }
  return schemas;
}

/** The schema of the object that has the last field of the path, e.g. `methods.start-purchase.result.state.payAt`. */
function objectAt(schemas: Description, path: string, file: string): { object: Schema; field: string } {
  const [group, name, ...fields] = path.split(".") as [keyof Description, string, ...string[]];
  const message = schemas[group][name] as Record<string, Schema> | undefined;
  const root = group === "methods" ? message?.[fields.shift() as string] : (message as Schema | undefined);
  const field = fields.pop() as string;
  let objects = membersOf(root);
  for (const step of fields) objects = objects.flatMap((object) => membersOf(object.properties?.[step]));
  const object = objects.find((each) => each.properties?.[field] !== undefined);
  if (object === undefined) throw new Error(`${file}: there is no ${path}`);
  return { object, field };
}

/** The objects among a union's members; not copies, so that they can be changed. */
const membersOf = (schema: Schema = {}): Schema[] => {
  const members = schema.anyOf ?? schema.oneOf;
  return members === undefined ? [schema] : members.flatMap(membersOf);
};
