/**
 * The agent as one CommonJS file that is always loaded, and parts that it loads when they are first asked for: what the sources `import()`.
 *
 * esbuild splits ES modules alone, and on a router those cost some 4 MB more memory. So its chunks are turned into functions here: those that
 * the program needs from the start stand in the one file, in the order in which they need each other; the others are files of their own, which
 * `agent/src/ground/part-loader.ts` reads. Names that go from chunk to chunk are plain variables, as they are within one.
 */
import { posix } from "node:path";
import { hashOfPart } from "@karibu/agent/ground/part-loader";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { type ImportDeclaration, type ModuleExportName, parseSync, Visitor } from "oxc-parser";
import { minifySync } from "rolldown/utils";

export interface SplitProgram {
  readonly core: string;
  /** By their file's name. */
  readonly parts: ReadonlyMap<string, string>;
  /** Source files in `core`, relative to the repository, and how many of its bytes are of each. */
  readonly inCore: ReadonlyMap<string, number>;
}

/** `folders`: JavaScript expressions of where the program looks for its parts. */
export async function splitProgram(
  { main, loader, folders }: { readonly main: string; readonly loader: string; readonly folders: readonly string[] },
  options: BuildOptions,
): Promise<SplitProgram> {
  const { outputFiles, metafile } = await build({
    ...options,
    bundle: true,
    format: "esm",
    splitting: true,
    entryPoints: ["karibu:program"],
    entryNames: "program",
    chunkNames: "[name]-[hash]",
    outdir: "/",
    plugins: [entry(main, loader), ...(options.plugins ?? [])],
    metafile: true,
    write: false,
  });
  const chunks = chunksOf(metafile, new Map(outputFiles.map(({ path, text }) => [posix.basename(path), text])));
  const first = chunks.get("program.js");
  if (first === undefined) throw new Error("esbuild wrote no program");
  const inCore = inOrder(first, chunks);
  const parts = new Map<string, string>();
  const files: Record<string, { hash: string; needs: string[] }> = {};
  for (const chunk of chunks.values()) {
    if (inCore.includes(chunk)) continue;
    const text = withShortLocals(
      `(function(karibuParts,require,importMetaUrl){"use strict";${asFunctionBody(chunk)}})`,
    );
    parts.set(chunk.name, text);
    files[chunk.name] = {
      hash: hashOfPart(Buffer.from(text, "latin1")),
      needs: chunk.needs.filter((name) => !inCore.some((one) => one.name === name)),
    };
  }
  const written = JSON.stringify(files);
  const body = inCore.map(
    (chunk) => `karibuParts.loaded[${JSON.stringify(chunk.name)}]=(()=>{${asFunctionBody(chunk)}})();`,
  );
  const head = `"use strict";const importMetaUrl=require("node:url").pathToFileURL(__filename).href;const karibuParts={loaded:{},files:${written},folders:[${folders.join()}],require,load:null};`;
  return {
    core: withShortLocals(`${head}${body.join("\n")}`),
    parts,
    inCore: new Map(inCore.flatMap(({ sources }) => sources)),
  };
}

/** Functions and classes keep their names, because they stand in the traces that operators send us; no trace names a variable or a parameter. */
function withShortLocals(program: string): string {
  const { code, errors } = minifySync("agent.cjs", program, {
    module: false,
    compress: false,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: true, legalComments: "none" },
  });
  if (errors.length > 0) throw new Error(`the agent can't be shortened: ${errors[0]?.message}`);
  // One character beyond ASCII, and V8 keeps the whole program as UTF-16: twice the memory on each router. It stands in a text or in a regular
  // expression, and both take it so.
  return code.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Once the site answers: reading them must not delay that. */
const keepPartsAfterMs = 5000;

/** The loader first: what the program does at once may ask for a part. */
function entry(main: string, loader: string): Plugin {
  return {
    name: "program",
    setup(build) {
      build.onResolve({ filter: /^karibu:(program|parts)$/ }, ({ path }) => ({ path, namespace: "program" }));
      build.onLoad({ filter: /./, namespace: "program" }, ({ path }) => ({
        contents:
          path === "karibu:program"
            ? `import "karibu:parts"; import ${JSON.stringify(main)};`
            : `import { createPartLoader } from ${JSON.stringify(loader)}; const parts = createPartLoader(karibuParts); karibuParts.load = parts.load; setTimeout(parts.keep, ${keepPartsAfterMs}).unref();`,
        resolveDir: "/",
      }));
    },
  };
}

interface Chunk {
  readonly name: string;
  readonly text: string;
  /** Chunks that must be there before it. */
  readonly needs: readonly string[];
  readonly sources: readonly (readonly [string, number])[];
}

