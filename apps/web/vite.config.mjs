// How the pages are built: four entries, their files named by content, nothing inline, so that a strict policy can be kept.
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/membership/',
  logLevel: 'warn',
  plugins: [react({ babel: { plugins: ['@lingui/babel-plugin-lingui-macro'] } }), lingui({ failOnMissing: true, failOnCompileError: true })],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // ECharts, which Insights alone loads.
    chunkSizeWarningLimit: 800,
    rollupOptions: { input: ['membership', 'first-five-minutes', 'ops', 'insights'].map((entry) => `${import.meta.dirname}/${entry}.html`) },
  },
});
