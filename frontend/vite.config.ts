import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** One entry a kind of page. `site` is on every page; the others are loaded by the pages that need them. */
const entries = {
  site: "islands/site/site.ts",
  map: "islands/map.ts",
  "live-queue": "islands/live-queue.ts",
  desk: "islands/desk.ts",
  command: "islands/command.ts",
  worker: "islands/worker.ts",
  oversee: "islands/oversee.ts",
  work: "islands/work.ts",
};

/** Writes a .gz and a .br beside every text file, once; the web process then only hands them out. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    closeBundle() {
      for (const file of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|mjs|css|svg)$/.test(file)) continue;
        const path = join("dist", file);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  // relative, so that the build works under whatever STATIC_URL Django serves it
  base: "./",
  plugins: [packed()],
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