function chunksOf({ outputs }: Metafile, texts: ReadonlyMap<string, string>): Map<string, Chunk> {
  const chunks = new Map<string, Chunk>();
  for (const [path, { imports, inputs }] of Object.entries(outputs)) {
    const name = posix.basename(path);
    const needs = imports.filter(({ kind, external }) => kind === "import-statement" && external !== true);
    chunks.set(name, {
      name,
      text: texts.get(name) ?? "",
      needs: needs.map((one) => posix.basename(one.path)),
      sources: Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const),
    });
  }
  return chunks;
}

/** The chunk last, after all that it needs. */
function inOrder(chunk: Chunk, chunks: ReadonlyMap<string, Chunk>, found: Chunk[] = []): Chunk[] {
  if (found.includes(chunk)) return found;
  for (const name of chunk.needs) {
    const needed = chunks.get(name);
    if (needed === undefined) throw new Error(`${chunk.name} needs ${name}, which esbuild did not write`);
    inOrder(needed, chunks, found);
  }
  found.push(chunk);
  return found;
}

/** Statements that return the chunk's exports. */
function asFunctionBody({ name, text }: Chunk): string {
  const { program, errors } = parseSync("chunk.js", text);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
  const edits: { start: number; end: number; text: string }[] = [];
  const exported: { outside: string; inside: string }[] = [];
  for (const node of program.body) {
    if (node.type === "ImportDeclaration") edits.push({ start: node.start, end: node.end, text: asVariables(node) });
    if (node.type === "ExportAllDeclaration" || node.type === "ExportDefaultDeclaration")
      throw new Error(`${name}: ${node.type} was not expected`);
    if (node.type !== "ExportNamedDeclaration") continue;
    if (node.declaration !== null || node.source !== null) throw new Error(`${name}: only lists of names are exported`);
    for (const { exported: outside, local } of node.specifiers)
      exported.push({ outside: nameOf(outside), inside: nameOf(local) });
    edits.push({ start: node.start, end: node.end, text: "" });
  }
  new Visitor({
    ImportExpression({ start, end, source }) {
      const from = source.type === "Literal" ? source.value : null;
      if (typeof from !== "string" || !from.startsWith("./"))
        throw new Error(`${name}: import() of no part of the program`);
      edits.push({ start, end, text: `karibuParts.load(${JSON.stringify(from.slice(2))})` });
    },
  }).visit(program);
  refuseLateChanges(name, program, new Set(exported.map(({ inside }) => inside)));
  let body = text;
  for (const { start, end, text: now } of edits.toSorted((one, other) => other.start - one.start))
    body = body.slice(0, start) + now + body.slice(end);
  return `${body};return{${exported.map(({ outside, inside }) => `${outside}:${inside}`).join()}};`;
}

function asVariables({ source, specifiers }: ImportDeclaration): string {
  const from = source.value;
  const found = from.startsWith("./")
    ? `karibuParts.loaded[${JSON.stringify(from.slice(2))}]`
    : `require(${JSON.stringify(from)})`;
  const named: string[] = [];
  const bound: string[] = [];
  for (const one of specifiers) {
    if (one.type === "ImportSpecifier") named.push(`${nameOf(one.imported)}:${one.local.name}`);
    else bound.push(`${one.local.name}=${found}`);
  }
  if (named.length > 0) bound.push(`{${named.join()}}=${found}`);
  return bound.length > 0 ? `var ${bound.join()};` : from.startsWith("./") ? "" : `${found};`;
}

const nameOf = (name: ModuleExportName): string => (name.type === "Literal" ? name.value : name.name);

/** Who imports a name gets its value once: a variable that a function changes later would stay as it was. */
function refuseLateChanges(
  chunk: string,
  program: Parameters<Visitor["visit"]>[0],
  exported: ReadonlySet<string>,
): void {
  let depth = 0;
  const enter = () => void depth++;
  const leave = () => void depth--;
  const look = (target: { type: string; name?: string }) => {
    if (depth > 0 && target.type === "Identifier" && exported.has(target.name ?? ""))
      throw new Error(`${chunk}: ${target.name} is exported, and changes after it was`);
  };
  new Visitor({
    FunctionDeclaration: enter,
    "FunctionDeclaration:exit": leave,
    FunctionExpression: enter,
    "FunctionExpression:exit": leave,
    ArrowFunctionExpression: enter,
    "ArrowFunctionExpression:exit": leave,
    AssignmentExpression: ({ left }) => look(left),
    UpdateExpression: ({ argument }) => look(argument),
  }).visit(program);
}
