/**
 * Node's program without what a router never uses: most languages, the cache of its own scripts' code, TypeScript. Every address stays, so the code is
 * untouched. Pure. The whole one is one option away (`--whole-node`), since no router's own kernel has started the smaller one yet.
 */
import { packLanguages } from "./cut-languages.ts";
import { withoutBytes } from "./elf-file.ts";
import { codeCacheIn, requireRefusal, typeScriptIn } from "./unused-parts.ts";

export const cutParts = ["most locales", "V8's code cache", "the stripper of TypeScript"] as const;

/** @throws Error where one of them is not found: a Node that was built otherwise */
export function cutNode(program: Buffer): Buffer {
  const packed = Buffer.from(program);
  const cut = withoutBytes(packed, [packLanguages(packed), codeCacheIn(packed), typeScriptIn(packed)]);
  requireRefusal(program, cut);
  return cut;
}
