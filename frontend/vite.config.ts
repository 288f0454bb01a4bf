import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// The page is served below an address that changes with every start, so all it asks for is relative.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: { target: 'es2022', license: { fileName: 'licences.json' }, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 450 },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
