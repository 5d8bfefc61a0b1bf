import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Served by the clearing server under /operator/. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../out/operator',
    emptyOutDir: true,
    target: 'chrome130',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // antd, once for all pages.
    chunkSizeWarningLimit: 1500,
  },
});
