import { expect, test } from "vitest";
import { mirrorIn } from "./debian-mirror.ts";

test.each([
  ["the newer form", "Types: deb\n# http://old.example/debian\nURIs: http://mirror.example/debian\nSuites: bookworm\n"],
  ["the line form", "deb http://mirror.example/debian bookworm main\n"],
  ["options in brackets", "deb [signed-by=/usr/share/keyrings/k.gpg] http://mirror.example/debian/ bookworm main\n"],
])("%s names the mirror", (_, text) => expect(mirrorIn(text)).toBe("http://mirror.example"));

test.each([
  ["another distribution", "deb http://mirror.example/other noble main\n"],
  ["a comment", "# deb http://mirror.example/debian bookworm main\n"],
  ["nothing", ""],
])("%s names none", (_, text) => expect(mirrorIn(text)).toBeNull());
