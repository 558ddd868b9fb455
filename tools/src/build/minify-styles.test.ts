// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is tested is source text
import { expect, test } from "vitest";
import { minifyStyles } from "./minify-styles.ts";

test("a style loses its comments and indentation, and the code around it stays", async () => {
  const source =
    'const a = 1; // as `css`\nconst b = css`\n  /* why */\n  :host(:not([wide])) {\n    gap: 0.5rem;\n  }\n`;\nconst c = "d";';
  expect(await minifyStyles(source)).toBe(
    'const a = 1; // as `css`\nconst b = css`:host(:not([wide])){gap:.5rem}`;\nconst c = "d";',
  );
});

test("a style with code or an escaped sign in it stays as it is", async () => {
  for (const source of ["a = css`\n  a { gap: ${wide}; }\n`", 'a = css`\n  a::before { content: "\\\\201c"; }\n`'])
    expect(await minifyStyles(source)).toBe(source);
});

test("what is no CSS is refused, with where it stands", async () => {
  await expect(minifyStyles("a = css`a { gap: 1rem`")).rejects.toThrow("a style is no CSS");
});
