import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { buildDockerArchive } from "@karibu/container/image/docker-archive";
import { readTar } from "@karibu/container/image/tar";
import { sha256Hex } from "@karibu/protocol/hash";
import { findTool, hasTool } from "@karibu/tools/ci/tools";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { realWorld } from "../../ground/db/test-databases.ts";
import { compressLayer } from "./compress-layer.ts";
import { createImageShelf } from "./image-shelf.ts";
import { registry } from "./registry.ts";

const run = promisify(execFile);
const world = realWorld();
const warned: unknown[] = [];
let passedMs = 0;
const shelfWorld = {
  log: { ...world.log, warn: (_event: string, fields?: object) => void warned.push(fields) },
  clock: { ...world.clock, monotonicMs: () => world.clock.monotonicMs() + passedMs },
};
let folder: string;
let server: Server;
let url: string;

const node = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index) & 0xff));

function archiveOf(architecture: string, version: string): Buffer {
  const file = (name: string, content: Uint8Array, mode = 0o644) => ({ name, content, mode });
  return buildDockerArchive(
    [
      file("bin/node", node, 0o755),
      file("licenses/node", Buffer.from("node's")),
      file("licenses/karibu", Buffer.from("ours")),
      file("karibu/launcher.cjs", Buffer.from(`launcher ${version}`)),
      file("karibu/portal/index.html", Buffer.from("<html>")),
    ],
    {
      architecture,
      entrypoint: ["/bin/node", "/karibu/launcher.cjs"],
      environment: { KARIBU_DATA: "/data" },
      exposedPorts: ["80/tcp"],
      healthCheck: { command: ["/bin/node"], everySeconds: 60 },
      volume: "/data",
      labels: {},
      name: `karibu-agent:${version}-${architecture}`,
    },
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-registry-"));
  const images = join(folder, "images");
  await mkdir(images);
  await writeFile(join(images, "arm64.tar"), archiveOf("arm64", "0.1.0"));
  await writeFile(join(images, "arm64.tar.gz"), gzipSync(archiveOf("arm64", "0.1.0")));
  await writeFile(join(images, "amd64.tar.gz"), gzipSync(archiveOf("amd64", "0.1.0")));
  await writeFile(join(images, "arm64-next.tar"), archiveOf("arm64", "0.10.0"));
  await writeFile(join(images, "early.tar"), archiveOf("arm64", "1.0.0-early.1"));
  await writeFile(join(images, "broken.tar"), Buffer.alloc(5000, 7));
  const app = express();
  app.use("/v2", registry(world, createImageShelf(images, shelfWorld)));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, init: RequestInit = {}) => fetch(`${url}/v2/${path}`, init);
const sha256 = (content: Uint8Array) => `sha256:${sha256Hex(content)}`;

async function manifestOf(reference: string) {
  const answer = await get(`karibu-agent/manifests/${reference}`);
  const content = Buffer.from(await answer.arrayBuffer());
  expect(answer.headers.get("docker-content-digest")).toBe(sha256(content));
  return { status: answer.status, type: answer.headers.get("content-type"), body: JSON.parse(content.toString()) };
}

test("[BEY-25] an image is served in two layers: Node and its libraries, and what is ours", async () => {
  const { type, body } = await manifestOf("0.1.0-arm64");
  expect(type).toBe("application/vnd.oci.image.manifest.v1+json");
  const layers = await Promise.all(
    body.layers.map(async ({ digest, size }: { digest: string; size: number }) => {
      const content = Buffer.from(await (await get(`karibu-agent/blobs/${digest}`)).arrayBuffer());
      expect([content.length, sha256(content)]).toEqual([size, digest]);
      return gunzipSync(content);
    }),
  );
  const names = layers.map((layer) => [...readTar(layer)].map(({ name }) => name));
  expect(names).toEqual([
    ["bin/node", "licenses/node"],
    ["karibu/launcher.cjs", "karibu/portal/index.html", "licenses/karibu"],
  ]);
  const config = await (await get(`karibu-agent/blobs/${body.config.digest}`)).json();
  expect(config).toMatchObject({ architecture: "arm64", rootfs: { diff_ids: layers.map((layer) => sha256(layer)) } });
  expect(config.config.Entrypoint).toEqual(["/bin/node", "/karibu/launcher.cjs"]);
});

test("the same image as .tar and as .tar.gz is one image: its tag is listed once, and nothing is complained of", async () => {
  const { tags } = await (await get("karibu-agent/tags/list")).json();
  expect(tags.filter((tag: string) => tag === "0.1.0-arm64")).toHaveLength(1);
  expect((await manifestOf("0.1.0")).body.manifests).toHaveLength(2);
});

test("another image under a tag that is taken is named and left out", async () => {
  const twice = join(folder, "twice");
  await mkdir(twice);
  await writeFile(join(twice, "a.tar"), archiveOf("arm64", "0.1.0"));
  const other = archiveOf("arm64", "0.2.0");
  await writeFile(
    join(twice, "b.tar"),
    Buffer.from(other.toString("latin1").replaceAll("agent:0.2.0", "agent:0.1.0"), "latin1"),
  );
  const before = warned.length;
  const { tags } = await createImageShelf(twice, shelfWorld).read();
  expect(tags.get("karibu-agent")).toEqual(["0.1.0", "0.1.0-arm64", "latest"]);
  expect(warned.splice(before)).toEqual([expect.objectContaining({ file: "b.tar" })]);
});

test("a whole archive is sent by its digest, for routers that take a file; a compressed file of the folder is not", async () => {
  const archive = archiveOf("arm64", "0.1.0");
  const answer = await get(`karibu-agent/archives/${sha256(archive)}`);
  expect([answer.status, answer.headers.get("content-length")]).toEqual([200, String(archive.length)]);
  expect(Buffer.from(await answer.arrayBuffer()).equals(archive)).toBe(true);
  const rest = await get(`karibu-agent/archives/${sha256(archive)}`, { headers: { Range: "bytes=1000-" } });
  expect(rest.status).toBe(206);
  const asked = [sha256(archiveOf("amd64", "0.1.0")), sha256(Buffer.from("x")), "..%2farm64.tar"];
  for (const name of asked) expect((await get(`karibu-agent/archives/${name}`)).status).toBe(404);
});

test("a new version of ours leaves the lower layer as it is", async () => {
  const [old, next] = await Promise.all(["0.1.0-arm64", "0.10.0-arm64"].map(manifestOf));
  expect(next?.body.layers[0]).toEqual(old?.body.layers[0]);
  expect(next?.body.layers[1]).not.toEqual(old?.body.layers[1]);
});

test("one version's index names all processors; latest is the newest that is no early one", async () => {
  const { type, body } = await manifestOf("0.1.0");
  expect(type).toBe("application/vnd.oci.image.index.v1+json");
  expect(body.manifests.map((one: { platform: object }) => one.platform)).toEqual([
    { architecture: "amd64", os: "linux" },
    { architecture: "arm64", os: "linux" },
  ]);
  expect((await manifestOf(body.manifests[1].digest)).body).toEqual((await manifestOf("0.1.0-arm64")).body);
  expect((await manifestOf("latest")).body).toEqual((await manifestOf("0.10.0")).body);
  const tags = await (await get("karibu-agent/tags/list")).json();
  expect(tags.tags).toEqual([
    "0.1.0",
    "0.1.0-amd64",
    "0.1.0-arm64",
    "0.10.0",
    "0.10.0-arm64",
    "1.0.0-early.1",
    "1.0.0-early.1-arm64",
    "latest",
  ]);
});

test("a blob goes on from where a pull was cut off, and HEAD tells its length alone", async () => {
  const { body } = await manifestOf("0.1.0-arm64");
  const path = `karibu-agent/blobs/${body.layers[0].digest}`;
  const whole = Buffer.from(await (await get(path)).arrayBuffer());
  const rest = await get(path, { headers: { Range: "bytes=1000-" } });
  expect([rest.status, rest.headers.get("content-range")]).toEqual([
    206,
    `bytes 1000-${whole.length - 1}/${whole.length}`,
  ]);
  expect(Buffer.from(await rest.arrayBuffer()).equals(whole.subarray(1000))).toBe(true);
  const head = await get(path, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), (await head.arrayBuffer()).byteLength]).toEqual([
    200,
    String(whole.length),
    0,
  ]);
  const manifest = await get("karibu-agent/manifests/0.1.0", { method: "HEAD" });
  expect([manifest.status, Number(manifest.headers.get("content-length")) > 100]).toEqual([200, true]);
  expect((await get(path, { headers: { Range: "bytes=99999999-" } })).status).toBe(416);
});

