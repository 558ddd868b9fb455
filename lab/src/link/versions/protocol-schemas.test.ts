/**
 * Old and new ends read each other: each message of today is compared with what each supported protocol's release could say
 * and read, both ways. A new optional field is fine; a new required one, a new value or a renamed field is not.
 *
 * A new method, frame, record or row has no old form. `KARIBU_RECORD=1 npx vitest run lab/src/link/versions` adds its schema to
 * the current protocol's file; its examples are written by hand.
 */
import { protocolVersion, supportedProtocols } from "@karibu/protocol/link/frame";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Description, describeToday } from "./test-describe.ts";
import { notShown } from "./test-examples.ts";
import { type Schema, unreadable } from "./test-readable.ts";
import { groups, type Kept, keepNewSchemas, readKept } from "./test-transcripts.ts";

const today = await describeToday();
if (process.env.KARIBU_RECORD === "1") keepNewSchemas(protocolVersion, today);

type Side = "an agent" | "a hub" | "a host";
/** A message, and who says it to whom. */
interface Message {
  readonly where: string;
  readonly ways: readonly (readonly [writer: Side, reader: Side])[];
  readonly schema: Schema;
}
const up = ["an agent", "a hub"] as const;
const down = ["a hub", "an agent"] as const;
const hostUp = ["a host", "a hub"] as const;
const hostDown = ["a hub", "a host"] as const;
const waysOfFrames: Readonly<Record<string, Message["ways"]>> = {
  hubHello: [down],
  welcomeFrame: [down],
  ackFrame: [down],
  feedFrame: [down],
  pongFrame: [down],
  agentHello: [up],
  journalFrame: [up],
  appliedFrame: [up],
  pingFrame: [up],
};
const waysOfCalls = {
  agent: { params: up, result: down },
  hub: { params: down, result: up },
  host: { params: hostUp, result: hostDown },
} as const;

function messagesOf(description: Description, calls: Kept["calls"]): Message[] {
  const each = (group: "frames" | "records" | "rows", waysOf: (name: string) => Message["ways"]) =>
    Object.entries(description[group]).map(([name, schema]) => ({
      where: `${group}.${name}`,
      ways: waysOf(name),
      schema,
    }));
  const methods = Object.entries(description.methods).flatMap(([method, schemas]) => {
    // A method without examples is told by the test of examples.
    const ways = waysOfCalls[(calls[method] ?? { caller: "agent" as const }).caller];
    return (["params", "result"] as const).map((part) => ({
      where: `methods.${method}.${part}`,
      ways: [ways[part]],
      schema: schemas[part],
    }));
  });
  const frames = each("frames", (name) => waysOfFrames[name] ?? [up, down]);
  return [...methods, ...frames, ...each("records", () => [up]), ...each("rows", () => [down])];
}

/** Sentences about what is wrong: the first lines of a red run. */
const expectNone = (sentences: readonly string[]) => expect(sentences, `\n${sentences.join("\n")}\n`).toEqual([]);

describe.each(supportedProtocols)("protocol %i", (protocol) => {
  const kept = readKept(protocol);
  const then = messagesOf(kept.schemas, kept.calls);
  const now = new Map(messagesOf(today, kept.calls).map((message) => [message.where, message.schema]));

  test("[SYS-21] old peers read what today's ends say, and today's ends read what old peers say", () => {
    const said = then.flatMap(({ where, ways, schema: old }) =>
      ways.flatMap(([writer, reader]) => {
        const schema = now.get(where);
        if (schema === undefined)
          return [`${where}: ${writer} of protocol ${protocol} says this, and today nobody reads it`];
        const fromOld = {
          writer: `${writer} of protocol ${protocol}`,
          reader: `${reader} of today`,
          newer: "reader",
        } as const;
        const toOld = {
          writer: `${writer} of today`,
          reader: `${reader} of protocol ${protocol}`,
          newer: "writer",
        } as const;
        return [...unreadable(where, old, schema, fromOld), ...unreadable(where, schema, old, toOld)];
      }),
    );
    expectNone(said.filter((sentence) => kept.accepted[sentence] === undefined));
    expectNone(Object.keys(kept.accepted).filter((sentence) => !said.includes(sentence)));
  });

  test("every message of today is kept, or the reason why this protocol has none is", () => {
    const nameless = groups.flatMap((group) =>
      Object.keys(today[group])
        .filter((name) => kept.schemas[group][name] === undefined && kept.absent[`${group}.${name}`] === undefined)
        .map((name) => `${group}.${name}: protocol ${protocol} has no schema of it`),
    );
    // Records and rows of an unknown kind are kept unread by both ends, so an older protocol need not name them.
    const isNeeded = (sentence: string) => protocol === protocolVersion || !/^(records|rows)\./.test(sentence);
    expectNone(nameless.filter(isNeeded));
    if (protocol === protocolVersion) expect(kept.absent).toEqual({});
  });

  test("every method has examples of all params and results that this protocol knows", () => {
    // The examples of the current protocol also show what was added to it since its first release.
    const { methods } = protocol === protocolVersion ? today : kept.schemas;
    const missing = Object.entries(methods).flatMap(([method, { params, result }]) => {
      const examples = kept.calls[method];
      if (examples === undefined) return [`${method}: no example of this method, and no reason under "absent"`];
      return [
        ...notShown(`${method}.params`, params, examples.params),
        ...notShown(`${method}.result`, result, examples.results),
      ];
    });
    expectNone(missing);
    expect(Object.keys(kept.calls).sort()).toEqual(Object.keys(methods).sort());
  });

  test("the kept examples fit the kept schemas", () => {
    for (const [method, { params, results }] of Object.entries(kept.calls)) {
      const schemas = kept.schemas.methods[method] as Description["methods"][string];
      const complaints = (schema: Schema, examples: readonly unknown[]) =>
        examples.flatMap((example) => z.fromJSONSchema(schema as never).safeParse(example).error?.issues ?? []);
      expect(complaints(schemas.params, params), method).toEqual([]);
      expect(complaints(schemas.result, results), method).toEqual([]);
    }
  });
});
