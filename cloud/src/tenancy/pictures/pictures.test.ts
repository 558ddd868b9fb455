import { createHash } from "node:crypto";
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeAll, expect, test } from "vitest";
import { createOwnProcessReader } from "../../ground/foreign-files/own-process-reader.ts";
import { createReadFile } from "../../ground/foreign-files/read-file.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, type TestProvider } from "../../test-hub.ts";
import { createPictureMaker, pictureLimits } from "./make-picture.ts";
import { readPictureHead } from "./picture-head.ts";
import { onWhite, shrink, sizeWithin } from "./shrink.ts";
import { pngFile, pngOf } from "./test-png.ts";

/** 24 by 16 pixels, red growing from left to right, as three encoders write them. */
const samples = {
  jpeg: "/9j/4AAQSkZJRgABAQAAAQABAAD/2wEEEAAUABQAFAAUABUAFAAXABkAGQAXAB8AIgAeACIAHwAuACsAJwAnACsALgBGADIANgAyADYAMgBGAGoAQgBOAEIAQgBOAEIAagBeAHIAXQBWAF0AcgBeAKkAhQB2AHYAhQCpAMMApACbAKQAwwDsANMA0wDsASoBGwEqAYUBhQILEQAUABQAFAAUABUAFAAXABkAGQAXAB8AIgAeACIAHwAuACsAJwAnACsALgBGADIANgAyADYAMgBGAGoAQgBOAEIAQgBOAEIAagBeAHIAXQBWAF0AcgBeAKkAhQB2AHYAhQCpAMMApACbAKQAwwDsANMA0wDsASoBGwEqAYUBhQIL/8IAEQgAEAAYAwEiAAIRAQMRAf/EACoAAQEBAAAAAAAAAAAAAAAAAAQABQEBAQEAAAAAAAAAAAAAAAAABAIF/9oADAMBAAIQAxAAAADKUVRJVUbd/8QAFRABAQAAAAAAAAAAAAAAAAAAAAL/2gAIAQEAAT8AhCEIQ//EABcRAQADAAAAAAAAAAAAAAAAAAABAjH/2gAIAQIBAT8AunX/xAAYEQACAwAAAAAAAAAAAAAAAAAAAwQyQf/aAAgBAwEBPwCLgup//9k=",
  webp: "UklGRlIAAABXRUJQVlA4IEYAAABwAwCdASoYABAAPu1kq04/paQiMAgD8B2JagCdMoRwADcOVkAA/uZP2Dfs4iFxR9w5r+KC5JTCNXoyVSjzz27pB10YAAAA",
  losslessWebp: "UklGRjQAAABXRUJQVlA4TCgAAAAvF8ADAJkKRPQ/NhHR/zCYadumYMcfy05HSJBCsg5K5LktIiKRaLwZ",
} as const;
const bytesOf = (base64: string) => Buffer.from(base64, "base64");
const gradient = pngOf(24, 16, (x) => [Math.round((255 * x) / 24), 100, 40, 255]);
/** Nothing that any encoder makes small. */
const noise = (x: number, y: number) => {
  const [red = 0, green = 0, blue = 0] = createHash("md5").update(`${x} ${y}`).digest();
  return [red, green, blue, 255] as const;
};
const maker = createPictureMaker(createReadFile(createOwnProcessReader()));
const make = (file: Uint8Array) => maker(file, "p");

test("the head of a file says its kind and size before anything is unpacked", () => {
  expect(readPictureHead(gradient)).toEqual({ kind: "png", width: 24, height: 16 });
  expect(readPictureHead(bytesOf(samples.jpeg))).toEqual({ kind: "jpeg", width: 24, height: 16 });
  expect(readPictureHead(bytesOf(samples.webp))).toEqual({ kind: "webp", width: 24, height: 16 });
  expect(readPictureHead(bytesOf(samples.losslessWebp))).toEqual({ kind: "webp", width: 24, height: 16 });
  for (const file of [gradient, bytesOf(samples.jpeg), bytesOf(samples.webp)])
    for (let length = 0; length < 20; length++) expect(readPictureHead(file.subarray(0, length))).toBeNull();
});