test("it says what it is, takes nothing, and tells by the spec's codes what is not there", async () => {
  expect([(await get("")).status, await (await get("")).json()]).toEqual([200, {}]);
  const asked: [string, string, number, string][] = [
    ["GET", "karibu-agent/manifests/9.9.9", 404, "MANIFEST_UNKNOWN"],
    ["GET", "nobody/manifests/latest", 404, "NAME_UNKNOWN"],
    ["GET", "nobody/tags/list", 404, "NAME_UNKNOWN"],
    ["GET", `karibu-agent/blobs/sha256:${"0".repeat(64)}`, 404, "BLOB_UNKNOWN"],
    ["GET", "karibu-agent/blobs/..%2f..%2farm64.tar", 404, "BLOB_UNKNOWN"],
    ["GET", "_catalog", 404, "UNSUPPORTED"],
    ["PUT", "karibu-agent/manifests/0.1.0", 405, "UNSUPPORTED"],
    ["POST", "karibu-agent/blobs/uploads/", 405, "UNSUPPORTED"],
    ["DELETE", "karibu-agent/manifests/0.1.0", 405, "UNSUPPORTED"],
  ];
  for (const [method, path, status, code] of asked) {
    const answer = await get(path, { method });
    expect([method, path, answer.status, (await answer.json()).errors[0].code]).toEqual([method, path, status, code]);
  }
});

