/** Mail that nobody took: its owner reads it, or sends it again. */

import { expect, test } from "vitest";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { anyEngine } from "../db/test-databases.ts";
import { providerPermissions } from "../http/permissions.ts";

const hub = useHub(anyEngine);

test("a mail that waits is read by who manages users, which is audited, and is sent again", async () => {
  const { token, providerId } = await hub.makeProvider("Mailing");
  const call = (method: string, path: string, as = token, body?: object) =>
    hub.call(method, `/api/v1${path}`, { token: as, ...(body === undefined ? {} : { body }) });
  const invited = await call("POST", "/invitations", token, {
    name: "Amina",
    email: "amina@mailing.test",
    role: "support",
  });
  expect(invited.status, invited.text).toBeLessThan(300);
  const { items } = (await call("GET", "/mails")).body;
  expect(items).toMatchObject([{ to: "amina@mailing.test" }]);
  expect(JSON.stringify(items)).not.toContain("http");
  const [{ id }] = items;
  const setState = (state: string) =>
    hub.database().asProvider(providerId, (tx) =>
      tx
        .updateTable("mail_outbox")
        .set({ state: state as "failed", tries: 8 })
        .execute(),
    );
  await expect.poll(() => hub.letters().length, { timeout: 20_000 }).toBeGreaterThan(0);
  await setState("failed");
  const open = (as = token, yourPassword = ownerPassword) => call("POST", `/mails/${id}/open`, as, { yourPassword });
  expect((await call("POST", `/mails/${id}/open`, token, {})).body.code).toBe("password-required");
  const program = await call("POST", "/tokens", token, {
    name: "All",
    scopes: providerPermissions,
    password: ownerPassword,
  });
  expect(program.status, program.text).toBe(201);
  expect((await open(program.body.token)).body.rule, "a program becomes nobody by a link").toBe("person-alone");
  const opened = await open();
  expect(opened.body.text).toMatch(/https?:\/\//);
  const { items: audit } = (await call("GET", "/audit?limit=20")).body;
  expect(JSON.stringify(audit)).toContain("/api/v1/mails/{id}/open");
  const before = hub.letters().length;
  expect((await call("POST", `/mails/${id}/resend`)).status).toBe(202);
  await expect.poll(() => hub.letters().length, { timeout: 20_000 }).toBe(before + 1);
  await setState("sent");
  expect((await open()).body.code).toBe("mail-sent");
  expect((await call("POST", `/mails/${id}/resend`)).body.code, "else it waits again, and its link is read").toBe(
    "mail-sent",
  );

  // Who manages users, and may do less than an owner, reads no link by which an owner comes in.
  await setState("failed");
  const role = await call("POST", "/roles", token, { name: "People", permissions: ["users.read", "users.manage"] });
  const people = "people@mailing.test";
  await call("POST", "/users", token, { name: "Pia", email: people, password: ownerPassword, role: role.body.role });
  const pia = await hub.logIn(people, ownerPassword);
  expect((await call("GET", "/mails", pia)).status).toBe(200);
  expect((await open(pia)).status).toBe(403);

  const stranger = await hub.makeProvider("Mailstranger");
  expect((await open(stranger.token)).status).toBe(404);
  const email = "support@mailing.test";
  await call("POST", "/users", token, { name: "Sam", email, password: ownerPassword, role: "support" });
  expect((await call("GET", "/mails", await hub.logIn(email, ownerPassword))).status).toBe(403);
});