test("a JPEG that hides its frame from who walks by lengths is none: the unpacker would read a larger one", () => {
  const jpeg = bytesOf(samples.jpeg);
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
  for (const marker of [0x00, 0x01, 0xd0, 0xd8]) {
    // A reader by lengths takes what follows for the length of a segment, and finds the small frame behind it.
    const hidden = Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, marker]), jpeg.subarray(2)]);
    const file = Buffer.concat([hidden, Buffer.alloc(4 + hidden.readUInt16BE(4) - hidden.length), frame, frame]);
    expect(readPictureHead(file)).toBeNull();
  }
});

test.each(["jpeg", "webp", "losslessWebp"] as const)(
  "[VOU-19] a %s becomes a picture of ours with the same pixels",
  async (kind) => {
    const made = await make(bytesOf(samples[kind]));
    expect(made).toMatchObject({ mediaType: "image/png", width: 24, height: 16 });
    expect(readPictureHead(made.bytes)).toEqual({ kind: "png", width: 24, height: 16 });
  },
);

longTest("[VOU-19] a large photograph is made small enough, whatever is in it", async () => {
  const made = await make(pngOf(700, 500, noise));
  expect(made.bytes.length).toBeLessThanOrEqual(pictureLimits.bytesMax);
  expect(made.mediaType).toBe("image/jpeg");
  expect(made.width / made.height).toBeCloseTo(1.4, 1);
});

test("nothing of a file that hides a script behind its picture is kept", async () => {
  const script = "<script>alert(document.cookie)</script>";
  const made = await make(Buffer.concat([gradient, Buffer.from(script)]));
  expect(Buffer.from(made.bytes).includes("script")).toBe(false);
});

test.each([
  ["an SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), "not-a-picture"],
  ["a GIF", Buffer.from("GIF89a\u0001\u0000\u0001\u0000"), "not-a-picture"],
  ["nothing", Buffer.alloc(0), "not-a-picture"],
  ["a head without a body", gradient.subarray(0, 40), "not-a-picture"],
  ["a billion pixels in a kilobyte", pngFile(40_000, 40_000, Buffer.alloc(1000)), "picture-too-large"],
  ["rows that are missing", pngFile(3000, 3000, Buffer.alloc(100)), "not-a-picture"],
  ["6 MB", Buffer.concat([gradient, Buffer.alloc(6 * 1024 * 1024)]), "picture-too-large"],
])("%s is refused", async (_name, file, code) => {
  await expect((async () => make(file))()).rejects.toMatchObject({ status: 400, code });
});

test("what nobody sees tints no pixel when a picture is made smaller", () => {
  const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 0]);
  const small = shrink({ data, width: 2, height: 1 }, { width: 1, height: 1 });
  expect([...small.data]).toEqual([255, 0, 0, 128]);
  expect([...onWhite(small).data]).toEqual([255, 127, 127, 255]);
  expect(sizeWithin({ width: 2000, height: 10 }, 100)).toEqual({ width: 100, height: 1 });
});

hubSuite("pictures", (hub) => {
  let provider: TestProvider;
  const call = askerOf(hub, () => provider.token);

  beforeAll(async () => {
    provider = await hub.makeProvider("Picture");
  });

  test("[VOU-19] a logo is sent, read and served as what it is, and never as a page; twenty are enough", async () => {
    const file = gradient.toString("base64");
    const made = await call("POST", "/pictures", { name: "Logo", file });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "Logo", width: 24, height: 16, mediaType: "image/png" },
    });
    const path = `/pictures/${made.body.pictureId}`;
    expect((await call("GET", path)).body).toEqual(made.body);
    const served = await call("GET", `${path}/file`);
    expect(served.headers.get("content-type")).toBe("image/png");
    expect(served.headers.get("x-content-type-options")).toBe("nosniff");
    expect(served.headers.get("content-disposition")).toMatch(/^attachment/);
    const refused = await call("POST", "/pictures", { name: "Logo", file: Buffer.from("<svg/>").toString("base64") });
    expect(refused).toMatchObject({ status: 400, body: { code: "not-a-picture", field: "file" } });
    for (let count = 1; count < 20; count++) await call("POST", "/pictures", { name: `Logo ${count}`, file });
    expect((await call("GET", "/pictures")).body.items).toHaveLength(20);
    expect(await call("POST", "/pictures", { name: "One more", file })).toMatchObject({
      status: 409,
      body: { code: "pictures-full" },
    });
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });
});
