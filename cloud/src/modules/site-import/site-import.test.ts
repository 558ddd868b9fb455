/** Hundreds of sites from a file, by HTTP. */

import { rmSync } from "node:fs";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boardFacts, choicesFor, imagesForTests, playRouter } from "../../fleet/set-up/test-set-up-router.ts";
import { createHeldReader } from "../../ground/foreign-files/test-held-reader.ts";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";

const logged: string[] = [];
const listen = (event: string, fields: object = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`);
const images = imagesForTests();
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));
const reader = createHeldReader();
const hub = useHub("embedded", {
  fileReader: reader,
  images: images.shelf,
  log: { debug: listen, info: listen, warn: listen, error: listen },
});
let owner: TestProvider;
beforeAll(async () => {
  owner = await hub.makeProvider("Importer");
});

const call = askerOf(hub, () => owner.token);
const importCsv = async (csv: string, dryRun = false) => (await call("POST", "/sites/import", { csv, dryRun })).body;
const sites = async () => (await call("GET", "/sites?limit=100&sort=name")).body.items;

const many = isLongRun ? 300 : 40;

test("[RTR-02] many sites: tried first, then all at once, each with its token and its line; the same file again changes nothing, another one updates what differs", async () => {
  const lines = Array.from(
    { length: many },
    (_, at) => `Kiosk ${at},Coast,karibu,secret-${at}-of-a-router,-4.0${at % 10},39.6`,
  );
  const csv = `name,region,user,password,lat,lng\n${lines.join("\n")}\n`;
  const tried = await importCsv(csv, true);
  expect(tried).toMatchObject({ made: many, updated: 0, unchanged: 0, errors: [] });
  expect(tried.sites[many - 1]).toMatchObject({
    fileLine: many + 1,
    siteId: null,
    does: "make",
    setsAccess: true,
    line: null,
  });
  expect(await sites()).toEqual([]);

  const made = await importCsv(csv);
  expect(made).toMatchObject({ made: many, errors: [] });
  expect(new Set(made.sites.map(({ line }: { line: string }) => line)).size).toBe(many);
  expect(made.sites[0]).toMatchObject({ siteId: expect.any(String), enrolmentToken: expect.any(String) });
  const router = playRouter(hub, made.sites[0].line);
  expect((await router.tell()).body.state).toBe("choose");

  const again = await importCsv(csv);
  expect(again).toMatchObject({ made: 0, updated: 0, unchanged: many });
  expect(again.sites[0]).toMatchObject({ siteId: made.sites[0].siteId, line: null, enrolmentToken: null });
  expect(await importCsv("name,district\nKiosk 7,Mvita\nkiosk 8,\n")).toMatchObject({
    made: 0,
    updated: 1,
    unchanged: 1,
  });
  const [changed] = (await call("GET", "/sites?q=Kiosk%207&sort=name")).body.items;
  expect(changed).toMatchObject({ district: "Mvita", region: "Coast", latitude: -4.07 });

  // A password is in no answer, no log, no audit entry, and in clear in no row.
  const { items } = (await call("GET", "/audit?limit=100")).body;
  const rows = await hub.database().asPlatform("test", (tx) => tx.selectFrom("router_access").selectAll().execute());
  expect(rows).toHaveLength(many);
  const seen = [JSON.stringify([tried, made, again, items]), logged.join("\n"), JSON.stringify(rows)].join("\n");
  expect(seen).not.toMatch(/secret-\d/);
  expect(Buffer.concat(rows.map((row) => Buffer.from(row.passwordSealed))).toString("latin1")).not.toMatch(/secret-\d/);
});

test("[RTR-02] one wrong line, and no site is made or changed; all that is wrong is said", async () => {
  const before = await sites();
  const answer = await importCsv("name,lat,lng,user\nNew,1,2,\nOther,95,200,\nThird,1,2,karibu\nKiosk 1,2,2,\n");
  expect(answer).toMatchObject({ made: 0, sites: [] });
  expect(answer.errors.map((one: { line: number; field: string }) => [one.line, one.field])).toEqual([
    [3, "lat"],
    [3, "lng"],
    [4, "password"],
  ]);
  expect(await sites()).toEqual(before);
  expect((await call("POST", "/sites/import", { csv: "x".repeat(1_000_001) })).status).toBe(400);
});

test("[RTR-02] the file to begin with is taken back as it is", async () => {
  const { text } = await call("GET", "/sites/import/example");
  expect(text.split("\r\n")[0]).toBe("name,address,port,user,password,region,district,lat,lng,template,note");
  const asked = text.replace("karibu,,", "karibu,a-pass-word,");
  expect(await importCsv(asked, true)).toMatchObject({ made: 1, errors: [] });
});

test("[RTR-01] a site's choices become a template; new sites, by hand and by file, begin with them, also when that site is gone", async () => {
  const { site } = (await call("POST", "/sites", { name: "Model", region: "Lake", interimSeconds: 60 })).body;
  const { line } = (await call("POST", `/sites/${site.siteId}/set-up`, {})).body;
  await playRouter(hub, line).tell();
  await call("POST", `/sites/${site.siteId}/set-up/choices`, choicesFor);
  const made = await call("POST", "/site-templates", { name: "Kiosk with Wi-Fi", siteId: site.siteId });
  expect(made.body, made.text).toMatchObject({ region: "Lake", interimSeconds: 60 });
  expect((await call("POST", "/site-templates", { name: "kiosk with wi-fi", siteId: site.siteId })).body.code).toBe(
    "template-name-taken",
  );
  const { templateId, hasChoices } = made.body;
  await call("DELETE", `/sites/${site.siteId}`);
  const other = (await call("POST", "/sites", { name: "Alike", templateId })).body.site;
  expect(other).toMatchObject({ region: "Lake", interimSeconds: 60 });
  const [third] = (await importCsv("name,template\nThird one,KIOSK WITH WI-FI\n")).sites;
  const begun = (await call("POST", `/sites/${other.siteId}/set-up`, { templateId })).body.line;
  const [port] = boardFacts.interfaces;
  const facts = {
    ...boardFacts,
    interfaces: [...boardFacts.interfaces, { ...(port as typeof port & object), name: "ether4" }],
  };
  for (const [siteId, pasted] of [
    [other.siteId, begun],
    [third.siteId, third.line],
  ]) {
    await playRouter(hub, pasted, facts).tell();
    const { choices } = (await call("GET", `/sites/${siteId}/set-up`)).body;
    expect([hasChoices, choices.guestPorts]).toEqual([true, choicesFor.guestPorts]);
  }
  const stranger = await hub.makeProvider("Stranger");
  expect((await call("DELETE", `/site-templates/${templateId}`, undefined, stranger.token)).status).toBe(404);
  expect((await call("DELETE", `/site-templates/${templateId}`)).status).toBe(204);
});

test("many files of one provider at once: one is read and three wait, another provider's is read at once, and the others are asked to come again", async () => {
  const stranger = await hub.makeProvider("Patient");
  const file = { csv: "name\nNever\n", dryRun: true };
  reader.hold();
  let refused = 0;
  const crowd = Array.from({ length: 30 }, async () => {
    const answer = await call("POST", "/sites/import", file);
    if (answer.status === 429) refused++;
    return answer;
  });
  await expect.poll(() => refused).toBe(26);
  const patient = call("POST", "/sites/import", file, stranger.token);
  await expect.poll(reader.open).toBe(2);
  reader.release();
  expect((await patient).status).toBe(200);
  const answers = await Promise.all(crowd);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
  const [one] = answers.filter(({ status }) => status === 429);
  expect([one?.body.code, one?.headers.get("retry-after")]).toEqual(["files-in-line", "10"]);
  expect(await importCsv("name\nNever\n", true)).toMatchObject({ made: 1 });
});

test("[RTR-02] a file of another system is taken by what that calls its columns; a column that nobody knows is asked for once, and remembered for this provider alone", async () => {
  const other = await hub.makeProvider("Mover");
  const give = async (body: object, token = other.token) => (await call("POST", "/sites/import", body, token)).body;
  const csv = (name: string) =>
    `Router_Name,IP_Address,API_Port,Username,Api Password,County,Latitude,longitude,Barabara,vlan\n${name},10.9.8.7,8729,admin,s3cret,Kisumu,-0.1,34.75,Oginga Odinga,12\n`;
  const asked = await give({ csv: csv("Kondele"), dryRun: true });
  expect(asked).toMatchObject({ made: 0, sites: [], unknownColumns: ["barabara", "vlan"] });
  const columns = { Barabara: "district", VLAN: "ignore" };
  expect(await give({ csv: csv("Kondele"), columns, dryRun: true })).toMatchObject({
    made: 1,
    unknownColumns: [],
    errors: [],
  });
  // A trial keeps nothing.
  expect((await give({ csv: csv("Kondele"), dryRun: true })).unknownColumns).toHaveLength(2);
  expect(await give({ csv: csv("Kondele"), columns })).toMatchObject({ made: 1, errors: [] });
  const [site] = (await call("GET", "/sites", undefined, other.token)).body.items;
  expect(site).toMatchObject({
    name: "Kondele",
    address: "10.9.8.7",
    region: "Kisumu",
    district: "Oginga Odinga",
    latitude: -0.1,
    longitude: 34.75,
  });
  expect((await call("GET", `/sites/${site.siteId}/router-access`, undefined, other.token)).body).toMatchObject({
    port: 8729,
    user: "admin",
  });
  expect(await give({ csv: csv("Nyalenda") })).toMatchObject({ made: 1, unknownColumns: [] });
  expect((await give({ csv: csv("Bondo"), dryRun: true }, owner.token)).unknownColumns).toEqual(["barabara", "vlan"]);
  const twice = await give({ csv: csv("Bondo"), columns: { barabara: "county" }, dryRun: true });
  expect(twice).toMatchObject({ field: "columns.barabara" });
  const crowd = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`column ${at}`, "ignore"]));
  expect(await give({ csv: csv("Bondo"), columns: crowd })).toMatchObject({ status: 400, field: "columns" });
  const unkept = await give({ csv: csv("Bondo"), columns: { "a\0": "ignore" } });
  expect(unkept).toMatchObject({ status: 400, field: "columns" });
  const same = await give({ csv: csv("Bondo"), columns: { barabara: "region" }, dryRun: true });
  expect(same.errors).toMatchObject([{ field: "barabara", problem: "column-twice" }]);
});

test("[SYS-25] a whole file is refused where the quota of sites has no room for all of it", async () => {
  const { providerId, token } = await hub.makeProvider("Full");
  const limits = { token: await hub.adminToken(), body: { sites: 1 } };
  expect((await hub.call("PATCH", `/api/v1/providers/${providerId}/quotas`, limits)).status).toBe(200);
  const answer = await call("POST", "/sites/import", { csv: "name\nA\nB\n" }, token);
  expect([answer.status, answer.body.code]).toEqual([409, "quota-reached"]);
  expect((await call("GET", "/sites", undefined, token)).body.items).toEqual([]);
});
