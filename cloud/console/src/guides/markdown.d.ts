declare module "*.md" {
  const guide: import("./guide-shape.ts").Guide;
  export default guide;
}