test("what is no image of ours is named and left out", async () => {
  await get("karibu-agent/tags/list");
  expect(warned).toEqual([expect.objectContaining({ file: "broken.tar" })]);
});

test("[BEY-35] a whole archive is sent packed too, for a router that keeps it on its own flash: by its digest, or by that of the plain one", async () => {
  const archive = archiveOf("arm64", "0.1.0");
  const answer = await get(`karibu-agent/archives/${sha256(archive)}.gz`);
  const packed = Buffer.from(await answer.arrayBuffer());
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/gzip"]);
  expect(gunzipSync(packed).equals(archive)).toBe(true);
  const same = await get(`karibu-agent/archives/${sha256(packed)}`);
  expect(Buffer.from(await same.arrayBuffer()).equals(packed)).toBe(true);
});

test("the same archives give the same bytes in another hub, a restart packs nothing again, and removed archives disappear", async () => {
  const other = join(folder, "other");
  await mkdir(other);
  await writeFile(join(other, "x.tar"), archiveOf("arm64", "0.1.0"));
  await writeFile(join(other, "y.tar"), archiveOf("arm64", "0.10.0"));
  const { manifests } = await createImageShelf(other, shelfWorld).read();
  const here = await get("karibu-agent/manifests/0.1.0-arm64");
  expect(manifests.get("karibu-agent:0.1.0-arm64")?.digest).toBe(here.headers.get("docker-content-digest"));
  const before = await readdir(join(other, "blobs"));
  await rm(join(other, "y.tar"));
  const again = await createImageShelf(other, shelfWorld).read();
  expect(again.manifests.get("karibu-agent:latest")).toEqual(again.manifests.get("karibu-agent:0.1.0"));
  expect(again.manifests.get("karibu-agent:0.1.0-arm64")).toEqual(manifests.get("karibu-agent:0.1.0-arm64"));
  const after = await readdir(join(other, "blobs"));
  expect(before.length - after.length).toBe(4); // a config, a layer, the whole packed, a note
});

test("two processes of the hub that read one folder at once both offer all of it", async () => {
  const shared = join(folder, "shared");
  await mkdir(shared);
  const blobs = join(shared, "blobs");
  const before = warned.length;
  for (const version of ["0.1.0", "0.2.0", "0.3.0"]) {
    await writeFile(join(shared, `${version}.tar`), archiveOf("arm64", version));
    const shelves = [createImageShelf(shared, shelfWorld), createImageShelf(shared, shelfWorld)];
    const read = await Promise.all(shelves.map((shelf) => shelf.read()));
    for (const { manifests } of read) expect([...manifests.keys()]).toContain(`karibu-agent:${version}-arm64`);
    for (const { digest } of read.flatMap(({ packed }) => [...packed.values()]))
      expect(await readdir(blobs)).toContain(digest.slice("sha256:".length));
  }
  expect(warned.slice(before)).toEqual([]);
  // No half-written file is left.
  expect((await readdir(blobs)).filter((name) => !/^[0-9a-f]{64}(\.json)?$/.test(name))).toEqual([]);
});

