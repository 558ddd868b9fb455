/** Node's flag for processes that tests start and kill: what they compiled is there for the next one, which is ready a second of processor sooner. */
export const keepsCompiled = `--import=${new URL("./test-keep-compiled.ts", import.meta.url).href}`;
