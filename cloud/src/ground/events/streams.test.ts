import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { actorOf } from "../../identity/credentials/actor-of.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { isAbsent, oneEngine } from "../db/test-databases.ts";
import { permissionsOf } from "../http/permissions.ts";
import type { Call } from "../http/route.ts";
import type { HubEvent } from "./emit.ts";
import { createEmit } from "./record.ts";
import { createEventStreams } from "./streams.ts";

interface Heard {
  readonly id: number;
  readonly event: string;
  readonly data: { id?: string };
}

describe.each(oneEngine)("the live stream on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("of a provider", () => {
    const hub = useHub(engine);
    const emit = (provider: TestProvider, ...events: HubEvent[]) =>
      hub.database().asProvider(provider.providerId, async (tx) => {
        for (const event of events) await createEmit(hub.world)(tx, provider.providerId, event);
      });
    const payment = (id: string): HubEvent => ({ topic: "payment", id, action: "paid" });

    test("[SYS-01] says at once what happened, in order, and nothing of another provider", async () => {
      const mine = await hub.makeProvider("Alpha");
      const theirs = await hub.makeProvider("Beta");
      await using stream = await listen(mine.token);
      expect((await stream.next()).event).toBe("ready");
      await emit(theirs, payment("theirs"));
      await emit(mine, payment("first"), payment("second"));
      await emit(mine, payment("third"));
      expect([await stream.next(), await stream.next(), await stream.next()].map((heard) => heard.data.id)).toEqual([
        "first",
        "second",
        "third",
      ]);
    });

    test("[SYS-01] after a break it goes on with the next event, whatever happened meanwhile", async () => {
      const mine = await hub.makeProvider("Gamma");
      const first = await listen(mine.token);
      await first.next();
      await emit(mine, payment("seen"));
      const { id } = await first.next();
      await first[Symbol.asyncDispose]();
      await emit(mine, ...Array.from({ length: 450 }, (_, count) => payment(`missed ${count}`)));
      await using second = await listen(mine.token, id);
      expect((await second.next()).event).toBe("ready");
      for (let count = 0; count < 450; count++) expect((await second.next()).data.id).toBe(`missed ${count}`);
    });

    test("events written by many at once are all heard, each once", async () => {
      const mine = await hub.makeProvider("Delta");
      await using stream = await listen(mine.token);
      await stream.next();
      const names = Array.from({ length: 40 }, (_, count) => `event ${count}`);
      await Promise.all(names.map((name) => emit(mine, payment(name))));
      const heard: Heard[] = [];
      while (heard.length < names.length) heard.push(await stream.next());
      expect(heard.map((one) => one.data.id).sort()).toEqual([...names].sort());
      expect(heard.map((one) => one.id)).toEqual(heard.map((_, at) => at + 1));
    });

    test("a cursor older than the kept events, or from before a restore, gets a reset", async () => {
      const mine = await hub.makeProvider("Epsilon");
      await emit(mine, payment("1"), payment("2"), payment("3"));
      await hub
        .database()
        .asPlatform("test", (tx) =>
          tx.deleteFrom("events").where("provider_id", "=", mine.providerId).where("seq", "<", 3).execute(),
        );
      await using tooOld = await listen(mine.token, 1);
      expect(await tooOld.next()).toMatchObject({ event: "reset", id: 3 });
      await using fromTheFuture = await listen(mine.token, 99);
      expect(await fromTheFuture.next()).toMatchObject({ event: "reset", id: 3 });
      await using fits = await listen(mine.token, 2);
      expect([(await fits.next()).event, (await fits.next()).data.id]).toEqual(["ready", "3"]);
    });

    test("an installer hears of sites, not of payments", async () => {
      const mine = await hub.makeProvider("Zeta");
      const body = { email: "installer@zeta.test", name: "I", role: "installer", password: "some-long-password" };
      await hub.call("POST", "/api/v1/users", { token: mine.token, body });
      await using stream = await listen(await hub.logIn(body.email, body.password));
      await stream.next();
      await emit(mine, payment("secret"), { topic: "site", id: "a site", action: "connected" });
      expect((await stream.next()).data.id).toBe("a site");
    });

    test("a role that is lowered takes its topics along while the stream goes on", async () => {
      const mine = await hub.makeProvider("Eta");
      await using streams = await openByHand(mine);
      const heard = await streams.open();
      await emit(mine, payment("before"));
      await expect.poll(heard, { timeout: 30_000 }).toContain('"id":"before"');
      streams.lower();
      await streams.beat();
      await emit(mine, payment("secret"), { topic: "site", id: "a site", action: "connected" });
      await expect.poll(heard, { timeout: 30_000 }).toContain('"id":"a site"');
      expect(heard()).not.toContain("secret");
    });

    test("who leaves before the stream begins leaves no stream behind", async () => {
      await using streams = await openByHand(await hub.makeProvider("Theta"));
      await streams.open({ closed: true });
      expect(streams.count()).toBe(0);
      await streams.open();
      expect(streams.count()).toBe(1);
    });

    /** Streams with a clock that stands, and requests without a wire. */
    async function openByHand({ providerId }: TestProvider) {
      const beats: (() => unknown)[] = [];
      const clock = {
        ...hub.world.clock,
        after(_ms: number, task: () => unknown) {
          beats.push(task);
          return { cancel() {} };
        },
      };
      const user = { user_id: "u", provider_id: providerId, role: "owner", email: "u@eta.test", name: "U" };
      let permissions = permissionsOf("owner");
      const actor = () =>
        actorOf(user, permissions, {
          kind: "login",
          id: "one",
          factor: { isOn: false, isRequired: false, provedAtMs: null },
        });
      const authenticate = async () => ({ actor: actor(), readOnly: false as const, subdomain: null });
      const streams = createEventStreams({ ...hub.world, clock }, hub.database(), authenticate);
      await streams.start();
      return {
        count: streams.count,
        async open(state = { closed: false }) {
          const written: string[] = [];
          const response = Object.assign(new EventEmitter(), {
            writeHead() {},
            end() {},
            writableLength: 0,
            ...state,
            write: (text: string) => void written.push(text),
          });
          const request = { get: () => undefined, headers: {} };
          const call = { actor: actor() } as Call<unknown, unknown, unknown>;
          await streams.routes[0]?.run(call, request as never, response as never);
          return () => written.join("");
        },
        lower() {
          permissions = permissionsOf("installer");
        },
        beat: async () => void (await beats.at(-1)?.()),
        [Symbol.asyncDispose]: () => streams.stop(),
      };
    }

    async function listen(token: string, lastId?: number) {
      const abort = new AbortController();
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(lastId === undefined ? {} : { "Last-Event-ID": String(lastId) }),
      };
      const response = await fetch(`${hub.url()}/api/v1/events`, { headers, signal: abort.signal });
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const reader = (response.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      return {
        async next(): Promise<Heard> {
          for (;;) {
            const end = text.indexOf("\n\n");
            if (end >= 0) {
              const lines = text.slice(0, end).split("\n");
              text = text.slice(end + 2);
              const field = (name: string) =>
                lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
              const event = field("event");
              if (event !== undefined)
                return { id: Number(field("id")), event, data: JSON.parse(field("data") ?? "{}") };
              continue;
            }
            const { value, done } = await reader.read();
            if (done) throw new Error("the stream ended");
            text += value;
          }
        },
        async [Symbol.asyncDispose]() {
          abort.abort();
          await reader.cancel().catch(() => {});
        },
      };
    }
  });
});
