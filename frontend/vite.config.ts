import { defineConfig } from "vite";

/** One entry a kind of page. `site` is on every page; the others are loaded by the pages that need them. */
const entries = { site: "islands/site/site.ts", map: "islands/map.ts" };

export default defineConfig({
  // relative, so that the build works under whatever STATIC_URL Django serves it
  base: "./",
  build: {
    manifest: true,
    sourcemap: false,
    target: "es2022",
    cssTarget: "chrome87",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: entries },
  },
});
