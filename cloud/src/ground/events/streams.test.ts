import { EventEmitter } from "node:events";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { actorOf } from "../../identity/credentials/actor-of.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import { permissionsOf } from "../http/permissions.ts";
import type { Call } from "../http/route.ts";
import { keepDead } from "../jobs/dead-jobs.ts";
import { sendToOutbox } from "../jobs/outbox.ts";
import type { HubEvent } from "./emit.ts";
import { createEmit } from "./record.ts";
import { createEventStreams } from "./streams.ts";

interface Heard {
  readonly id: number;
  readonly event: string;
  readonly data: { id?: string; action?: string };
}

hubSuite("the live stream", (hub) => {
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
        tx.deleteFrom("events").where("providerId", "=", mine.providerId).where("seq", "<", 3).execute(),
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

  /** A person of this provider, logged in. */
  async function person(provider: TestProvider, role: string) {
    const body = { email: `${role}@${provider.providerId}.test`, name: role, role, password: "some-long-password" };
    const { body: user } = await hub.call("POST", "/api/v1/users", { token: provider.token, body });
    return { userId: user.userId as string, token: await hub.logIn(body.email, body.password) };
  }
  const refusal = async (token: string, topics: string) => {
    const { status, body } = await hub.call("GET", `/api/v1/events?topics=${topics}`, { token });
    return [status, body.code];
  };

  test("[SYS-01] one's own account is a topic: a seller hears that their role changed, and nobody else hears it", async () => {
    const mine = await hub.makeProvider("Iota");
    const [seller, support] = [await person(mine, "seller"), await person(mine, "support")];
    await using stream = await listen(seller.token, undefined, "user");
    await using ofSupport = await listen(support.token);
    await using ofOwner = await listen(mine.token);
    for (const one of [stream, ofSupport, ofOwner]) await one.next();
    const change = (userId: string, body: object) =>
      hub.call("PATCH", `/api/v1/users/${userId}`, { token: mine.token, body });
    await change(support.userId, { name: "Support, renamed" });
    expect((await ofSupport.next()).data).toMatchObject({ id: support.userId, action: "changed" });
    await change(seller.userId, { role: "installer" });
    await emit(mine, payment("after"));
    expect(await stream.next()).toMatchObject({ event: "user", data: { id: seller.userId, action: "role-changed" } });
    expect((await ofOwner.next()).data.id).toBe("after");
  });

  test("[SYS-01] who changes a role of their own tells its people", async () => {
    const mine = await hub.makeProvider("Kappa");
    const role = { name: "Counter", permissions: ["plans.read"] };
    const { body: made } = await hub.call("POST", "/api/v1/roles", { token: mine.token, body: role });
    const one = await person(mine, made.role);
    await using stream = await listen(one.token);
    await stream.next();
    const wider = { permissions: ["plans.read", "payments.read"] };
    await hub.call("PATCH", `/api/v1/roles/${made.role}`, { token: mine.token, body: wider });
    expect((await stream.next()).data).toMatchObject({ id: one.userId, action: "role-changed" });
  });

  test("[SYS-01] the stream of a log-in that was ended says so, and ends at once", async () => {
    const mine = await hub.makeProvider("Lambda");
    const one = await person(mine, "support");
    await using stream = await listen(one.token);
    await stream.next();
    await hub.call("PATCH", `/api/v1/users/${one.userId}`, { token: mine.token, body: { active: false } });
    expect((await stream.next()).data.action).toBe("log-ins-ended");
    await emit(mine, payment("secret"));
    await expect(stream.next()).rejects.toThrow("the stream ended");
  });

  test("[SYS-01] [TEN-08] who logged out, whose token was revoked or whose provider was deleted hears nothing that happens later", async () => {
    const mine = await hub.makeProvider("Lambda-out");
    const fromConsole = { "Karibu-Console": "1", Origin: hub.url() };
    const of = { email: mine.ownerEmail, password: ownerPassword };
    const browser = await hub.call("POST", "/api/v1/session", { body: of, headers: fromConsole });
    const set = browser.headers.getSetCookie().find((one) => one.startsWith("karibu_session=")) ?? "";
    const cookie = { ...fromConsole, Cookie: set.split(";")[0] as string };
    const script = await hub.logIn(of.email, of.password);
    const key = { name: "K", scopes: ["events.read", "payments.read"], password: ownerPassword };
    const made = () => hub.call("POST", "/api/v1/tokens", { token: mine.token, body: key });
    const [revoked, left] = [(await made()).body, (await made()).body];
    const path = `/api/v1/providers/${mine.providerId}`;
    const admin = await hub.adminToken();
    const ways: [string, () => Promise<{ status: number }>][] = [
      [browser.body.token, () => hub.call("DELETE", "/api/v1/session", { headers: cookie })],
      [script, () => hub.call("POST", "/api/v1/logout", { token: script })],
      [revoked.token, () => hub.call("POST", `/api/v1/tokens/${revoked.tokenId}/revoke`, { token: mine.token })],
      [left.token, () => hub.call("DELETE", path, { token: admin })],
    ];
    for (const [token, end] of ways) {
      await using stream = await listen(token);
      expect((await stream.next()).event).toBe("ready");
      expect((await end()).status).toBeLessThan(300);
      await emit(mine, payment("secret"));
      const heard: (string | undefined)[] = [];
      const hear = async () => {
        for (;;) heard.push((await stream.next()).data.id);
      };
      await expect(hear()).rejects.toThrow("the stream ended");
      expect(heard).not.toContain("secret");
    }
  });

  test("[SYS-01] [TEN-03] support access that was ended, or whose time is over, hears nothing that happens later", async () => {
    const mine = await hub.makeProvider("Lambda-visited");
    const admin = await hub.adminToken();
    const visit = async () =>
      (
        await hub.call("POST", `/api/v1/providers/${mine.providerId}/impersonate`, {
          token: admin,
          body: { reason: "they asked for help", minutes: 5 },
        })
      ).body;
    for (const over of [
      async (id: string) => hub.call("POST", `/api/v1/impersonations/${id}/end`, { token: mine.token }),
      async () => hub.moveClock(6 * 60_000),
    ]) {
      const { token, impersonation } = await visit();
      await using stream = await listen(token);
      await stream.next();
      await emit(mine, payment("meanwhile"));
      expect((await stream.next()).data.id).toBe("meanwhile");
      await over(impersonation.impersonationId);
      await emit(mine, payment("secret"));
      await expect(stream.next()).rejects.toThrow("the stream ended");
    }
  });

  test("[SYS-01] nobody subscribes to another person, to the platform, or to what is no topic; a token is no person", async () => {
    const mine = await hub.makeProvider("Mu");
    const { body: owner } = await hub.call("GET", "/api/v1/user", { token: mine.token });
    const installer = await person(mine, "installer");
    expect(await refusal(installer.token, `user:${owner.userId}`)).toEqual([403, "not-allowed"]);
    expect(await refusal(installer.token, "user,payment")).toEqual([403, "not-allowed"]);
    expect(await refusal(mine.token, "admin")).toEqual([403, "not-allowed"]);
    expect(await refusal(mine.token, "nonsense")).toEqual([400, "invalid"]);
    expect(await refusal(mine.token, "site:one")).toEqual([400, "invalid"]);
    const key = { name: "K", scopes: ["events.read"], password: ownerPassword };
    const { body: token } = await hub.call("POST", "/api/v1/tokens", { token: mine.token, body: key });
    expect(await refusal(token.token, "user")).toEqual([403, "not-allowed"]);
    const without = { ...key, name: "L", scopes: ["plans.read"] };
    const { body: narrow } = await hub.call("POST", "/api/v1/tokens", { token: mine.token, body: without });
    expect((await hub.call("GET", "/api/v1/events", { token: narrow.token })).status).toBe(403);
    await using own = await listen(installer.token, undefined, `user:${installer.userId},site`);
    expect((await own.next()).event).toBe("ready");
  });

  longTest("[SYS-01] platform admins hear what becomes of providers, in the platform's topic", async () => {
    await using stream = await listen(await hub.adminToken(), undefined, "admin");
    await stream.next();
    const mine = await hub.makeProvider("Nu");
    expect((await stream.next()).data).toMatchObject({ id: mine.providerId, action: "provider-made" });
    await emit(mine, payment("theirs"));
    const body = { graceDays: 0 };
    await hub.call("POST", `/api/v1/providers/${mine.providerId}/suspend`, { token: await hub.adminToken(), body });
    expect((await stream.next()).data).toMatchObject({ id: mine.providerId, action: "provider-suspend" });
  });

  longTest("[SYS-01] one job is a topic, for whoever may read that job", async () => {
    const [mine, theirs] = [await hub.makeProvider("Xi"), await hub.makeProvider("Omicron")];
    const jobId = await hub.database().asPlatform("test", async (tx) => {
      const data = { providerId: mine.providerId };
      await sendToOutbox(hub.world)(tx, "maintenance.nobody-does-this", data, { startAfterMs: 86_400_000 });
      const row = await tx.selectFrom("job_outbox").selectAll().where("name", "=", "maintenance.nobody-does-this");
      return (await row.executeTakeFirstOrThrow()).jobId;
    });
    const support = await person(mine, "support");
    expect(await refusal(support.token, `job:${jobId}`)).toEqual([403, "not-allowed"]);
    expect(await refusal(theirs.token, `job:${jobId}`)).toEqual([404, "not-found"]);
    await using stream = await listen(mine.token, undefined, `job:${jobId}`);
    await using ofAdmin = await listen(await hub.adminToken(), undefined, "job");
    await using ofTheirs = await listen(theirs.token);
    for (const one of [stream, ofAdmin, ofTheirs]) await one.next();
    await emit(mine, payment("not asked for"), { topic: "job", id: "another", action: "done" });
    const dead = { jobId, name: "maintenance.nobody-does-this", error: "e", tries: 1, createdAtMs: 1 };
    await hub
      .database()
      .asPlatform("test", (tx) => keepDead(hub.world, tx, { ...dead, data: { providerId: mine.providerId } }));
    await emit(theirs, payment("theirs"));
    for (const one of [stream, ofAdmin]) expect((await one.next()).data).toMatchObject({ id: jobId, action: "failed" });
    expect((await ofTheirs.next()).data.id).toBe("theirs");
  });

  test("[SYS-01] a change of many vouchers is a job that support hears by its id", async () => {
    const mine = await hub.makeProvider("Pi");
    const { token } = await person(mine, "support");
    const jobId = "01BULK";
    await hub.database().asProvider(mine.providerId, (tx) =>
      sql`insert into voucher_bulk_jobs (provider_id, job_id, action, voucher_ids, started_by, created_at_ms)
          values (${mine.providerId}, ${jobId}, 'disable', '[]', 'u', 1)`.execute(tx),
    );
    await using stream = await listen(token, undefined, `job:${jobId}`);
    await stream.next();
    await emit(mine, { topic: "job", id: "another", action: "done" }, { topic: "job", id: jobId, action: "progress" });
    expect((await stream.next()).data).toMatchObject({ id: jobId, action: "progress" });
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
    const user = { userId: "u", providerId, role: "owner", email: "u@eta.test", name: "U" };
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
        const call = { actor: actor(), query: {} } as Call<unknown, unknown, unknown>;
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

  async function listen(token: string, lastId?: number, topics?: string) {
    const abort = new AbortController();
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(lastId === undefined ? {} : { "Last-Event-ID": String(lastId) }),
    };
    const response = await fetch(`${hub.url()}/api/v1/events${topics === undefined ? "" : `?topics=${topics}`}`, {
      headers,
      signal: abort.signal,
    });
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
            const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
            const event = field("event");
            if (event !== undefined) return { id: Number(field("id")), event, data: JSON.parse(field("data") ?? "{}") };
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
