// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is tested is source text
import { expect, test } from "vitest";
import { squeezeTemplates } from "./minify-templates.ts";

test("indentation inside a template becomes one blank, also in a template within", () => {
  expect(squeezeTemplates("html`<a>\n    ${b ? html`<i>\n      x</i>` : `y`}\n  </a>`")).toBe(
    "html`<a> ${b ? html`<i> x</i>` : `y`} </a>`",
  );
});

test("a plain attribute loses its quotes; with a blank, a sign or a part of code in it, it keeps them", () => {
  expect(squeezeTemplates('html`<a class="b" href="#x" id="c"><i class="b c"></i><u class="d ${e}" f="g"/></a>`')).toBe(
    'html`<a class=b href="#x" id=c><i class="b c"></i><u class="d ${e}" f="g"/></a>`',
  );
  expect(squeezeTemplates('const a = "b=\\"c\\" d"; e = x ? `[f="g"]` : y="h" ;')).toContain('[f="g"]');
});

test("code, comments and strings outside of templates stay as they are", () => {
  const code = "const a = {\n  b: '`\\n', // `\n  c: 1 /* `\n */,\n};\nhtml`x${{ d: \"}\" }.d}y`";
  expect(squeezeTemplates(code)).toBe(code);
});
