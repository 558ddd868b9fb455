import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { afterEach, beforeAll, expect, test } from "vitest";
import { ensurePlatform } from "../../tenancy/providers/platform.ts";
import { engineSuite, realWorld, useDatabase } from "../db/test-databases.ts";
import { platformProviderId } from "../http/actor.ts";
import { createInProcessQueue } from "../jobs/in-process.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import { invitationLetter } from "./letters.ts";
import { createMailer } from "./mailer.ts";
import { createSmtp } from "./smtp.ts";
import { startSmtpServer, type TestSmtpServer } from "./test-smtp-server.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function mailServer(login?: Parameters<typeof startSmtpServer>[0]): Promise<TestSmtpServer> {
  const server = await startSmtpServer(login);
  closing.push(() => server.stop());
  return server;
}

function sender(url: string) {
  const smtp = createSmtp(url);
  closing.push(smtp.close);
  return smtp.send;
}

test("[MSG-04] a letter arrives whole: sender, receiver, subject and words beyond ASCII, by the user of the URL", async () => {
  const server = await mailServer({ user: "karibu@mail.test", password: "p@ss:word/" });
  await sender(server.url)({
    to: "asha@example.test",
    subject: "Karibu — jambo",
    text: "Fungua:\n.\nhttps://hub.test/#/x/…\n",
  });
  const [letter] = server.letters;
  expect(server.seenLogin()).toBe("karibu@mail.test:p@ss:word/");
  expect(letter).toMatchObject({ from: "karibu@mail.test", to: ["asha@example.test"] });
  expect(letter?.raw).toMatch(/^To: asha@example\.test$/m);
  expect(letter?.raw).toMatch(/^Subject: =\?UTF-8\?/m);
});

test("[PAY-23] a file goes with its letter, byte for byte, under its name", async () => {
  const server = await mailServer();
  const bytes = Uint8Array.from({ length: 3000 }, (_, at) => (at * 7) % 256);
  const attachment = { name: "INV-2026-000007.pdf", mediaType: "application/pdf", bytes };
  await sender(server.url)({ to: "asha@example.test", subject: "x", text: "y", attachment });
  const raw = server.letters[0]?.raw ?? "";
  expect(raw).toMatch(/^Content-Type: application\/pdf; name=INV-2026-000007\.pdf\r?$/m);
  expect(raw).toMatch(/^Content-Disposition: attachment; filename=INV-2026-000007\.pdf\r?$/m);
  expect(raw.replaceAll(/\r?\n/g, "")).toContain(Buffer.from(bytes).toString("base64"));
});

test("the sender is the one of ?from=, or karibu@ the server", async () => {
  const server = await mailServer();
  const letter = { to: "a@example.test", subject: "x", text: "y" };
  await sender(`${server.url}?from=${encodeURIComponent("hello@isp.test")}`)(letter);
  await sender(server.url)(letter);
  expect(server.letters.map(({ from }) => from)).toEqual(["hello@isp.test", "karibu@127.0.0.1"]);
});

test("names that people chose add no header and no receiver", async () => {
  const server = await mailServer();
  const send = sender(server.url);
  const evil = "Evil\r\nBcc: victim@example.test\r\n\r\nbody";
  await send(
    invitationLetter({
      to: "guest@example.test",
      locale: "en",
      link: "https://hub.test/#/x",
      validHours: 1,
      providerName: evil,
      inviter: evil,
    }),
  );
  const [letter] = server.letters;
  expect(letter?.to).toEqual(["guest@example.test"]);
  const head = (letter?.raw ?? "").split("\r\n\r\n")[0] ?? "";
  expect(head).not.toMatch(/^bcc:/im);
});

test.each([
  ["refuses the receiver", (server: TestSmtpServer) => server.refuseNext("550 no such person")],
  ["is busy", (server: TestSmtpServer) => server.refuseNext("451 later")],
  ["hangs up after the letter", (server: TestSmtpServer) => server.hangUpNext()],
] as const)("a server that %s: the sending fails, and the next letter goes", async (_, trouble) => {
  const server = await mailServer();
  const send = sender(server.url);
  trouble(server);
  await expect(send({ to: "a@example.test", subject: "first", text: "x" })).rejects.toThrow();
  await send({ to: "a@example.test", subject: "second", text: "x" });
  expect(server.letters).toHaveLength(1);
});

test("a wrong password is told, without the password", async () => {
  const server = await mailServer({ user: "karibu", password: "right" });
  const failed = sender(server.url.replace("right", "wr0ng-one"))({ to: "a@example.test", subject: "x", text: "y" });
  const error = await failed.then(
    () => null,
    (reason: Error) => reason,
  );
  expect(error?.message).toMatch(/535|login/i);
  expect(error?.message).not.toContain("wr0ng-one");
});

engineSuite("the outbox with a mail server", (engine) => {
  const real = realWorld();
  const startMs = real.clock.wall().atMs;
  /** Back-off without the waiting: a thousand times as fast. */
  const world: World = {
    ...real,
    clock: {
      ...real.clock,
      wall: () => ({ atMs: unixMs(startMs + (real.clock.wall().atMs - startMs) * 1000), quality: "synced" }),
      after: (delayMs, task) => real.clock.after(delayMs / 1000, task),
    },
  };
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const database = useDatabase(engine, world);
  beforeAll(() => database.current().asPlatform("test", (tx) => ensurePlatform(world, tx)));

  async function open(url: string | null) {
    const jobs = createInProcessQueue(world, database.current());
    const mailer = createMailer(
      { world, database: database.current(), envelope, jobs },
      url === null ? null : sender(url),
    );
    await mailer.registerJobs();
    await jobs.start();
    closing.push(() => jobs.stop());
    await mailer.start();
    return mailer;
  }
  const write = (mailer: Awaited<ReturnType<typeof open>>, subject: string) =>
    database
      .current()
      .asPlatform("test", (tx) => mailer.write(tx, platformProviderId, { to: "a@example.test", subject, text: "x" }));
  const rowOf = (subject: string) =>
    database
      .current()
      .asPlatform("test", (tx) =>
        tx.selectFrom("mail_outbox").selectAll().where("subject", "=", subject).executeTakeFirstOrThrow(),
      );

  test("[MSG-04] what the server did not take at first is sent again, once", async () => {
    const server = await mailServer();
    const mailer = await open(server.url);
    server.refuseNext("451 later", "451 later");
    await write(mailer, `again on ${engine}`);
    await expect.poll(() => server.letters.length, { timeout: 30_000 }).toBe(1);
    await expect.poll(async () => (await rowOf(`again on ${engine}`)).state, { timeout: 30_000 }).toBe("sent");
    expect(await rowOf(`again on ${engine}`)).toMatchObject({ tries: 3, lastError: null });
  });

  test("a letter that is refused for good fails, with the reason kept for people", async () => {
    const server = await mailServer();
    const mailer = await open(server.url);
    server.refuseNext(...Array<string>(20).fill("550 no such person"));
    await write(mailer, `never on ${engine}`);
    await expect.poll(async () => (await rowOf(`never on ${engine}`)).state, { timeout: 30_000 }).toBe("failed");
    expect((await rowOf(`never on ${engine}`)).lastError).toContain("no such person");
  });

  test("letters written while there was no mail server are sent once there is one", async () => {
    await write(await open(null), `waited on ${engine}`);
    expect((await rowOf(`waited on ${engine}`)).state).toBe("waiting");
    const server = await mailServer();
    await open(server.url);
    await expect.poll(() => server.letters.length, { timeout: 30_000 }).toBe(1);
  });
});
