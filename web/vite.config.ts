import { defineConfig } from "vite";

// One script and one style sheet, under hashed names that `manifest.json` maps; nothing inlined, because the
// console's Content-Security-Policy allows neither inline scripts, inline styles nor data: addresses for them.
export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  build: {
    outDir: "../src/keng/web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: "es2022",
    // htmx carries an eval that `allowEval = false` and the policy switch off: no need to warn on each build.
    rolldownOptions: { input: "src/main.ts", checks: { eval: false } },
  },
});
