/**
 * Node's own modules, loaded when one of their functions is first wanted instead of when the program starts: OpenSSL's
 * bindings take 13 ms of a cold start, TLS 7, HTTP's client 8, and a router that comes up after a power cut has customers waiting.
 * Only for modules of which nothing is wanted while the program's own modules are evaluated, and not for hot paths: each
 * use goes through a getter.
 */
import type { Plugin } from "esbuild";

/** `modules`: names without `node:`. */
export function lazyBuiltins(modules: readonly string[]): Plugin {
  const filter = new RegExp(`^(node:)?(${modules.map((name) => name.replace("/", "\\/")).join("|")})$`);
  return {
    name: "lazy-builtins",
    setup(build) {
      build.onResolve({ filter }, ({ path, namespace }) => ({
        path,
        ...(namespace === "lazy-builtin" ? { external: true } : { namespace: "lazy-builtin" }),
      }));
      build.onLoad({ filter, namespace: "lazy-builtin" }, ({ path }) => {
        const names = Object.keys(process.getBuiltinModule(path) ?? {});
        const getters = names.map((name) => `get ${name}(){return load().${name}}`).join(",");
        const quoted = JSON.stringify(path);
        return { contents: `let loaded;const load=()=>loaded??=require(${quoted});module.exports={${getters}};` };
      });
    },
  };
}
