import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Built with `vite build renderer`; served from app://terminal/, hence the relative base. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    // The oldest Electron that the runtime step may bring carries Chromium 130.
    target: 'chrome130',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // antd and echarts, for the manager alone, loaded from the disk beside.
    chunkSizeWarningLimit: 1200,
  },
});
