/** The look of the public pages: the console's colours, light and dark, in a few kilobytes. All of it stands below `.face`. */
export const faceStyle = `
.face{--paper:#fbf5ea;--surface:#fffdf8;--ink:#1d2b24;--soft:#566259;--line:#e3d7c1;--brand:#0f5c43;--on-brand:#fffaf0;--good:#176a48;--warn:#7a4b00;--bad:#a1331d;
min-height:100vh;margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 ui-rounded,"SF Pro Rounded",system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Ubuntu,sans-serif;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){.face{--paper:#0e1613;--surface:#17221d;--ink:#f5eddd;--soft:#aebbb1;--line:#2d3c34;--brand:#7fd0a8;--on-brand:#07231c;--good:#5cc795;--warn:#f4b23e;--bad:#ff9d85}}
html{-webkit-text-size-adjust:100%}body{margin:0}html.console .face{display:none}
.face *{box-sizing:border-box}
.face header,.face main,.face footer{max-width:66rem;margin:0 auto;padding:1rem 1.2rem}
.face header{display:flex;flex-wrap:wrap;gap:.5rem 1.2rem;align-items:center;justify-content:space-between}
.face nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:center}
.face a{color:var(--brand)}.face nav a,.face footer a{display:inline-flex;align-items:center;min-height:44px;text-decoration:none}
.face nav a:hover,.face footer a:hover{text-decoration:underline}
.face .brand{display:inline-flex;gap:.6rem;align-items:center;font-weight:700;font-size:1.25rem;text-decoration:none;color:var(--ink)}
.face nav .log-in{padding:0 1rem;border:2px solid var(--brand);border-radius:12px;font-weight:600}
.face .act{display:inline-flex;align-items:center;min-height:48px;padding:0 1.6rem;border-radius:12px;background:var(--brand);color:var(--on-brand);font-weight:700;text-decoration:none}
.face :focus-visible{outline:3px solid var(--bad);outline-offset:2px}
.face .hero{padding:2rem 0 1rem;max-width:44rem}.face h1{font-size:clamp(1.9rem,6vw,3rem);line-height:1.12;margin:0 0 1rem}.face h2{font-size:1.5rem;margin:2.2rem 0 .8rem}.face h3{margin:0 0 .4rem;font-size:1.1rem}
.face .lead{font-size:1.2rem}.face .soft,.face small{color:var(--soft)}.face p{margin:0 0 .8rem}
.face .points{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:1rem}
.face article{background:var(--surface);border:1px solid var(--line);border-radius:18px;padding:1.2rem}.face article p:last-child{margin:0}
.face .amount{font-size:1.6rem;font-weight:700}.face .amount small{font-size:1rem;font-weight:400}.face article ul{margin:0;padding-left:1.2rem}
.face ol li{margin:.4rem 0}
.face .standings{list-style:none;margin:1rem 0;padding:0;border:1px solid var(--line);border-radius:18px;background:var(--surface)}
.face .standings li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem 1.5rem;padding:1rem 1.2rem;border-top:1px solid var(--line)}.face .standings li:first-child{border-top:0}
.face .standings span{display:block;font-size:.95rem}.face .up b,.face .overall.up{color:var(--good)}.face .slow b,.face .overall.slow{color:var(--warn)}.face .down b,.face .overall.down{color:var(--bad)}
.face .overall{font-size:1.2rem;font-weight:700}
.face footer{display:flex;gap:1.5rem;border-top:1px solid var(--line);margin-top:2rem}
`;
