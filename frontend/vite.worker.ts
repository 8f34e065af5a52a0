import { defineConfig } from "vite";

/** The service worker: one classic script without imports, beside what `vite.config.ts` has built. */
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    emptyOutDir: false,
    copyPublicDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: "islands/work/sw.ts",
      output: { format: "iife", entryFileNames: "work-sw.js" },
    },
  },
});