test("a file that can't be read just now takes nothing from what others offer, and is offered once it can be read", async () => {
  const other = join(folder, "away");
  await mkdir(other);
  const archive = archiveOf("arm64", "0.1.0");
  await writeFile(join(other, "x.tar"), archive);
  await createImageShelf(other, shelfWorld).read();
  const blobs = join(other, "blobs");
  const names = (await readdir(blobs)).sort();
  // Its note is a folder now: that can't be read, and no file can take its place.
  const note = join(blobs, names.find((name) => name.endsWith(".json")) ?? "");
  await rm(note);
  await mkdir(join(note, "x"), { recursive: true });
  const before = warned.length;
  const shelf = createImageShelf(other, shelfWorld);
  expect((await shelf.read()).manifests.size).toBe(0);
  expect(warned.splice(before)).toEqual([expect.objectContaining({ file: "x.tar" })]);
  expect((await readdir(blobs)).sort()).toEqual(names);
  await rm(note, { recursive: true });
  passedMs += 60_000;
  expect((await shelf.read()).newest.get("arm64")?.version).toBe("0.1.0");
});

test("a note that a power cut left empty, or half written, is written anew, and the image is offered at once", async () => {
  const cut = join(folder, "cut");
  await mkdir(cut);
  await writeFile(join(cut, "x.tar"), archiveOf("arm64", "0.1.0"));
  const whole = await createImageShelf(cut, shelfWorld).read();
  const blobs = join(cut, "blobs");
  const note = join(blobs, (await readdir(blobs)).find((name) => name.endsWith(".json")) ?? "");
  const text = await readFile(note, "utf8");
  const before = warned.length;
  for (const left of ["", text.slice(0, 100), "null", "{}"]) {
    await writeFile(note, left);
    const shelf = createImageShelf(cut, shelfWorld);
    expect((await shelf.read()).manifests.get("karibu-agent:latest"), left).toEqual(
      whole.manifests.get("karibu-agent:latest"),
    );
    expect((await shelf.newestArchive("arm64"))?.version).toBe("0.1.0");
    expect(await readFile(note, "utf8")).toBe(text);
  }
  expect(warned.slice(before)).toEqual([]);
});

test("an image that could not be packed for want of memory is packed later, and takes nothing from what others made of it", async () => {
  const poor = join(folder, "poor");
  await mkdir(poor);
  const archive = archiveOf("arm64", "0.1.0");
  await writeFile(join(poor, "x.tar"), archive);
  await writeFile(join(poor, "none.tar"), Buffer.alloc(5000, 7));
  const whole = await createImageShelf(poor, shelfWorld).read();
  const blobs = join(poor, "blobs");
  const names = (await readdir(blobs)).sort();
  // Another process is at it, and has not written its note yet.
  const note = join(blobs, names.find((name) => name.endsWith(".json")) ?? "");
  await rename(note, `${note}.away`);
  const before = warned.length;
  let dies = true;
  const compress = (tar: Uint8Array) =>
    dies ? Promise.reject(new Error("the thread of a layer ended with 1")) : compressLayer(tar);
  const shelf = createImageShelf(poor, shelfWorld, compress);
  expect((await shelf.read()).manifests.size).toBe(0);
  await rename(`${note}.away`, note);
  expect((await readdir(blobs)).sort()).toEqual(names);
  dies = false;
  passedMs += 60_000;
  expect((await shelf.read()).manifests).toEqual(whole.manifests);
  expect(warned.slice(before)).toEqual(
    ["none.tar", "x.tar", "none.tar"].map((file) => expect.objectContaining({ file })),
  );
});

test.skipIf(!hasTool("skopeo"))("[BEY-25] skopeo pulls an image for a processor of its choice", async () => {
  const skopeo = findTool("skopeo") as string;
  const name = `docker://${url.slice("http://".length)}/karibu-agent:0.1.0`;
  const { stdout } = await run(skopeo, ["--override-arch", "arm64", "inspect", "--tls-verify=false", name]);
  expect(JSON.parse(stdout)).toMatchObject({ Architecture: "arm64", Os: "linux", Layers: { length: 2 } });
  const out = join(folder, "pulled");
  const policy = ["--insecure-policy", "--override-arch", "arm64"];
  await run(skopeo, [...policy, "copy", "--src-tls-verify=false", name, `dir:${out}`]);
  const manifest = JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
  expect(manifest).toEqual((await manifestOf("0.1.0-arm64")).body);
  await run(skopeo, [
    ...policy,
    "copy",
    "--src-tls-verify=false",
    name,
    `docker-archive:${join(folder, "again.tar")}:karibu-agent:x`,
  ]);
});
