import { expect, test } from "vitest";
import { readImageOptions } from "./options.ts";

test("the error for a wrong option names the option", () => {
  expect(readImageOptions(["--arch", "mips", "--out", "x"])).toContain('--arch must be arm64 or amd64, not "mips"');
  expect(readImageOptions(["--arch", "arm64"])).toContain("--out is missing");
  expect(readImageOptions(["--arch"])).toContain("--arch needs a value");
  expect(readImageOptions(["--colour", "red"])).toContain("--colour is not an option");
  expect(readImageOptions(["--bundle", "--out=x", "--minimal-image", "new"])).toContain("--minimal-image must be like");
  expect(readImageOptions(["--arch=arm64", "--out", "x.tar", "--key", "k"])).toMatchObject({
    options: { kind: "image", architecture: "arm64", out: "x.tar", key: "k" },
  });
});
